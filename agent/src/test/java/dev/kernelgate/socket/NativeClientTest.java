// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The C client asks the real server: the two sides of one contract, which are written apart. Needs
 * a C compiler and make, and is skipped without them.
 */
@Timeout(60)
final class NativeClientTest {

  private static final Path NATIVE = Path.of("..", "native");
  private static final Path CHECK = NATIVE.resolve("build/kernelgate-check").toAbsolutePath();
  private static final String OTHER = "sha256:" + "9".repeat(64);

  @TempDir private Path directory;
  private final FakeGate gate = new FakeGate();
  private Optional<SocketServer> server = Optional.empty();

  @BeforeAll
  static void buildTheClient() throws IOException, InterruptedException {
    assumeTrue(isInstalled("cc") && isInstalled("make"), "there is no C compiler or no make here");
    Result made = run(List.of("make", "-s", "-C", NATIVE.toString(), "build/kernelgate-check"));
    assertThat(made.status()).as(made.err()).isZero();
  }

  @AfterEach
  void close() throws IOException {
    gate.letGo.countDown();
    if (server.isPresent()) {
      server.get().close();
    }
  }

  record Case(String name, List<String> options, int status, String out, String err) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    String digest = FakeGate.DIGEST + "\n";
    return Stream.of(
        new Case("trusted", List.of("--image", "trusted"), 0, digest, ""),
        new Case("rejected", List.of("--image", "rejected"), 1, "", "rejected: NoSignature: "),
        new Case("remembered", List.of("--image", "known"), 1, "", "rejected: NoSignature: "),
        new Case(
            "undetermined",
            List.of("--image", "undetermined"),
            2,
            "",
            "undetermined: RegistryUnreachable: "),
        new Case("audit mode", List.of("--image", "audited"), 0, digest, "audit mode"),
        new Case("a fault", List.of("--image", "broken"), 2, "", "undetermined: InternalError: "),
        new Case(
            "too slow",
            List.of("--image", "hanging", "--timeout", "1500"),
            2,
            "",
            "undetermined: DeadlineExceeded: "),
        new Case("a variant", List.of("--variant", "stable"), 0, digest, ""),
        new Case("the default", List.of("--default"), 0, digest, ""),
        new Case("a pod", List.of("--default", "--pod", "default/web-1/u-1"), 0, digest, ""),
        new Case(
            "the digest to boot",
            List.of("--image", "a", "--digest", FakeGate.DIGEST.toString()),
            0,
            digest,
            ""),
        new Case(
            "another digest", List.of("--image", "a", "--digest", OTHER), 2, "", "another digest"),
        new Case("awkward text", List.of("--image", "a\"\\\r\n\t\u0001"), 0, digest, ""),
        new Case(
            "containerd",
            List.of("-name", "a", "-digest", OTHER, "-stdin-media-type", "x"),
            0,
            "kernelgate: trusted: SignedIndex: An index that lists the platform manifest is signed"
                + " by an accepted signer.\n",
            ""),
        new Case(
            "refused for its pod",
            List.of("--image", "a", "--pod", "default/web 1/u-1"),
            2,
            "",
            "status 400: "));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void understandsTheAnswer(Case asked) throws IOException, InterruptedException {
    open(PeerRights.full(Set.of(ownUid()), Set.of()));
    Result result = check(asked.options());
    assertThat(result.status()).as(result.err()).isEqualTo(asked.status());
    assertThat(result.out()).isEqualTo(asked.out());
    assertThat(result.err()).contains(asked.err());
  }

  @Test
  void learnsThatTheAgentLivesButIsNotReady() throws IOException, InterruptedException {
    open(PeerRights.full(Set.of(ownUid()), Set.of()));
    assertThat(check(List.of("--live"))).isEqualTo(new Result(0, "live\n", ""));
    assertThat(check(List.of("--ready"))).isEqualTo(new Result(0, "ready\n", ""));

    gate.isReady = false;
    assertThat(check(List.of("--live"))).isEqualTo(new Result(0, "live\n", ""));
    Result notReady = check(List.of("--ready"));
    assertThat(notReady.status()).isEqualTo(1);
    assertThat(notReady.out()).isEmpty();
    assertThat(notReady.err()).contains("not ready: ", "status 503: ");
    assertThat(gate.requests).isEmpty();
  }

  @Test
  void passesOnEveryTextUnchanged() throws IOException, InterruptedException {
    open(PeerRights.full(Set.of(ownUid()), Set.of()));
    check(List.of("--image", "a\"\\\r\n\t\u0001\u007f"));
    assertThat(gate.requests).hasSize(1);
    assertThat(gate.requests.getFirst().kernel()).hasToString("a\"\\\r\n\t\u0001\u007f");
  }

  @Test
  void reportsThatItMayNotAsk() throws IOException, InterruptedException {
    open(PeerRights.NOBODY);
    Result result = check(List.of("--image", "trusted", "--on-unavailable", "allow"));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("status 403: uid " + ownUid());
  }

  @Test
  void doesNotBootWhenTheServerEndsInTheMiddleOfAQuestion() throws Exception {
    open(PeerRights.full(Set.of(ownUid()), Set.of()));
    List<String> command =
        command(List.of("--image", "hanging", "--timeout", "9000", "--server-uid", "" + ownUid()));
    Process asking = new ProcessBuilder(command).redirectErrorStream(true).start();
    while (gate.requests.isEmpty()) {
      Thread.onSpinWait();
    }
    server.orElseThrow().close();

    assertThat(asking.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(asking.exitValue()).isEqualTo(2);
  }

  @Test
  void refusesAServerOfAnotherUser() throws IOException, InterruptedException {
    open(PeerRights.full(Set.of(ownUid()), Set.of()));
    Result result =
        run(command(List.of("--image", "trusted", "--server-uid", "" + (ownUid() + 1))));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("another user");
    assertThat(gate.requests).isEmpty();
  }

  private void open(PeerRights rights) throws IOException {
    server =
        Optional.of(
            SocketServer.open(
                SocketSettings.at(
                    socket(),
                    PosixFilePermissions.fromString("rw-rw----"),
                    Optional.empty(),
                    rights,
                    Duration.ofSeconds(10)),
                gate,
                System::nanoTime));
  }

  private Path socket() {
    return directory.resolve("gate.sock");
  }

  private Result check(List<String> options) throws IOException, InterruptedException {
    List<String> command = command(options);
    command.addAll(List.of("--server-uid", "" + ownUid()));
    return run(command);
  }

  private List<String> command(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(CHECK.toString());
    command.addAll(options);
    command.addAll(List.of("--socket", socket().toString()));
    return command;
  }

  private record Result(int status, String out, String err) {}

  private static Result run(List<String> command) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("kernelgate", ".err");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    String err = Files.readString(errors);
    Files.delete(errors);
    return new Result(status, out, err);
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static int ownUid() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }
}
