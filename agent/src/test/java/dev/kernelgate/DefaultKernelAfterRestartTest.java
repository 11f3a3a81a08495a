// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.Fixtures;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.testing.UnixHttpClient;
import dev.kernelgate.testing.UnixHttpClient.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node whose default kernel and whose own kernel are those of an image that real cosign signed,
 * with its registry there, and after a restart with its registry away.
 */
@Timeout(60)
final class DefaultKernelAfterRestartTest {

  private static final String REPOSITORY = "edera-dev/c-v3-bundle-index";

  /** The image by its index, and the layers of its manifest for amd64 that hold the files. */
  private static final String INDEX =
      "sha256:d5fc8d325c3c6ac2ed7dd210c46022d2c75b4b85a80c369b9e3eceb205c5baa9";

  private static final String KERNEL_LAYER =
      "fed51f190e61c1a9d00be3aec4fba0d8d7276497d648a726c8c80587ab4b316f";
  private static final String ADDONS_LAYER =
      "c84ddba64506d28d63cd1a81bbd208b0f911860114ecba3461bf4473ff79e913";

  @TempDir private Path node;

  @Test
  void aLayerIsFetchedOnceAndNotAgainAfterARestart() throws Exception {
    String image;
    try (TestRegistry registry = TestRegistry.ofFixtures()) {
      image = registry.host() + "/" + REPOSITORY + "@" + INDEX;
      fillNode();
      configure(registry, image);
      try (Agent _ = start();
          UnixHttpClient client = UnixHttpClient.connect(node.resolve("kernelgate.sock"))) {
        assertDefaultKernelIsOf(image, client);
        Eventually.holds("the host's kernel is verified", () -> hostKernel(client, "verified"));
        TestAgent.awaitEvidence(client);
      }
      Stream<String> layers = registry.requests().stream().filter(this::isLayer);
      assertThat(layers).isNotEmpty().doesNotHaveDuplicates();
    }

    try (Agent _ = start();
        UnixHttpClient client = UnixHttpClient.connect(node.resolve("kernelgate.sock"))) {
      assertDefaultKernelIsOf(image, client);
      Files.writeString(node.resolve("kernel"), "another");
      Response other = client.get("/v1/decide?default=true");
      assertThat(other.status()).isEqualTo(503);
      assertThat(other.body()).contains("DefaultKernelUnknown").contains("is not /kernel/image of");
    }
  }

  @Test
  void aChangedHostKernelIsReportedAndNothingElse() throws Exception {
    try (TestRegistry registry = TestRegistry.ofFixtures()) {
      String image = registry.host() + "/" + REPOSITORY + "@" + INDEX;
      fillNode();
      Files.writeString(node.resolve("vmlinuz"), "another");
      configure(registry, image);
      try (Agent _ = start();
          UnixHttpClient client = UnixHttpClient.connect(node.resolve("kernelgate.sock"))) {
        Eventually.holds("the host's kernel is compared", () -> hostKernel(client, "different"));
        assertThat(client.get("/metrics").body()).contains("kernelgate_host_kernel_verified 0.0");
        assertDefaultKernelIsOf(image, client);
        assertThat(client.get("/v1/status").body()).doesNotContain("\"status\":\"False\"");
      }
    }
  }

  private static boolean hostKernel(UnixHttpClient client, String state) {
    return client.get("/v1/status").body().contains("\"hostKernel\":{\"state\":\"" + state + "\"");
  }

  /** Asks as often as the answer is that it is being worked out. */
  private void assertDefaultKernelIsOf(String image, UnixHttpClient client) throws IOException {
    Response response = client.get("/v1/decide?default=true");
    while (response.body().contains("\"reason\":\"Pending\"")) {
      response = client.get("/v1/decide?default=true");
    }
    assertThat(response.body())
        .contains("\"reason\":\"DefaultKernelVerified\"")
        .contains("is /kernel/image of " + image)
        .contains("is /kernel/addons.squashfs of " + image)
        .contains("\"bootSource\":\"zone-files\"");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers())
        .as("the native client takes no yes without a digest")
        .containsEntry(
            "kernelgate-digest", Digest.of(Files.readAllBytes(node.resolve("kernel"))).toString());
  }

  private boolean isLayer(String request) {
    int digest = request.lastIndexOf("sha256:");
    return request.contains("/blobs/")
        && Files.exists(
            node.resolve("evidence/layers").resolve(request.substring(digest + 7) + ".json"));
  }

  private void fillNode() throws IOException {
    unpack(KERNEL_LAYER, "kernel/image", node.resolve("kernel"));
    unpack(KERNEL_LAYER, "kernel/image", node.resolve("vmlinuz"));
    unpack(ADDONS_LAYER, "kernel/addons.squashfs", node.resolve("addons.squashfs"));
  }

  private static void unpack(String layer, String name, Path to) throws IOException {
    try (InputStream blob =
            Files.newInputStream(Fixtures.store().resolve("blobs/sha256").resolve(layer));
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(blob))) {
      TarArchiveEntry entry = tar.getNextEntry();
      while (!entry.getName().equals(name)) {
        entry = tar.getNextEntry();
      }
      Files.write(to, tar.readAllBytes());
    }
  }

  private Agent start() throws Exception {
    return TestAgent.start(node.resolve("kernelgate.yaml"));
  }

  private void configure(TestRegistry registry, String image) throws IOException {
    registry.configure(
        node,
        """
          defaultKernel:
            images: ["%1$s"]
        socket:
          path: kernelgate.sock
        node:
          imageCache: none
          zoneDirectory: .
          hostKernel: {image: "%1$s", file: vmlinuz}
        evidence:
          directory: evidence
        """
            .formatted(image));
  }
}
