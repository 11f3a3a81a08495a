// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static dev.kernelgate.registry.Sources.enough;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.layout.LayoutImageSource;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.testing.Fixtures;
import dev.kernelgate.testing.TestRegistry;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fixtures say the same from both sources. */
class FixtureStoreTest {

  private static final String WITH_REFERRERS = "edera-dev/c-v3-bundle-referrers-api";

  @Test
  void everyTagIsTheSameFromTheRegistryAndFromTheLayout() throws Exception {
    JsonObject repositories =
        JsonReader.read(Files.readAllBytes(Fixtures.store().resolve("registry.json")))
            .requireObject("repos");
    LayoutImageSource layout = LayoutImageSource.open(Fixtures.store());
    int tags = 0;
    try (TestRegistry server = TestRegistry.ofFixtures();
        RegistryImageSource registry = Sources.plainHttp(server)) {
      for (String name : repositories.names()) {
        Repository repository = new Repository(server.host(), name);
        for (var tag : repositories.requireObject(name).texts("tags").entrySet()) {
          FetchedManifest served =
              registry.manifest(repository, tag.getKey(), enough()).orElseThrow();
          FetchedManifest listed =
              layout.manifest(repository, tag.getKey(), enough()).orElseThrow();
          assertThat(served.body()).isEqualTo(listed.body());
          assertThat(served.mediaType()).isEqualTo(listed.mediaType());
          assertThat(Digest.of(served.body())).hasToString(tag.getValue());
          tags++;
        }
      }
    }
    assertThat(tags).isGreaterThan(200);
  }

  @Test
  void referrersAreTheSameFromTheRegistryAndFromTheLayout() throws Exception {
    LayoutImageSource layout = LayoutImageSource.open(Fixtures.store());
    try (TestRegistry server = TestRegistry.ofFixtures();
        RegistryImageSource registry = Sources.plainHttp(server)) {
      Repository repository = new Repository(server.host(), WITH_REFERRERS);
      Digest index =
          Digest.of(registry.manifest(repository, "6.15.6", enough()).orElseThrow().body());

      List<String> served =
          digests(registry.referrers(repository, index, enough()).orElseThrow().body());

      assertThat(served).hasSize(1);
      assertThat(digests(layout.referrers(repository, index, enough()).orElseThrow().body()))
          .isEqualTo(served);
    }
  }

  private static List<String> digests(byte[] list) throws Exception {
    List<String> digests = new ArrayList<>();
    for (JsonObject entry : JsonReader.read(list).objects("manifests")) {
      digests.add(entry.requireText("digest"));
    }
    return digests;
  }
}
