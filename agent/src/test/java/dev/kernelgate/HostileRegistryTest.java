// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.Limits;
import dev.kernelgate.testing.Fault;
import dev.kernelgate.testing.TestRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command as a whole process with a heap of 64 MB, against a registry that means no good. One
 * process takes all cases one after another, so that what one leaves behind would fail the next.
 */
final class HostileRegistryTest {

  private static final int HUGE = 50_000_000;
  private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final String SIGNED = "edera-dev/c-v3-bundle-index";

  @TempDir Path folder;

  @Test
  void everyBadInputGetsItsReasonInTimeWithASmallHeap() throws Exception {
    try (TestRegistry registry = TestRegistry.ofFixtures()) {
      Map<String, String> expected = setUp(registry);

      Map<String, String> reasons = verify(registry, List.copyOf(expected.keySet()), 10, 2);

      assertThat(reasons).containsExactlyInAnyOrderEntriesOf(expected);
    }
  }

  /** Each is within its limit, and all of them are more than the heap. Time is not what counts. */
  @Test
  void muchThatIsLargeFitsIntoASmallHeap() throws Exception {
    try (TestRegistry registry = TestRegistry.ofFixtures()) {
      Map<String, String> expected = new HashMap<>(largeManifests(registry));
      expected.putAll(largeBundles(registry));

      Map<String, String> reasons = verify(registry, List.copyOf(expected.keySet()), 60, 1);

      assertThat(reasons).containsExactlyInAnyOrderEntriesOf(expected);
    }
  }

  /** Reference to expected reason. */
  private static Map<String, String> setUp(TestRegistry registry) {
    put(registry, "nested", "{\"manifests\":" + "[".repeat(1_000_000));
    put(registry, "duplicate-keys", "{\"manifests\":[],\"manifests\":[]}");
    put(registry, "many-values", "{\"manifests\":[" + "1,".repeat(1_000_000) + "1]}");
    misbehave(registry, "huge-announced", Fault.announced(TestRegistry.INDEX, HUGE));
    misbehave(registry, "huge-streamed", Fault.stream(TestRegistry.INDEX, HUGE));
    misbehave(registry, "gzip-bomb", Fault.gzipBomb(TestRegistry.INDEX, 1_000_000_000));
    misbehave(registry, "cut-short", Fault.cutShort(TestRegistry.INDEX, "{".getBytes(UTF_8), 100));
    misbehave(registry, "html", Fault.page(200));
    misbehave(registry, "drip", Fault.drip(TestRegistry.INDEX));
    misbehave(registry, "hang", Fault.hang());
    misbehave(registry, "server-error", Fault.status(500));
    attach(
        registry,
        "junk-referrers",
        IntStream.range(0, 2000).mapToObj(n -> Digest.of(("" + n).getBytes(UTF_8))).toList());
    attach(
        registry,
        "huge-bundle",
        List.of(bundle(registry, "huge-bundle", "{\"x\":\"" + "y".repeat(HUGE) + "\"}", 0)));
    String host = registry.host() + "/edera-dev/";
    return Map.ofEntries(
        Map.entry(registry.host() + "/Edera/kernel", "InvalidReference"),
        Map.entry(host + "nested:t", "RegistryMisbehaved"),
        Map.entry(host + "duplicate-keys:t", "RegistryMisbehaved"),
        Map.entry(host + "many-values:t", "RegistryMisbehaved"),
        Map.entry(host + "huge-announced:t", "LimitExceeded"),
        Map.entry(host + "huge-streamed:t", "LimitExceeded"),
        Map.entry(host + "gzip-bomb:t", "RegistryMisbehaved"),
        Map.entry(host + "cut-short:t", "RegistryMisbehaved"),
        Map.entry(host + "html:t", "RegistryMisbehaved"),
        Map.entry(host + "drip:t", "DeadlineExceeded"),
        Map.entry(host + "hang:t", "DeadlineExceeded"),
        Map.entry(host + "server-error:t", "RegistryUnreachable"),
        Map.entry(host + "junk-referrers:t", "LimitExceeded"),
        Map.entry(host + "huge-bundle:t", "LimitExceeded"),
        Map.entry(host + "x-v2-200-junk-then-valid:6.15.6", "SignedIndex"),
        Map.entry(host + "x-v3-200-junk-then-valid:6.15.6", "SignedIndex"),
        Map.entry(registry.host() + "/" + SIGNED + ":6.15.6", "SignedIndex"));
  }

