// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kernelgate.json.JsonReader;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.Limits;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.verdict.ProblemException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutImageSourceTest {

  private static final Repository KERNEL = new Repository("reg.io", "edera-dev/zone-kernel");
  private static final String MARKER = "{\"imageLayoutVersion\":\"1.0.0\"}";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final byte[] BODY = bytes("{\"schemaVersion\":2,\"manifests\":[]}");

  @TempDir Path temporary;

  private final FakeTime time = FakeTime.afterFixtures();
  private Path root;
  private Path blobs;

  @BeforeEach
  void createLayout() throws IOException {
    root = Files.createDirectory(temporary.resolve("layout"));
    blobs = Files.createDirectories(root.resolve("blobs/sha256"));
    Files.writeString(root.resolve("oci-layout"), MARKER);
    writeIndex("");
  }

  @Test
  void findsATagByItsMostExactName() throws Exception {
    Digest bare = addBlob(bytes("{\"a\":1}"));
    Digest named = addBlob(bytes("{\"a\":2}"));
    Digest full = addBlob(bytes("{\"a\":3}"));
    writeIndex(
        entry(bare, "6.1")
            + ","
            + entry(named, "edera-dev/zone-kernel:6.1")
            + ","
            + entry(full, "reg.io/edera-dev/zone-kernel:6.1"));
    LayoutImageSource layout = LayoutImageSource.open(root);

    assertThat(digestOf(layout, KERNEL)).isEqualTo(full);
    assertThat(digestOf(layout, new Repository("other.io", KERNEL.path()))).isEqualTo(named);
    assertThat(digestOf(layout, new Repository("reg.io", "other"))).isEqualTo(bare);
    assertThat(layout.manifest(KERNEL, "6.1", enough()).orElseThrow().mediaType()).isEqualTo(INDEX);
    assertThat(layout.kind()).isEqualTo(BootSource.LAYOUT);
  }

  @Test
  void saysDefinitelyThatATagOrABlobIsNotThere() throws ProblemException {
    LayoutImageSource layout = LayoutImageSource.open(root);
    Digest unknown = Digest.of(new byte[] {1});

    assertThat(layout.manifest(KERNEL, "6.1", enough())).isEmpty();
    assertThat(layout.manifest(KERNEL, unknown.toString(), enough())).isEmpty();
    assertThat(layout.blob(KERNEL, unknown, 10, enough())).isEmpty();
  }

  @Test
  void readsTheIndexAgainWhenItChanges() throws Exception {
    LayoutImageSource layout = LayoutImageSource.open(root);
    assertThat(layout.manifest(KERNEL, "6.1", enough())).isEmpty();

    writeIndex(entry(addBlob(BODY), "6.1"));

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
    LayoutImageSource layout = LayoutImageSource.open(root);
    Files.writeString(root.resolve("index.json"), json);

    assertThat(problemOf(() -> layout.manifest(KERNEL, "6.1", enough())))
        .hasMessageContaining("RegistryMisbehaved")
        .hasMessageContaining("layout");
  }

  @Test
  void refusesAnIndexThatIsTooLarge() throws Exception {
    LayoutImageSource layout = LayoutImageSource.open(root);
    makeSparse(root.resolve("index.json"), 100L << 20);

    assertThat(problemOf(() -> layout.manifest(KERNEL, "6.1", enough())))
        .hasMessageContaining("LimitExceeded");
  }

  @Test
  void takesAMissingIndexForNoAnswer() throws Exception {
    LayoutImageSource layout = LayoutImageSource.open(root);
    Files.delete(root.resolve("index.json"));

    assertThat(problemOf(() -> layout.manifest(KERNEL, "6.1", enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void takesALayoutThatWentAwayForNoAnswer() throws Exception {
    LayoutImageSource layout = LayoutImageSource.open(root);
    Files.delete(blobs);

    assertThat(problemOf(() -> layout.blob(KERNEL, Digest.of(BODY), 10, enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void takesATagWithoutItsBlobForNoAnswer() throws Exception {
    writeIndex(entry(Digest.of(BODY), "6.1"));

    assertThat(problemOf(() -> LayoutImageSource.open(root).manifest(KERNEL, "6.1", enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void takesATagWithAnotherContentForNoAnswer() throws Exception {
    Files.write(blobs.resolve(Digest.of(BODY).hex()), bytes("{}"));
    writeIndex(entry(Digest.of(BODY), "6.1"));

    assertThat(problemOf(() -> LayoutImageSource.open(root).manifest(KERNEL, "6.1", enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void takesATagOfTwoManifestsForNoAnswer() throws Exception {
    writeIndex(
        entry(addBlob(BODY), "6.1")
            + ","
            + entry(addBlob(bytes("{}")), "6.1")
            + ","
            + entry(addBlob(BODY), "6.2")
            + ","
            + entry(addBlob(BODY), "6.2"));
    LayoutImageSource layout = LayoutImageSource.open(root);

    assertThat(problemOf(() -> layout.manifest(KERNEL, "6.1", enough())))
        .hasMessageContaining("RegistryMisbehaved");
    assertThat(layout.manifest(KERNEL, "6.2", enough())).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"imageLayoutVersion\":\"2.0.0\"}", "1.0.0"})
  void opensNothingButALayoutOfVersionOne(String marker) throws IOException {
    Files.writeString(root.resolve("oci-layout"), marker);

    assertThat(problemOf(() -> LayoutImageSource.open(root)))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void opensNothingButADirectoryThatIsALayout() throws IOException {
    Files.delete(root.resolve("oci-layout"));

    for (Path none : new Path[] {root, temporary.resolve("missing"), root.resolve("index.json")}) {
      assertThat(problemOf(() -> LayoutImageSource.open(none)))
          .hasMessageContaining("RegistryMisbehaved");
    }
  }

  @Test
  void followsNoLinkOutOfTheLayout() throws Exception {
    Path secret = Files.write(temporary.resolve("secret"), BODY);
    Files.createSymbolicLink(blobs.resolve(Digest.of(BODY).hex()), secret);
    LayoutImageSource layout = LayoutImageSource.open(root);

    assertThat(problemOf(() -> layout.blob(KERNEL, Digest.of(BODY), 100, enough())))
        .hasMessageContaining("RegistryMisbehaved")
        .hasMessageContaining("link");
    assertThat(problemOf(() -> layout.manifest(KERNEL, Digest.of(BODY).toString(), enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void followsNoFolderThatIsALinkOutOfTheLayout() throws Exception {
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.write(elsewhere.resolve(Digest.of(BODY).hex()), BODY);
    Files.delete(blobs);
    Files.createSymbolicLink(blobs, elsewhere);
    LayoutImageSource layout = LayoutImageSource.open(root);

    assertThat(problemOf(() -> layout.blob(KERNEL, Digest.of(BODY), 100, enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void followsALinkWithinTheLayoutAndIntoIt() throws Exception {
    Path shared = Files.createDirectory(root.resolve("shared"));
    Files.write(shared.resolve("blob"), BODY);
    Files.createSymbolicLink(blobs.resolve(Digest.of(BODY).hex()), Path.of("../../shared/blob"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), root);

    assertThat(LayoutImageSource.open(link).blob(KERNEL, Digest.of(BODY), 100, enough()))
        .isPresent();
  }

  @Test
  void opensNoPipeAndNoDirectory() throws Exception {
    Digest digest = Digest.of(BODY);
    Process mkfifo = new ProcessBuilder("mkfifo", blobs.resolve(digest.hex()).toString()).start();
    assertThat(mkfifo.waitFor()).isZero();
    Digest folder = Digest.of(new byte[] {1});
    Files.createDirectory(blobs.resolve(folder.hex()));
    LayoutImageSource layout = LayoutImageSource.open(root);

    for (Digest notAFile : new Digest[] {digest, folder}) {
      assertThat(problemOf(() -> layout.blob(KERNEL, notAFile, 100, enough())))
          .hasMessageContaining("RegistryMisbehaved");
    }
  }

  @Test
  void readsUpToExactlyTheBound() throws Exception {
    Digest digest = addBlob(new byte[100]);
    Digest huge = Digest.of(new byte[] {1});
    makeSparse(blobs.resolve(huge.hex()), 100L << 20);
    LayoutImageSource layout = LayoutImageSource.open(root);

    assertThat(layout.blob(KERNEL, digest, 100, enough()).orElseThrow()).hasSize(100);
    assertThat(problemOf(() -> layout.blob(KERNEL, digest, 99, enough())))
        .hasMessageContaining("LimitExceeded");
    assertThat(problemOf(() -> layout.manifest(KERNEL, huge.toString(), enough())))
        .hasMessageContaining("LimitExceeded");
    assertThat(problemOf(() -> layout.blob(KERNEL, huge, Limits.BUNDLE_BYTES, enough())))
        .hasMessageContaining("LimitExceeded");
  }

  @Test
  void readsNothingWhenTheDeadlineIsOver() throws ProblemException {
    LayoutImageSource layout = LayoutImageSource.open(root);
    Deadline over = time.deadlineIn(Duration.ZERO);

    assertThat(problemOf(() -> layout.manifest(KERNEL, "6.1", over)))
        .hasMessageContaining("DeadlineExceeded");
    assertThat(problemOf(() -> layout.blob(KERNEL, Digest.of(BODY), 1, over)))
        .hasMessageContaining("DeadlineExceeded");
  }

  @Test
  void findsReferrersThatNothingLists() throws Exception {
    Digest subject = addBlob(BODY);
    Digest signature = addBlob(referrer(subject));
    addBlob(referrer(Digest.of(new byte[] {1})));
    addBlob(bytes("{\"subject\":\"no manifest\"}"));
    addBlob(bytes("{\"subject\":"));
    Files.write(blobs.resolve(Digest.of(new byte[] {7}).hex()), referrer(subject));
    Files.write(blobs.resolve("not-a-digest"), referrer(subject));
    LayoutImageSource layout = LayoutImageSource.open(root);

    assertThat(referrers(layout, subject)).containsExactly(signature.toString());
    Digest later = addBlob(bytes(new String(referrer(subject), StandardCharsets.UTF_8) + " "));
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

  private Digest addBlob(byte[] content) throws IOException {
    Digest digest = Digest.of(content);
    Files.write(blobs.resolve(digest.hex()), content);
    return digest;
  }

  private void writeIndex(String entries) throws IOException {
    Files.writeString(
        root.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + entries + "]}");
  }

  private static String entry(Digest digest, String name) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1,\"annotations\":{\"%s\":\"%s\"}}"
        .formatted(INDEX, digest, LayoutIndex.REF_NAME, name);
  }

  private static void makeSparse(Path file, long size) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(size);
    }
  }

  private Deadline enough() {
    return time.deadlineIn(Duration.ofSeconds(10));
  }

  private static ProblemException problemOf(ThrowingCallable call) {
    return catchThrowableOfType(ProblemException.class, call);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
