// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ZoneFilesTest {

  @TempDir private Path directory;

  private final FakeTime time = FakeTime.afterFixtures();

  private Map<ZoneFile, Digest> read(ZoneFiles files) throws ProblemException {
    return files.read(time.deadlineIn(Duration.ofMinutes(1)));
  }

  private Problem problem() {
    return catchThrowableOfType(
            ProblemException.class, () -> read(new ZoneFiles(directory, Clock.systemUTC())))
        .problem();
  }

  private static Digest digest(String content) {
    return Digest.of(content.getBytes(UTF_8));
  }

  @Test
  void hashesWhatIsThere() throws Exception {
    Files.writeString(directory.resolve("kernel"), "k");
    Files.writeString(directory.resolve("addons.squashfs"), "a");
    Files.writeString(directory.resolve("README"), "not booted");

    assertThat(read(new ZoneFiles(directory, time)))
        .isEqualTo(Map.of(ZoneFile.KERNEL, digest("k"), ZoneFile.ADDONS, digest("a")));
  }

  @Test
  void findsNothingWhereNothingIs() throws Exception {
    assertThat(read(new ZoneFiles(directory.resolve("none"), time))).isEmpty();
  }

  @Test
  void followsLinksAsTheDaemonDoes() throws Exception {
    Files.writeString(directory.resolve("kernel-6.18"), "k");
    Files.createSymbolicLink(directory.resolve("kernel"), Path.of("kernel-6.18"));

    assertThat(read(new ZoneFiles(directory, time)))
        .containsExactly(Map.entry(ZoneFile.KERNEL, digest("k")));
  }

  @Test
  void noticesAnotherContentOfTheSameSizeAndTime() throws Exception {
    Path kernel = Files.writeString(directory.resolve("kernel"), "one");
    FileTime modified = Files.getLastModifiedTime(kernel);
    // So late that every status is an old one, and the first digest is remembered.
    InstantSource late = () -> Clock.systemUTC().instant().plusSeconds(60);
    ZoneFiles files = new ZoneFiles(directory, late);
    assertThat(read(files)).containsValue(digest("one"));

    FileTime before = changed(kernel);
    while (changed(kernel).equals(before)) {
      Files.writeString(kernel, "two");
      Files.setLastModifiedTime(kernel, modified);
    }

    assertThat(read(files)).containsValue(digest("two"));
  }

  @Test
  void doesNotRememberWhatMayStillChangeUnseen() throws Exception {
    Path kernel = Files.writeString(directory.resolve("kernel"), "one");
    ZoneFiles files = new ZoneFiles(directory, Clock.systemUTC());
    read(files);
    Files.writeString(kernel, "two");

    assertThat(read(files)).containsValue(digest("two"));
  }

  @Test
  void isUnknownWhenALinkLeadsNowhere() throws Exception {
    Files.createSymbolicLink(directory.resolve("kernel"), Path.of("gone"));

    assertThat(problem().reason()).isEqualTo(Reason.DEFAULT_KERNEL_UNKNOWN);
    assertThat(problem().detail()).endsWith("leads nowhere");
  }

  @Test
  void isUnknownWhenAFileIsNone() throws Exception {
    Files.createDirectory(directory.resolve("initrd"));

    assertThat(problem().reason()).isEqualTo(Reason.DEFAULT_KERNEL_UNKNOWN);
    assertThat(problem().detail()).endsWith("is no file");
  }

  @Test
  void isUnknownWhenAFileIsLargerThanAnyKernel() throws IOException {
    try (RandomAccessFile sparse =
        new RandomAccessFile(directory.resolve("kernel").toFile(), "rw")) {
      sparse.setLength(HashedFile.MAX_BYTES + 1);
    }

    assertThat(problem().reason()).isEqualTo(Reason.DEFAULT_KERNEL_UNKNOWN);
    assertThat(problem().detail()).contains("more than");
  }

  @Test
  void endsInTime() throws Exception {
    Files.writeString(directory.resolve("kernel"), "k");

    ProblemException late =
        catchThrowableOfType(
            ProblemException.class,
            () -> new ZoneFiles(directory, time).read(time.deadlineIn(Duration.ZERO)));

    assertThat(late.problem().reason()).isEqualTo(Reason.DEADLINE_EXCEEDED);
  }

  private static FileTime changed(Path file) throws IOException {
    return (FileTime) Files.getAttribute(file, "unix:ctime");
  }
}
