// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kernelgate.testing.SampleNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of {@code docs/launchers.md} ask the real agent on the sample node. */
@Timeout(60)
final class ExamplesTest {

  private static final String TRUSTED = "ghcr.io/edera-dev/zone-kernel:6.15.6";
  private static final String UNSIGNED = "ghcr.io/edera-dev/zone-kernel:6.15.6-unsigned";
  private static final String DIGEST = "sha256:[0-9a-f]{64}";

  @TempDir private Path directory;

  @Test
  void curlShowsStatusHeadersAndFields() throws Exception {
    assumeTrue(isInstalled("curl"), "there is no curl here");
    SampleNode node = SampleNode.copiedTo(directory);
    try (Agent _ = TestAgent.start(node.config())) {
      String answer = curl(node, "--include", "http://kernelgate/v1/decide?image=" + TRUSTED).out();
      assertThat(answer)
          .startsWith("HTTP/1.1 200 OK")
          .containsIgnoringCase("kernelgate-boot: true")
          .contains("\"verdict\":\"trusted\"");
      Result posted =
          curl(
              node,
              "--json",
              "{\"image\":\"" + UNSIGNED + "\"}",
              "--write-out",
              "%{http_code}",
              "http://kernelgate/v1/decide");
      assertThat(posted.out()).contains("\"reason\":\"NoSignature\"").endsWith("403");
      assertThat(curl(node, "http://kernelgate/metrics").out()).contains("# TYPE kernelgate_");
    }
  }

  /** A launcher that boots from the manifest that was verified gets the bytes of the digest. */
  @Test
  void curlFetchesTheManifestThatWasVerified() throws Exception {
    assumeTrue(isInstalled("curl") && isInstalled("sha256sum"), "there is no curl here");
    SampleNode node = SampleNode.copiedTo(directory);
    try (Agent _ = TestAgent.start(node.config())) {
      String answer = curl(node, "--include", "http://kernelgate/v1/decide?image=" + TRUSTED).out();
      String digest = answer.replaceAll("(?s).*\"digest\":\"(" + DIGEST + ")\".*", "$1");
      Path manifest = directory.resolve("manifest.json");
      curl(node, "--output", manifest.toString(), "http://kernelgate/v1/manifests/" + digest);
      assertThat(run(List.of("sha256sum", manifest.toString())).out())
          .startsWith(digest.substring("sha256:".length()));
    }
  }

  @Test
  void thePythonExampleBootsOnlyOnAYes() throws Exception {
    assumeTrue(isInstalled("python3"), "there is no python3 here");
    SampleNode node = SampleNode.copiedTo(directory);
    try (Agent _ = TestAgent.start(node.config())) {
      Result trusted = python(node, TRUSTED);
      assertThat(trusted.status()).as(trusted.out()).isZero();
      assertThat(trusted.out().strip()).matches(DIGEST);
      Result unsigned = python(node, UNSIGNED);
      assertThat(unsigned.status()).isEqualTo(1);
      assertThat(unsigned.out()).contains("rejected NoSignature");
    }
    Result nobody = python(node, TRUSTED);
    assertThat(nobody.status()).isEqualTo(2);
  }

  private static Result curl(SampleNode node, String... arguments) throws Exception {
    Result result =
        run(
            Stream.concat(
                    Stream.of("curl", "--silent", "--unix-socket", node.socket().toString()),
                    Stream.of(arguments))
                .toList());
    assertThat(result.status()).as(result.out()).isZero();
    return result;
  }

  private static Result python(SampleNode node, String image) throws Exception {
    Path example = Path.of("..", "native", "examples", "ask.py");
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return run(
        List.of("python3", example.toString(), image, node.socket().toString(), uid.toString()));
  }

  private record Result(int status, String out) {}

  /** Runs a program; what it says on either stream is its output. */
  private static Result run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), out);
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
