// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.BootRecord;
import dev.kernelgate.kernel.BootRecord.Certainty;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.PodBoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DiskBootsTest {

  private static final String TAG = "r.example/k:1";
  private static final String THIS_BOOT = "0b6ff5ac-5ddb-4b93-a3a9-0d2f3a7b9d11";
  private static final PodBoot BY_TAG =
      boot("uid-1", new AskedKernel.Image(TAG), Certainty.PRESUMED);
  private static final PodBoot BY_VARIANT =
      boot("uid-2", new AskedKernel.Variant("st\"a\nble"), Certainty.LAUNCHED);

  @TempDir private Path directory;

  private final List<String> problems = new ArrayList<>();

  @BeforeEach
  void bootTheNode() throws IOException {
    boots(THIS_BOOT);
  }

  @Test
  void givesBackWhatItKeptAfterARestart() throws IOException {
    store().keep(List.of(BY_VARIANT, BY_TAG));

    assertThat(store().read()).containsExactly(BY_TAG, BY_VARIANT);
    assertThat(problems).isEmpty();
    assertThat(Files.getPosixFilePermissions(file()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void startsWithNothing() throws IOException {
    assertThat(store().read()).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void forgetsWhatRanBeforeTheNodeBooted() throws IOException {
    store().keep(List.of(BY_TAG));
    boots("5f3c1a9e-0000-4b93-a3a9-0d2f3a7b9d11");

    assertThat(store().read()).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void writesOnlyWhatHasChanged() throws IOException {
    DiskBoots store = store();
    store.keep(List.of(BY_TAG, BY_VARIANT));
    Object written = inode();

    store.keep(List.of(BY_VARIANT, BY_TAG));
    DiskBoots next = store();
    next.keep(next.read());
    assertThat(inode()).isEqualTo(written);

    next.keep(List.of(BY_TAG));
    assertThat(store().read()).containsExactly(BY_TAG);
  }

  @Test
  void keepsTheFirstOfMoreThanFit() throws IOException {
    List<PodBoot> many =
        IntStream.rangeClosed(0, KeptBoots.MAX_PODS)
            .mapToObj(i -> boot("uid-" + i, new AskedKernel.Image(TAG), Certainty.PRESUMED))
            .toList();
    store().keep(many);

    assertThat(store().read())
        .containsExactlyInAnyOrderElementsOf(many.subList(0, KeptBoots.MAX_PODS));
  }

  static Stream<Tampering> notBelieved() {
    return Stream.concat(
        Tampering.withAnyFile(),
        Stream.of(
            Tampering.replace("another format", "boots.v1", "boots.v2"),
            Tampering.replace("no digest", digest().toString(), "x"),
            Tampering.replace("no time", "2026-11-22T10:00:00Z", "yesterday"),
            Tampering.replace("nobody says how it is known", ",\"launched\":false", ""),
            Tampering.replace("a malformed image", "\"image\":\"r.example", "\"image\":\"A..B"),
            Tampering.replace("another repository than asked", "\"image\":\"r.", "\"image\":\"x."),
            Tampering.replace(
                "another tag than asked", "\"image\":\"" + TAG, "\"image\":\"" + TAG + 2),
            Tampering.replace("a pod that asked for nothing", "\"askedImage\"", "\"askedNothing\""),
            Tampering.replace("a pod without uid", "uid-1", ""),
            Tampering.replace("a uid that is too long", "uid-1", "u".repeat(129)),
            Tampering.rewrite("too many pods", DiskBootsTest::manyTimes),
            Tampering.rewrite("too large", text -> text + " ".repeat(KeptBoots.MAX_BYTES))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("notBelieved")
  void whatItDidNotWriteIsNotBelievedAndToldOnce(Tampering one) throws IOException {
    store().keep(List.of(BY_TAG));
    one.change().make(file());

    DiskBoots store = store();
    assertThat(store.read()).isEmpty();
    store.keep(List.of());
    assertThat(problems).singleElement().asString().contains("what pods booted from was not read");
  }

  @Test
  void whatCannotBeReadGivesWayToWhatIsKnownThen() throws IOException {
    Files.writeString(file(), "{");
    List<List<String>> told = new ArrayList<>();
    DiskBoots store = DiskBoots.open(directory, bootId(), told::add);
    store.read();
    store.keep(List.of(BY_TAG));

    assertThat(store().read()).containsExactly(BY_TAG);
    assertThat(told).hasSize(2).last().isEqualTo(List.of());
  }

  @Test
  void saysOnceThatItCannotKeepAnythingAndTriesAgain() throws IOException {
    DiskBoots store = store();
    Files.createDirectory(file());
    store.keep(List.of(BY_TAG));
    store.keep(List.of(BY_TAG));
    assertThat(problems).singleElement().asString().contains("is not kept");

    Files.delete(file());
    store.keep(List.of(BY_TAG));
    assertThat(store().read()).containsExactly(BY_TAG);
  }

  @Test
  void aNodeWhoseBootIsNotKnownKeepsNothing() throws IOException {
    boots("today");
    assertThatThrownBy(this::store).isInstanceOf(IOException.class).hasMessageContaining("no boot");
  }

  private DiskBoots store() throws IOException {
    return DiskBoots.open(directory, bootId(), problems::addAll);
  }

  private void boots(String id) throws IOException {
    Files.writeString(bootId(), id + "\n");
  }

  private Path bootId() {
    return directory.resolve("boot_id");
  }

  private Path file() {
    return directory.resolve("boots.json");
  }

  private Object inode() throws IOException {
    return Files.getAttribute(file(), "unix:ino");
  }

  private static PodBoot boot(String uid, AskedKernel asked, Certainty certainty) {
    try {
      Instant since = Instant.parse("2026-11-22T10:00:00Z");
      return new PodBoot(
          uid, asked, new BootRecord(KernelReference.parse(TAG), digest(), since, certainty));
    } catch (InvalidReferenceException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Digest digest() {
    return Digest.of("kernel".getBytes(UTF_8));
  }

  private static String manyTimes(String text) {
    int begin = text.indexOf("[") + 1;
    int end = text.indexOf("]");
    String pod = text.substring(begin, end);
    return text.substring(0, end) + ("," + pod).repeat(KeptBoots.MAX_PODS) + text.substring(end);
  }
}
