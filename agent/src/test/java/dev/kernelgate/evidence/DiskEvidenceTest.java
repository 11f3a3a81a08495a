// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.oci.EvidenceStore;
import dev.kernelgate.oci.Piece;
import dev.kernelgate.oci.VerifiedBytes;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.verdict.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskEvidenceTest {

  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private static final Digest MANIFEST = Digest.of("manifest".getBytes(UTF_8));

  @TempDir private Path state;

  private final FakeTime time = FakeTime.afterFixtures();
  private final List<String> problems = new ArrayList<>();

  private DiskEvidence open(long maxBytes) throws IOException {
    return DiskEvidence.open(
        new DiskEvidence.Place(root(), maxBytes),
        _ -> new MemorySource(),
        Runnable::run,
        time,
        now -> {
          problems.clear();
          problems.addAll(now);
        });
  }

  private Path root() {
    return state.resolve("evidence");
  }

  private Path folder() {
    return root().resolve("registry.test%2Fkernel");
  }

  private static KernelReference reference(String text) {
    try {
      return KernelReference.parse(text);
    } catch (InvalidReferenceException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static KernelReference tag(String tag) {
    return reference("registry.test/kernel:" + tag);
  }

  private static byte[] content(String seed, int size) {
    byte[] bytes = new byte[size];
    byte[] text = seed.getBytes(UTF_8);
    System.arraycopy(text, 0, bytes, 0, text.length);
    return bytes;
  }

  /** What would be read of an image that one tag leads to. */
  private static Digest keep(EvidenceStore store, String tag, byte[] root) throws ProblemException {
    Digest digest = Digest.of(root);
    store.keep(
        tag(tag),
        digest,
        MANIFEST,
        List.of(new Piece(Optional.of(tag), INDEX, VerifiedBytes.expect(digest, root))));
    return digest;
  }

  @Test
  void keepsWhatATagLedToUnderTheTagAndUnderTheDigest() throws Exception {
    Digest digest = keep(open(1000), "one", content("one", 100));
    time.advance(Duration.ofDays(1));
    DiskEvidence afterRestart = open(1000);

    assertThat(afterRestart.of(tag("one")).orElseThrow().since())
        .isEqualTo(FakeTime.afterFixtures().instant());
    assertThat(afterRestart.of(reference("registry.test/kernel@" + digest))).isPresent();
    assertThat(afterRestart.bytes()).isEqualTo(100);
  }

  @Test
  void knowsTheIndexThatLedToAManifest() throws Exception {
    DiskEvidence store = open(1000);
    Digest index = keep(store, "one", content("one", 100));

    store.confirm(tag("one"), Digest.of(new byte[1]));

    assertThat(store.indexOf(tag("one"), MANIFEST)).contains(index);
    assertThat(store.of(reference("registry.test/kernel@" + MANIFEST))).isPresent();
    assertThat(store.indexOf(tag("one"), index)).isEmpty();
    assertThat(store.indexOf(reference("registry.test/other:one"), MANIFEST)).isEmpty();
  }

  @Test
  void keepsRepositoriesApart() throws Exception {
    DiskEvidence store = open(1000);
    Digest digest = keep(store, "one", content("one", 100));

    assertThat(store.of(reference("registry.test/other:one"))).isEmpty();
    assertThat(store.of(reference("registry.test/other@" + digest))).isEmpty();
  }

  @Test
  void isReadableByNobodyElse() throws Exception {
    Files.createDirectories(root());
    Files.setPosixFilePermissions(root(), PosixFilePermissions.fromString("rwxr-xr-x"));
    keep(open(1000), "one", content("one", 100));

    try (Stream<Path> files = Files.walk(root())) {
      for (Path file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
      }
    }
  }

  @Test
  void forgetsATagThatMovedToWhatWasNeverTrusted() throws Exception {
    DiskEvidence store = open(1000);
    Digest digest = keep(store, "one", content("one", 100));

    store.confirm(tag("one"), Digest.of(content("unsigned", 100)));

    assertThat(store.of(tag("one"))).isEmpty();
    assertThat(store.of(reference("registry.test/kernel@" + digest))).isPresent();
  }

  @Test
  void followsATagThatMovedToWhatWasTrusted() throws Exception {
    DiskEvidence store = open(1000);
    keep(store, "one", content("one", 100));
    Digest second = keep(store, "two", content("two", 100));
    time.advance(Duration.ofMinutes(1));

    store.confirm(tag("one"), second);
    store.confirm(tag("three"), second);

    assertThat(store.of(tag("one")).orElseThrow().since()).isEqualTo(time.instant());
    assertThat(store.of(tag("three"))).isPresent();
    assertThat(Files.readString(folder().resolve("index.json"))).doesNotContain("one\",\"digest");
  }

  @Test
  void writesAConfirmationNowAndThenOnly() throws Exception {
    DiskEvidence store = open(1000);
    Digest digest = keep(store, "one", content("one", 100));

    time.advance(Duration.ofMinutes(9));
    store.confirm(tag("one"), digest);
    assertThat(store.of(tag("one")).orElseThrow().since()).isBefore(time.instant());
    time.advance(Duration.ofMinutes(2));
    store.confirm(tag("one"), digest);
    assertThat(store.of(tag("one")).orElseThrow().since()).isEqualTo(time.instant());
  }

  @Test
  void dropsWhatWasUsedTheLongestAgo() throws Exception {
    DiskEvidence store = open(350);
    for (String name : List.of("one", "two", "three", "one", "four")) {
      time.advance(Duration.ofMinutes(1));
      keep(store, name, content(name, 100));
    }

    assertThat(store.of(tag("two"))).isEmpty();
    assertThat(store.of(tag("one"))).isPresent();
    assertThat(store.of(tag("four"))).isPresent();
    assertThat(store.bytes()).isEqualTo(300);
  }

  @Test
  void doesNotKeepAKernelThatIsTooLarge() throws Exception {
    DiskEvidence store = open(100L * DiskEvidence.MAX_KERNEL_BYTES);

    keep(store, "huge", content("huge", DiskEvidence.MAX_KERNEL_BYTES + 1));

    assertThat(store.of(tag("huge"))).isEmpty();
    assertThat(folder()).doesNotExist();
  }

  @Test
  void cleansUpAfterACrash() throws Exception {
    keep(open(1000), "one", content("one", 100));
    Path unfinished = folder().resolve("blobs/sha256/" + DurableFiles.UNFINISHED + "0000");
    Files.write(unfinished, new byte[50]);

    DiskEvidence store = open(1000);

    assertThat(unfinished).doesNotExist();
    assertThat(store.of(tag("one"))).isPresent();
  }

  @Test
  void mendsADamagedBlobWhenItIsReadAgain() throws Exception {
    DiskEvidence store = open(1000);
    byte[] root = content("one", 100);
    Digest digest = keep(store, "one", root);
    Path blob = folder().resolve("blobs/sha256").resolve(digest.hex());
    Files.write(blob, new byte[100]);

    keep(store, "one", root);

    assertThat(Files.readAllBytes(blob)).isEqualTo(root);
  }

  @Test
  void startsANewIndexWhereTheOldOneIsNone() throws Exception {
    DiskEvidence store = open(1000);
    keep(store, "one", content("one", 100));
    for (String garbage : List.of("", "[]", "{\"manifests\":[{}]}", "{\"manifests\":[", "\0")) {
      Files.writeString(folder().resolve("index.json"), garbage);
      assertThat(store.of(tag("one"))).isEmpty();
      keep(store, "two", content("two", 100));
      assertThat(store.of(tag("two"))).isPresent();
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void keepsNothingAndSaysSoWhereItsFilesAreSomethingElse() throws Exception {
    DiskEvidence store = open(1000);
    Files.createDirectories(folder().resolve("index.json/in-the-way"));

    keep(store, "one", content("one", 100));

    assertThat(store.of(tag("one"))).isEmpty();
    assertThat(problems).singleElement().asString().contains("it cannot be written");
  }

  @Test
  void refusesADirectoryThatIsALink() throws Exception {
    Files.createDirectory(state.resolve("elsewhere"));
    Files.createSymbolicLink(root(), state.resolve("elsewhere"));

    assertThatThrownBy(() -> open(1000)).isInstanceOf(IOException.class);
  }

  @Test
  void refusesADirectoryOfAnotherUser() throws Exception {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    Files.createDirectory(root());
    Files.setAttribute(root(), "unix:uid", 65534);

    assertThatThrownBy(() -> open(1000)).hasMessageContaining("another user");
  }

  @Test
  void saysThatTheDirectoryAboveIsMissing() {
    assertThatThrownBy(
            () ->
                DiskEvidence.open(
                    new DiskEvidence.Place(state.resolve("no/where"), 1),
                    _ -> new MemorySource(),
                    Runnable::run,
                    time,
                    _ -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no directory");
  }

  @Test
  void writesNothingThroughLinksAndDeletesNothingBehindThem() throws Exception {
    DiskEvidence store = open(100);
    Path elsewhere = Files.createDirectories(state.resolve("elsewhere/blobs/sha256"));
    Path victim = Files.write(elsewhere.resolve("victim"), new byte[500]);
    Files.createSymbolicLink(folder(), state.resolve("elsewhere"));

    keep(store, "one", content("one", 90));
    keep(store, "two", content("two", 90));

    assertThat(victim).exists();
    assertThat(files(state.resolve("elsewhere"))).containsExactly(victim);
    assertThat(problems).singleElement().asString().contains("evidence: it cannot be written");
    Files.delete(folder());
    keep(store, "one", content("one", 90));
    assertThat(problems).isEmpty();
  }

  @Test
  void replacesABlobThatIsALink() throws Exception {
    DiskEvidence store = open(1000);
    byte[] root = content("one", 100);
    Path outside = Files.write(state.resolve("outside"), root);
    Digest digest = keep(store, "one", root);
    Path blob = folder().resolve("blobs/sha256").resolve(digest.hex());
    Files.delete(blob);
    Files.createSymbolicLink(blob, outside);

    keep(store, "one", root);

    assertThat(blob).isRegularFile();
    assertThat(Files.isSymbolicLink(blob)).isFalse();
  }

  @Test
  void nobodyWaitsForTheDiskAndALongQueueIsNotJoined() throws Exception {
    Deque<Runnable> queue = new ArrayDeque<>();
    DiskEvidence store =
        DiskEvidence.open(
            new DiskEvidence.Place(root(), 100_000),
            _ -> new MemorySource(),
            queue::add,
            time,
            _ -> {});
    for (int i = 0; i < 100; i++) {
      keep(store, "tag" + i, content("tag" + i, 100));
    }

    assertThat(queue).hasSize(16);
    queue.forEach(Runnable::run);
    assertThat(store.of(tag("tag15"))).isPresent();
    assertThat(store.of(tag("tag16"))).isEmpty();
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
