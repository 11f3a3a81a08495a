// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layout;

import static dev.kernelgate.layout.LayoutFolder.BODY;
import static dev.kernelgate.layout.LayoutFolder.INDEX_TYPE;
import static dev.kernelgate.layout.LayoutFolder.KERNEL;
import static dev.kernelgate.layout.LayoutFolder.bytes;
import static dev.kernelgate.layout.LayoutFolder.enough;
import static dev.kernelgate.layout.LayoutFolder.entry;
import static dev.kernelgate.layout.LayoutFolder.over;
import static dev.kernelgate.layout.LayoutFolder.problemOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.json.JsonReader;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.BlobStream;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.verdict.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutImageSourceTest {

  @TempDir Path temporary;

  private LayoutFolder layoutFolder;

  @BeforeEach
  void createLayout() throws IOException {
    layoutFolder = LayoutFolder.create(temporary);
  }

  @Test
  void findsATagByItsMostExactName() throws Exception {
    Digest bare = layoutFolder.addBlob(bytes("{\"a\":1}"));
    Digest named = layoutFolder.addBlob(bytes("{\"a\":2}"));
    Digest full = layoutFolder.addBlob(bytes("{\"a\":3}"));
    layoutFolder.writeIndex(
        entry(bare, "6.1")
            + ","
            + entry(named, "edera-dev/zone-kernel:6.1")
            + ","
            + entry(full, "reg.io/edera-dev/zone-kernel:6.1"));
    LayoutImageSource layout = layoutFolder.open();

    assertThat(digestOf(layout, KERNEL)).isEqualTo(full);
    assertThat(digestOf(layout, new Repository("other.io", KERNEL.path()))).isEqualTo(named);
    assertThat(digestOf(layout, new Repository("reg.io", "other"))).isEqualTo(bare);
    assertThat(layout.manifest(KERNEL, "6.1", enough()).orElseThrow().mediaType())
        .isEqualTo(INDEX_TYPE);
    assertThat(layout.kind()).isEqualTo(BootSource.LAYOUT);
  }

  @Test
  void saysDefinitelyThatATagOrABlobIsNotThere() throws ProblemException {
    LayoutImageSource layout = layoutFolder.open();
    Digest unknown = Digest.of(new byte[] {1});

    assertThat(layout.manifest(KERNEL, "6.1", enough())).isEmpty();
    assertThat(layout.manifest(KERNEL, unknown.toString(), enough())).isEmpty();
    assertThat(layout.blob(KERNEL, unknown, 10, enough())).isEmpty();
  }

  @Test
  void streamsABlobAsLongAsThereIsTime() throws Exception {
    Digest digest = layoutFolder.addBlob(BODY);
    LayoutImageSource layout = layoutFolder.open();
    byte[] buffer = new byte[BODY.length + 1];

    try (BlobStream blob = layout.stream(KERNEL, digest, enough()).orElseThrow()) {
      assertThat(blob.read(buffer, 0, buffer.length)).isEqualTo(BODY.length);
      assertThat(blob.read(buffer, 0, buffer.length)).isEqualTo(-1);
    }
    assertThat(buffer).startsWith(BODY);
    assertThat(layout.stream(KERNEL, Digest.of(new byte[] {1}), enough())).isEmpty();
    assertThat(problemOf(() -> layout.stream(KERNEL, digest, over())))
        .hasMessageContaining("DeadlineExceeded");
  }

  @Test
  void streamsNothingFromOutsideOfTheLayout() throws Exception {
    Digest digest = Digest.of(BODY);
    Path outside = Files.write(temporary.resolve("outside"), BODY);
    Files.createSymbolicLink(layoutFolder.blob(digest), outside);

    assertThat(problemOf(() -> layoutFolder.open().stream(KERNEL, digest, enough())))
        .hasMessageContaining("link");
  }

  @Test
  void readsTheIndexAgainWhenItChanges() throws Exception {
    LayoutImageSource layout = layoutFolder.open();
    assertThat(layout.manifest(KERNEL, "6.1", enough())).isEmpty();

    layoutFolder.writeIndex(entry(layoutFolder.addBlob(BODY), "6.1"));

    assertThat(layout.manifest(KERNEL, "6.1", enough())).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"schemaVersion\":2,\"manifests\":[{\"digest\":",
        "[]",
        "{\"manifests\":{}}",
        "{\"manifests\":[{}]}",
        "{\"manifests\":[],\"manifests\":[]}"
      })
  void takesAnIndexThatIsHalfWrittenForNoAnswer(String json) throws Exception {
    LayoutImageSource layout = layoutFolder.open();
    Files.writeString(layoutFolder.root().resolve("index.json"), json);

    assertThat(problemOf(() -> layout.manifest(KERNEL, "6.1", enough())))
        .hasMessageContaining("RegistryMisbehaved")
        .hasMessageContaining("layout");
  }

  @Test
  void takesAMissingIndexForNoAnswer() throws Exception {
    LayoutImageSource layout = layoutFolder.open();
    Files.delete(layoutFolder.root().resolve("index.json"));

    assertThat(problemOf(() -> layout.manifest(KERNEL, "6.1", enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void takesALayoutThatWentAwayForNoAnswer() throws Exception {
    LayoutImageSource layout = layoutFolder.open();
    Files.delete(layoutFolder.blobs());

    assertThat(problemOf(() -> layout.blob(KERNEL, Digest.of(BODY), 10, enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void takesATagWithoutItsBlobForNoAnswer() throws Exception {
    layoutFolder.writeIndex(entry(Digest.of(BODY), "6.1"));

    assertThat(problemOf(() -> layoutFolder.open().manifest(KERNEL, "6.1", enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void takesATagWithAnotherContentForNoAnswer() throws Exception {
    Files.write(layoutFolder.blob(Digest.of(BODY)), bytes("{}"));
    layoutFolder.writeIndex(entry(Digest.of(BODY), "6.1"));

    assertThat(problemOf(() -> layoutFolder.open().manifest(KERNEL, "6.1", enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void takesATagOfTwoManifestsForNoAnswer() throws Exception {
    layoutFolder.writeIndex(
        entry(layoutFolder.addBlob(BODY), "6.1")
            + ","
            + entry(layoutFolder.addBlob(bytes("{}")), "6.1")
            + ","
            + entry(layoutFolder.addBlob(BODY), "6.2")
            + ","
            + entry(layoutFolder.addBlob(BODY), "6.2"));
    LayoutImageSource layout = layoutFolder.open();

    assertThat(problemOf(() -> layout.manifest(KERNEL, "6.1", enough())))
        .hasMessageContaining("RegistryMisbehaved");
    assertThat(layout.manifest(KERNEL, "6.2", enough())).isPresent();
  }

  @Test
  void readsNothingWhenTheDeadlineIsOver() throws ProblemException {
    LayoutImageSource layout = layoutFolder.open();

    assertThat(problemOf(() -> layout.manifest(KERNEL, "6.1", over())))
        .hasMessageContaining("DeadlineExceeded");
    assertThat(problemOf(() -> layout.blob(KERNEL, Digest.of(BODY), 1, over())))
        .hasMessageContaining("DeadlineExceeded");
  }

  @Test
  void findsReferrersThatNothingLists() throws Exception {
    Digest subject = layoutFolder.addBlob(BODY);
    Digest signature = layoutFolder.addBlob(referrer(subject));
    layoutFolder.addBlob(referrer(Digest.of(new byte[] {1})));
    layoutFolder.addBlob(bytes("{\"subject\":\"no manifest\"}"));
    layoutFolder.addBlob(bytes("{\"subject\":"));
    Files.write(layoutFolder.blob(Digest.of(new byte[] {7})), referrer(subject));
    Files.write(layoutFolder.blobs().resolve("not-a-digest"), referrer(subject));
    LayoutImageSource layout = layoutFolder.open();

    assertThat(referrers(layout, subject)).containsExactly(signature.toString());
    Digest later =
        layoutFolder.addBlob(bytes(new String(referrer(subject), StandardCharsets.UTF_8) + " "));
    assertThat(referrers(layout, subject))
        .containsExactlyInAnyOrder(signature.toString(), later.toString());
    assertThat(referrers(layout, signature)).isEmpty();
  }

  private List<String> referrers(LayoutImageSource layout, Digest subject) throws Exception {
    List<String> digests = new ArrayList<>();
    byte[] list = layout.referrers(KERNEL, subject, enough()).orElseThrow().body();
    for (var entry : JsonReader.read(list).objects("manifests")) {
      digests.add(entry.requireText("digest"));
    }
    return digests;
  }

  private static byte[] referrer(Digest subject) {
    return bytes(
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
            + "\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\"},\"subject\":{\"digest\":\""
            + subject
            + "\"}}");
  }

  private Digest digestOf(LayoutImageSource layout, Repository repository) throws ProblemException {
    return Digest.of(layout.manifest(repository, "6.1", enough()).orElseThrow().body());
  }
}