  /** One large manifest under many tags: each is remembered for a while, but not all of them. */
  private static Map<String, String> largeManifests(TestRegistry registry) {
    byte[] manifest = unsigned(registry, "y".repeat(Limits.MANIFEST_BYTES - 1000)).getBytes(UTF_8);
    Map<String, String> reasons = new HashMap<>();
    for (int tag = 0; tag < 20; tag++) {
      registry.putManifest("edera-dev/large", "" + tag, TestRegistry.MANIFEST, manifest);
      reasons.put(registry.host() + "/edera-dev/large:" + tag, "NoSignature");
    }
    return reasons;
  }

  /** Many large bundles over one kernel. */
  private static Map<String, String> largeBundles(TestRegistry registry) {
    String json = "{\"x\":\"" + "y".repeat(Limits.BUNDLE_BYTES - 100) + "\"}";
    attach(
        registry,
        "large-bundles",
        IntStream.range(0, 20).mapToObj(n -> bundle(registry, "large-bundles", json, n)).toList());
    return Map.of(registry.host() + "/edera-dev/large-bundles:t", "InvalidSignature");
  }

  private static void put(TestRegistry registry, String repository, String index) {
    registry.putManifest("edera-dev/" + repository, "t", TestRegistry.INDEX, index.getBytes(UTF_8));
  }

  private static void misbehave(TestRegistry registry, String repository, Fault fault) {
    registry.misbehave("/v2/edera-dev/" + repository + "/manifests/t", fault);
  }

  /** An unsigned kernel whose fallback tag lists these. */
  private static void attach(TestRegistry registry, String repository, List<Digest> referrers) {
    Digest subject =
        registry.putManifest(
            "edera-dev/" + repository,
            "t",
            TestRegistry.MANIFEST,
            unsigned(registry, "").getBytes(UTF_8));
    List<String> entries =
        referrers.stream()
            .map(
                digest ->
                    "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1}"
                        .formatted(TestRegistry.MANIFEST, digest))
            .toList();
    String index = "{\"manifests\":[" + String.join(",", entries) + "]}";
    registry.putManifest(
        "edera-dev/" + repository,
        subject.fallbackTag(),
        TestRegistry.INDEX,
        index.getBytes(UTF_8));
  }

  /** An image for amd64, with as much text as is wanted. */
  private static String unsigned(TestRegistry registry, String text) {
    byte[] config = "{\"os\":\"linux\",\"architecture\":\"amd64\"}".getBytes(UTF_8);
    return "{\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"%s\",\"size\":%d},\"layers\":[],\"annotations\":{\"x\":\"%s\"}}"
        .formatted(registry.putBlob(config), config.length, text);
  }

  /** A referrer whose bundle is larger than its descriptor says; one of many with this bundle. */
  private static Digest bundle(TestRegistry registry, String repository, String json, int number) {
    Digest blob = registry.putBlob(json.getBytes(UTF_8));
    Digest empty = registry.putBlob("{}".getBytes(UTF_8));
    String manifest =
        "{\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"digest\":\"%s\",\"size\":2},\"layers\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":9}],\"annotations\":{\"n\":\"%d\"}}"
            .formatted(empty, BUNDLE, blob, number);
    return registry.putManifest(
        "edera-dev/" + repository, TestRegistry.MANIFEST, manifest.getBytes(UTF_8));
  }

  private Map<String, String> verify(
      TestRegistry registry, List<String> references, int seconds, int expectedStatus)
      throws IOException, InterruptedException, MalformedJsonException {
    Path output = folder.resolve("output");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "verify",
                "--config",
                config(registry).toString(),
                "--platform=linux/amd64",
                "--deadline=" + seconds + "s",
                "-o",
                "json"));
    command.addAll(references);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    int status = process.waitFor();
    assertThat(status).as(Files.readString(folder.resolve("errors"))).isEqualTo(expectedStatus);

    Map<String, String> reasons = new HashMap<>();
    for (String line : Files.readAllLines(output)) {
      JsonObject answer = JsonReader.read(line.getBytes(UTF_8));
      reasons.put(answer.requireText("image"), answer.requireText("reason"));
    }
    return reasons;
  }

  private Path config(TestRegistry registry) {
    try {
      return registry.configure(folder, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
