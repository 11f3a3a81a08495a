// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.oci.Limits;
import dev.kernelgate.testing.KrataFolder;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the node's cache says, and what it can be made to say. */
@Timeout(20)
final class KrataCacheTest {

  private static final String NAME = "ghcr.io/edera-dev/zone-kernel:6.15";
  private static final byte[] CONFIG = bytes("{}");

  @TempDir private Path directory;
  private KrataFolder folder;
  private KrataCache cache;
  private Digest held;

  @BeforeEach
  void holdOneImage() throws IOException {
    folder = KrataFolder.in(directory.resolve("cache"));
    held = folder.hold(NAME, bytes("{\"config\":1}"), CONFIG);
    cache = new KrataCache(folder.root());
  }

  @Test
  void answersForATagThatItHolds() throws Exception {
    assertThat(digestFor(NAME)).contains(held);
    assertThat(digestFor("ghcr.io/edera-dev/zone-kernel:6.16")).isEmpty();
    assertThat(digestFor("ghcr.io/edera-dev/host-kernel:6.15")).isEmpty();
    assertThat(cache.image(held).orElseThrow().config()).isEqualTo(CONFIG);
  }

  @Test
  void neverAnswersForLatestOrADigest() throws Exception {
    folder.hold("ghcr.io/edera-dev/zone-kernel:latest", bytes("{\"config\":2}"), CONFIG);
    cache.look();

    assertThat(digestFor("ghcr.io/edera-dev/zone-kernel:latest")).isEmpty();
    assertThat(digestFor("ghcr.io/edera-dev/zone-kernel")).isEmpty();
    assertThat(digestFor(NAME + "@" + Digest.of(new byte[1]))).isEmpty();
  }

  @Test
  void theLastEntryOfANameCounts() throws Exception {
    Digest second = folder.hold(NAME, bytes("{\"config\":2}"), CONFIG);
    cache.look();

    assertThat(digestFor(NAME)).contains(second);
  }

  @Test
  void namesAreComparedInFull() throws Exception {
    Digest image = folder.hold("alpine:3", bytes("{\"config\":3}"), CONFIG);
    cache.look();

    assertThat(digestFor("docker.io/library/alpine:3")).contains(image);
  }

  @Test
  void entriesThatNobodyCanAskForAreLeftAlone() throws Exception {
    folder.list("not a name", held.toString(), "tar");
    folder.list(NAME + "@" + held, "sha256:" + "0".repeat(64), "tar");
    folder.list("registry.test/app:1", "sha512:" + "0".repeat(128), "squashfs");
    cache.look();

    assertThat(digestFor(NAME)).contains(held);
    assertThat(problemOf(() -> digestFor("registry.test/app:1")).reason())
        .isEqualTo(Reason.CACHE_UNREADABLE);
  }

  @Test
  void formatsThatDisagreeLeaveOpenWhichOneBoots() throws Exception {
    folder.list(NAME, Digest.of(new byte[1]).toString(), "squashfs");
    cache.look();
    assertThat(problemOf(() -> digestFor(NAME)).reason()).isEqualTo(Reason.CACHE_UNREADABLE);

    folder.list(NAME, held.toString(), "squashfs");
    cache.look();
    assertThat(digestFor(NAME)).contains(held);
  }

  @Test
  void anotherAnswerIsAnotherGenerationAndTheSameIsNot() throws Exception {
    long before = cache.generation();
    cache.look();
    assertThat(cache.generation()).isEqualTo(before);

    Files.write(folder.index(), Files.readAllBytes(folder.index()));
    cache.look();
    assertThat(cache.generation()).isEqualTo(before);

    folder.hold(NAME, bytes("{\"config\":2}"), CONFIG);
    cache.look();
    assertThat(cache.generation()).isGreaterThan(before);
  }

  /** The daemon writes its index in place: a reader may see any beginning of it. */
  @Test
  void aHalfWrittenIndexIsUnreadableAndNeverAbsent() throws Exception {
    byte[] whole = Files.readAllBytes(folder.index());
    for (int length = 0; length < whole.length - 2; length += 7) {
      Files.write(folder.index(), Arrays.copyOf(whole, length));
      cache.look();
      Problem problem = problemOf(() -> digestFor(NAME));
      assertThat(problem.reason()).isEqualTo(Reason.CACHE_UNREADABLE);
      assertThat(problem.retryAfter()).isPresent();
    }
    Files.write(folder.index(), whole);
    cache.look();
    assertThat(digestFor(NAME)).contains(held);
  }

  @Test
  void readsTenThousandEntriesAndNoMore() throws Exception {
    folder.listMany(CacheIndex.MAX_ENTRIES - 1);
    cache.look();
    assertThat(digestFor(NAME)).contains(held);
    assertThat(cache.description()).isEqualTo("10000 entries");

    folder.listMany(1);
    cache.look();
    assertThat(problemOf(() -> digestFor(NAME)).detail()).contains("more than 10000 entries");
  }

