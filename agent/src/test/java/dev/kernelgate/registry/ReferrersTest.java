// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static dev.kernelgate.registry.Sources.IMAGE;
import static dev.kernelgate.registry.Sources.enough;
import static dev.kernelgate.registry.Sources.image;
import static dev.kernelgate.registry.Sources.problemOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.testing.Fault;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.verdict.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferrersTest {

  private final TestRegistry registry = Sources.registryWithImage();
  private final RegistryImageSource source = Sources.plainHttp(registry);
  private final Digest subject = Digest.of(Sources.BODY);

  @AfterEach
  void close() {
    source.close();
    registry.close();
  }

  @Test
  void areEmptyWithoutTheApi() throws ProblemException {
    assertThat(source.referrers(image(registry), subject, enough())).isEmpty();
  }

  @Test
  void arePassedOnAsTheyCame() throws Exception {
    List<String> added = addReferrers(3);

    assertThat(listed()).containsExactlyInAnyOrderElementsOf(added);
    assertThat(registry.requests()).containsExactly("GET /v2/" + IMAGE + "/referrers/" + subject);
  }

  @Test
  void areJoinedFromUpToFourPages() throws Exception {
    List<String> added = addReferrers(8);
    registry.pageReferrersBy(2);

    assertThat(listed()).containsExactlyInAnyOrderElementsOf(added);
    assertThat(registry.requests()).hasSize(4);
  }

  @Test
  void areNotCutOffAfterFourPages() {
    addReferrers(9);
    registry.pageReferrersBy(2);

    assertThat(problemOf(() -> source.referrers(image(registry), subject, enough())))
        .hasMessageContaining("LimitExceeded");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<http://elsewhere.test/next>; rel=\"next\"",
        "<https://127.0.0.1/next>; rel=\"next\"",
        "<>; rel=\"next\"",
        "</next>; rel=\"prev\"",
        "/next",
        "<::>; rel=next"
      })
  void areNotFollowedTo(String link) {
    registry.misbehaveEverywhere(
        Fault.answer(
            200,
            Map.of("Content-Type", TestRegistry.INDEX, "Link", link),
            "{\"schemaVersion\":2,\"manifests\":[]}"));

    assertThat(problemOf(() -> source.referrers(image(registry), subject, enough())))
        .hasMessageContaining("RegistryMisbehaved");
    assertThat(registry.requests()).hasSize(1);
  }

  @Test
  void leaveTheQuestionOpenWhenAPageFails() {
    addReferrers(4);
    registry.pageReferrersBy(2);
    registry.misbehaveOnce(
        "/v2/" + IMAGE + "/referrers/" + subject,
        Fault.answer(
            200,
            Map.of("Content-Type", TestRegistry.INDEX, "Link", "<?from=2>; rel=next"),
            "{\"manifests\":[{}]}"));

    assertThat(problemOf(() -> source.referrers(image(registry), subject, enough())))
        .hasMessageContaining("RegistryMisbehaved");
    assertThat(registry.requests()).hasSize(2);
  }

  private List<String> addReferrers(int count) {
    registry.enableReferrers(IMAGE);
    List<String> digests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String manifest =
          "{\"schemaVersion\":2,\"subject\":{\"digest\":\"" + subject + "\"},\"n\":" + i + "}";
      digests.add(
          registry
              .putManifest(IMAGE, TestRegistry.MANIFEST, manifest.getBytes(StandardCharsets.UTF_8))
              .toString());
    }
    return digests;
  }

  private List<String> listed() throws ProblemException, MalformedJsonException {
    FetchedManifest list = source.referrers(image(registry), subject, enough()).orElseThrow();
    assertThat(list.mediaType()).isEqualTo(TestRegistry.INDEX);
    List<String> digests = new ArrayList<>();
    for (JsonObject entry : JsonReader.read(list.body()).objects("manifests")) {
      digests.add(entry.requireText("digest"));
    }
    return digests;
  }
}
