// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.LayerContents;
import dev.kernelgate.oci.LayerContents.Entry;
import dev.kernelgate.testing.FakeTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DiskLayersTest {

  private static final Digest LAYER = digest("layer");
  private static final LayerContents CONTENTS =
      new LayerContents(
          List.of(
              new Entry.Folder("kernel"),
              new Entry.File("kernel/image", digest("kernel")),
              new Entry.Link("kernel/link", "../boot/\"k\n\u2603"),
              new Entry.HardLink("kernel/hard", "kernel/image"),
              new Entry.Special("dev/null"),
              new Entry.Whiteout("etc/x"),
              new Entry.Opaque("")));

  @TempDir private Path evidence;

  private final FakeTime time = FakeTime.afterFixtures();
  private final List<String> problems = new ArrayList<>();

  private static Digest digest(String content) {
    return Digest.of(content.getBytes(StandardCharsets.UTF_8));
  }

  private DiskLayers store() throws IOException {
    return DiskLayers.open(evidence, time, problems::addAll);
  }

  private Path file(Digest layer) {
    return evidence.resolve("layers").resolve(layer.hex() + ".json");
  }

  @Test
  void givesBackWhatItWasGivenAfterARestart() throws IOException {
    store().keep(LAYER, CONTENTS);

    assertThat(store().find(LAYER)).contains(CONTENTS);
    assertThat(store().find(digest("another"))).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void nobodyElseCanReadOrWriteIt() throws IOException {
    store().keep(LAYER, CONTENTS);

    assertThat(Files.getPosixFilePermissions(evidence.resolve("layers")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(Files.getPosixFilePermissions(file(LAYER)))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  static Stream<Tampering> notBelieved() {
    return Stream.concat(
        Tampering.withAnyFile(),
        Stream.of(
            Tampering.replace("another layer's", LAYER.hex(), digest("other").hex()),
            Tampering.replace("another format", "layer.v1", "layer.v2"),
            Tampering.replace("an unknown type", "\"folder\"", "\"volume\""),
            Tampering.replace("a path upwards", "etc/x", "../x"),
            Tampering.replace("an absolute path", "etc/x", "/etc/x"),
            Tampering.replace("no digest", "" + digest("kernel"), "x"),
            Tampering.rewrite("too large", text -> text + " ".repeat(1 << 20))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("notBelieved")
  void whatItDidNotWriteIsNotBelieved(Tampering one) throws IOException {
    store().keep(LAYER, CONTENTS);
    one.change().make(file(LAYER));

    assertThat(store().find(LAYER)).isEmpty();
  }

  @Test
  void aFolderThatIsALinkIsNotUsed() throws IOException {
    Path elsewhere = Files.createDirectory(evidence.resolve("elsewhere"));
    Files.createSymbolicLink(evidence.resolve("layers"), elsewhere);

    assertThatThrownBy(this::store).isInstanceOf(IOException.class).hasMessageContaining("layers");
  }

  @Test
  void theLongestUnusedGoFirst() throws IOException {
    DiskLayers store = store();
    List<Digest> layers =
        IntStream.rangeClosed(0, DiskLayers.MAX_LAYERS).mapToObj(i -> digest("" + i)).toList();
    for (Digest layer : layers.subList(0, DiskLayers.MAX_LAYERS)) {
      time.advance(Duration.ofSeconds(1));
      store.keep(layer, CONTENTS);
    }
    time.advance(Duration.ofSeconds(1));
    assertThat(store.find(layers.getFirst())).isPresent();
    time.advance(Duration.ofSeconds(1));
    store.keep(layers.getLast(), CONTENTS);

    assertThat(store.find(layers.getFirst())).isPresent();
    assertThat(store.find(layers.get(1))).isEmpty();
    assertThat(store.find(layers.getLast())).isPresent();
  }

  @Test
  void saysThatItCannotKeepAnything() throws IOException {
    DiskLayers store = store();
    Files.delete(evidence.resolve("layers"));
    store.keep(LAYER, CONTENTS);

    assertThat(problems).hasSize(1).first().asString().contains("not kept");
    assertThat(store.find(LAYER)).isEmpty();
  }
}
