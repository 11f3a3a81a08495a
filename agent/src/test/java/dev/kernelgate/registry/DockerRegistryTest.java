// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static dev.kernelgate.registry.Sources.enough;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.layout.LayoutImageSource;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.oci.Limits;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.testing.DockerRegistry;
import dev.kernelgate.testing.Fixtures;
import dev.kernelgate.testing.TestRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fixture kernel through the registry that most mirrors run. */
class DockerRegistryTest {

  private static final String NAME = "edera-dev/d-v3-rekor2-tsa-index";
  private static final String TAG = "6.15.6";

  @TempDir Path folder;

  private LayoutImageSource fixtures;

  @BeforeEach
  void openFixtures() throws Exception {
    fixtures = LayoutImageSource.open(Fixtures.store());
  }

  @Test
  void servesWhatWasPushed() throws Exception {
    Optional<Path> program = DockerRegistry.program();
    assumeTrue(program.isPresent(), "docker-registry (a Debian package) is not installed");
    try (DockerRegistry server = DockerRegistry.start(program.get(), folder);
        RegistryImageSource source =
            Sources.of(List.of(RegistrySettings.plainHttp(server.host())), DockerConfig.none())) {
      Repository repository = new Repository(server.host(), NAME);
      List<Digest> blobs = push(server, TAG);

      FetchedManifest index = source.manifest(repository, TAG, enough()).orElseThrow();

      assertThat(index.body())
          .isEqualTo(fixtures.manifest(repository, TAG, enough()).orElseThrow().body());
      assertThat(index.mediaType()).isEqualTo(TestRegistry.INDEX);
      for (Digest blob : blobs) {
        byte[] bytes = source.blob(repository, blob, Limits.MANIFEST_BYTES, enough()).orElseThrow();
        assertThat(Digest.of(bytes)).isEqualTo(blob);
      }
      Digest unknown = Digest.of(new byte[] {1});
      assertThat(source.manifest(repository, "7.0", enough())).isEmpty();
      assertThat(source.manifest(repository, unknown.toString(), enough())).isEmpty();
      assertThat(source.manifest(new Repository(server.host(), "none"), TAG, enough())).isEmpty();
      assertThat(source.blob(repository, unknown, 10, enough())).isEmpty();
      assertThat(source.referrers(repository, unknown, enough())).isEmpty();
    }
  }

  /** Pushes the index with everything that it leads to, and returns the blobs. */
  private List<Digest> push(DockerRegistry server, String tag) throws Exception {
    Repository repository = new Repository(server.host(), NAME);
    byte[] index = fixtures.manifest(repository, tag, enough()).orElseThrow().body();
    List<Digest> blobs = new ArrayList<>();
    for (JsonObject entry : JsonReader.read(index).objects("manifests")) {
      Digest digest = Digest.parse(entry.requireText("digest")).orElseThrow();
      byte[] manifest =
          fixtures.manifest(repository, digest.toString(), enough()).orElseThrow().body();
      JsonObject json = JsonReader.read(manifest);
      List<JsonObject> descriptors = new ArrayList<>(json.objects("layers"));
      descriptors.add(json.requireObject("config"));
      for (JsonObject descriptor : descriptors) {
        Digest blob = Digest.parse(descriptor.requireText("digest")).orElseThrow();
        byte[] content =
            fixtures.blob(repository, blob, Limits.MANIFEST_BYTES, enough()).orElseThrow();
        server.pushBlob(NAME, blob.toString(), content);
        blobs.add(blob);
      }
      server.pushManifest(NAME, digest.toString(), entry.requireText("mediaType"), manifest);
    }
    server.pushManifest(NAME, tag, TestRegistry.INDEX, index);
    return blobs;
  }
}