  record Case(String name, Change change, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  interface Change {
    void to(KrataFolder folder, Digest held, Path elsewhere) throws IOException;
  }

  static List<Case> indexes() {
    return List.of(
        new Case("absent", (folder, _, _) -> Files.delete(folder.index()), "asks the registry"),
        new Case(
            "no folder",
            (folder, _, outside) -> Files.move(folder.index().resolveSibling(""), outside),
            "asks the registry"),
        new Case(
            "no directory",
            (folder, _, away) -> Files.move(folder.root(), away),
            "asks the registry"),
        new Case(
            "a link",
            (folder, _, outside) -> {
              Files.move(folder.index(), outside);
              Files.createSymbolicLink(folder.index(), outside);
            },
            "CacheUnreadable"),
        new Case(
            "its folder a link",
            (folder, _, outside) -> {
              Path image = folder.index().resolveSibling("");
              Files.move(image, outside);
              Files.createSymbolicLink(folder.root().resolve("image"), outside);
            },
            "CacheUnreadable"),
        new Case(
            "a folder",
            (folder, _, _) -> {
              Files.delete(folder.index());
              Files.createDirectory(folder.index());
            },
            "CacheUnreadable"),
        new Case(
            "a pipe",
            (folder, _, _) -> {
              Files.delete(folder.index());
              pipe(folder.index());
            },
            "CacheUnreadable"),
        new Case(
            "too large",
            (folder, _, _) -> Files.write(folder.index(), new byte[KrataCache.MAX_INDEX_BYTES + 1]),
            "CacheUnreadable"),
        new Case(
            "something else",
            (folder, _, _) -> Files.writeString(folder.index(), "{\"layers\": []}"),
            "CacheUnreadable"),
        new Case(
            "too deep",
            (folder, _, _) ->
                Files.writeString(folder.index(), "{\"manifests\":" + "[".repeat(10_000)),
            "CacheUnreadable"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("indexes")
  void saysWhatItMakesOfAnIndexThatIs(Case one) throws Exception {
    one.change().to(folder, held, directory.resolve("elsewhere"));
    cache.look();

    assertThat(outcome(() -> digestFor(NAME), "asks the registry")).isEqualTo(one.expected());
  }

  static List<Case> files() {
    return List.of(
        new Case(
            "no manifest",
            (folder, held, _) -> Files.delete(folder.manifest(held)),
            "fetched anew"),
        new Case(
            "no config", (folder, held, _) -> Files.delete(folder.config(held)), "fetched anew"),
        new Case(
            "nothing packed",
            (folder, held, _) -> Files.delete(folder.packed(held)),
            "fetched anew"),
        new Case(
            "manifest a link",
            (folder, held, outside) -> {
              Files.move(folder.manifest(held), outside);
              Files.createSymbolicLink(folder.manifest(held), outside);
            },
            "CacheTampered"),
        new Case(
            "config a pipe",
            (folder, held, _) -> {
              Files.delete(folder.config(held));
              pipe(folder.config(held));
            },
            "CacheTampered"),
        new Case(
            "packed a folder",
            (folder, held, _) -> {
              Files.delete(folder.packed(held));
              Files.createDirectory(folder.packed(held));
            },
            "CacheTampered"),
        new Case(
            "manifest too large",
            (folder, held, _) ->
                Files.write(folder.manifest(held), new byte[Limits.MANIFEST_BYTES + 1]),
            "LimitExceeded"),
        new Case(
            "config too large",
            (folder, held, _) ->
                Files.write(folder.config(held), new byte[Limits.CONFIG_BYTES + 1]),
            "LimitExceeded"),
        new Case(
            "folder a link",
            (folder, held, outside) -> {
              Files.move(folder.index().resolveSibling(""), outside);
              Files.createSymbolicLink(folder.root().resolve("image"), outside);
            },
            "CacheUnreadable"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void saysWhatItMakesOfAnImageWith(Case one) throws Exception {
    one.change().to(folder, held, directory.resolve("elsewhere"));

    assertThat(outcome(() -> cache.image(held), "fetched anew")).isEqualTo(one.expected());
  }

  /** The temporary directory of a test that runs as root hides nothing. */
  @Test
  void whatMayNotBeReadIsUnreadable() throws Exception {
    Path secret = folder.manifest(held);
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
    Files.setPosixFilePermissions(folder.index(), PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(secret), "this user may read everything");

    KrataCache unreadable = new KrataCache(folder.root());

    assertThat(problemOf(() -> unreadable.image(held)).reason()).isEqualTo(Reason.CACHE_UNREADABLE);
    assertThat(problemOf(() -> unreadable.digestFor(KernelReference.parse(NAME))).detail())
        .contains("denied");
  }

  private interface Look {
    Optional<?> take() throws Exception;
  }

  private static String outcome(Look look, String absent) throws Exception {
    try {
      return look.take().isPresent() ? "held" : absent;
    } catch (ProblemException e) {
      return e.problem().reason().toString();
    }
  }

  private Optional<Digest> digestFor(String name) throws Exception {
    return cache.digestFor(KernelReference.parse(name));
  }

  private static Problem problemOf(ThrowingCallable call) {
    return catchThrowableOfType(ProblemException.class, call).problem();
  }

  private static void pipe(Path path) throws IOException {
    Process made = new ProcessBuilder("mkfifo", path.toString()).start();
    try {
      assertThat(made.waitFor()).isZero();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
