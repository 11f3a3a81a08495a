// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.LayerContents;
import dev.kernelgate.oci.LayerContents.Entry;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.TestLayer;
import dev.kernelgate.verdict.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers as archives, and what {@code /kernel/image} is once they lie on top of each other. */
final class ImageTreeTest {

  private static final String NONE = "";

  /**
   * One image.
   *
   * @param expected content of {@code /kernel/image}; empty where there is no such file
   */
  record Case(String name, String expected, TestLayer... layers) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static TestLayer layer() {
    return new TestLayer();
  }

  private static TestLayer image(String content) {
    return layer().file("kernel/image", content);
  }

  static Stream<Case> files() {
    return Stream.of(
        new Case("a kernel image", "k", TestLayer.kernel("k", "a")),
        new Case("no layers", NONE),
        new Case("an empty layer", NONE, layer()),
        new Case("another file", NONE, layer().file("kernel/image.old", "k")),
        new Case("no directory of its own", "k", image("k")),
        new Case("a name with a dot", "k", layer().file("./kernel/./image", "k")),
        new Case("an absolute name", "k", layer().file("/kernel//image", "k")),
        new Case("twice in a layer", "second", image("first").file("kernel/image", "second")),
        new Case("a later layer", "second", image("first"), image("second")),
        new Case("a later layer about something else", "k", image("k"), layer().file("etc/x", "x")),
        new Case("a directory", NONE, layer().folder("kernel/image/")),
        new Case("a device", NONE, layer().special("kernel/image", TarConstants.LF_CHR)),
        new Case("a pipe", NONE, layer().special("kernel/image", TarConstants.LF_FIFO)),
        new Case("a type that nobody knows", NONE, layer().special("kernel/image", (byte) 'Z')),
        new Case(
            "a directory in its place, later", NONE, image("k"), layer().folder("kernel/image/")),
        new Case("a file where the directory was", NONE, image("k"), layer().file("kernel", "x")),
        new Case("a directory again", "k", image("k"), layer().folder("kernel/")),
        new Case("below a file", NONE, layer().file("kernel", "x").file("kernel/image", "k")),
        new Case(
            "a long name before it",
            "k",
            layer().file("x".repeat(90) + "/" + "y".repeat(300), "x").file("kernel/image", "k")));
  }

  static Stream<Case> whiteouts() {
    return Stream.of(
        new Case("taken away", NONE, image("k"), layer().file("kernel/.wh.image", "")),
        new Case("the directory taken away", NONE, image("k"), layer().file(".wh.kernel", "")),
        new Case("something else taken away", "k", image("k"), layer().file("kernel/.wh.x", "")),
        new Case("taken away before it is there", "k", layer().file(".wh.kernel", ""), image("k")),
        new Case(
            "taken away and there again", "new", image("old"), layer(), whiteoutAnd("new", true)),
        new Case(
            "there again, then taken away below", "new", image("old"), whiteoutAnd("new", false)),
        new Case(
            "taken away later still",
            NONE,
            image("old"),
            whiteoutAnd("new", true),
            layer().file("kernel/.wh.image", "")),
        new Case("an opaque directory", NONE, image("k"), layer().file("kernel/.wh..wh..opq", "")),
        new Case("an opaque root", NONE, image("k"), layer().file(".wh..wh..opq", "")),
        new Case(
            "an opaque directory with a new file",
            "new",
            image("old"),
            image("new").file("kernel/.wh..wh..opq", "")),
        new Case(
            "an opaque directory beside it", "k", image("k"), layer().file("x/.wh..wh..opq", "")),
        new Case(
            "the target of a link taken away",
            NONE,
            layer().file("boot/k", "k").link("kernel/image", "../boot/k"),
            layer().file("boot/.wh.k", "")));
  }

  private static TestLayer whiteoutAnd(String content, boolean isFirst) {
    return isFirst
        ? layer().file("kernel/.wh.image", "").file("kernel/image", content)
        : image(content).file("kernel/.wh.image", "");
  }

  static Stream<Case> links() {
    return Stream.of(
        new Case("a link beside it", "k", layer().file("kernel/k", "k").link("kernel/image", "k")),
        new Case("a link that is read before its target", "k", linked("k").file("kernel/k", "k")),
        new Case("an absolute link", "k", linked("/boot/k").file("boot/k", "k")),
        new Case("a link upwards", "k", linked("../boot/k").file("boot/k", "k")),
        new Case("a link to a lower layer", "k", layer().file("boot/k", "k"), linked("/boot/k")),
        new Case("a link to a later layer", "k", linked("/boot/k"), layer().file("boot/k", "k")),
        new Case("a linked directory", "k", layer().link("kernel", "boot").file("boot/image", "k")),
        new Case(
            "a file through a linked directory",
            "k",
            layer().folder("boot/").link("kernel", "/boot"),
            image("k").file("boot/x", "x")),
        new Case(
            "a directory in the place of a link",
            NONE,
            layer().file("boot/image", "k").link("kernel", "boot"),
            layer().folder("kernel/")),
        new Case(
            "a link in the place of a file",
            "other",
            image("k"),
            linked("/other").file("other", "other")),
        new Case("a link out of the image", NONE, linked("../../kernel/k").file("kernel/k", "k")),
        new Case("a link to a file of the host", NONE, linked("/etc/hostname")),
        new Case("a link to nothing", NONE, linked("nothing")),
        new Case("an empty link", NONE, linked("")),
        new Case("a link to itself", NONE, linked("image")),
        new Case("a link to its directory", NONE, linked(".")),
        new Case("a link to the directory above", NONE, linked("..")),
        new Case(
            "links in a circle",
            NONE,
            linked("/boot/k").link("boot", "/kernel").link("kernel", "/")),
        new Case("as many links as Linux follows", "k", chain(40)),
        new Case("one link too many", NONE, chain(41)),
        new Case(
            "a link past the root and back", NONE, linked("/../kernel/k").file("kernel/k", "k")),
        new Case(
            "a hard link", "k", layer().file("boot/k", "k").hardLink("kernel/image", "boot/k")),
        new Case(
            "a hard link with another way to write it",
            "k",
            layer().file("boot/k", "k").hardLink("kernel/image", "/boot/./k")),
        new Case(
            "a hard link to a lower layer",
            "k",
            layer().file("boot/k", "k"),
            layer().hardLink("kernel/image", "boot/k")),
        new Case(
            "a hard link before its target",
            NONE,
            layer().hardLink("kernel/image", "boot/k").file("boot/k", "k")),
        new Case(
            "a hard link before its target, over a file",
            NONE,
            image("old"),
            layer().hardLink("kernel/image", "boot/k").file("boot/k", "k")),
        new Case(
            "a hard link whose target becomes another file",
            "old",
            layer().file("boot/k", "old").hardLink("kernel/image", "boot/k"),
            layer().file("boot/k", "new")),
        new Case(
            "a hard link to a link",
            "k",
            layer()
                .file("kernel/k", "k")
                .link("kernel/link", "k")
                .hardLink("kernel/image", "kernel/link")),
        new Case(
            "a hard link to a directory",
            NONE,
            layer().folder("boot/").hardLink("kernel/image", "boot")),
        new Case("a hard link to itself", NONE, layer().hardLink("kernel/image", "kernel/image")));
  }

  private static TestLayer linked(String target) {
    return layer().link("kernel/image", target);
  }

  /** That many links, one after the other, to a file. */
  private static TestLayer chain(int links) {
    TestLayer layer = layer().file("kernel/" + links, "k").link("kernel/image", "1");
    IntStream.range(1, links).forEach(i -> layer.link("kernel/" + i, Integer.toString(i + 1)));
    return layer;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"files", "whiteouts", "links"})
  void isTheFileThatIsSeenFromAbove(Case one) throws ProblemException {
    List<LayerContents> layers = new ArrayList<>();
    for (TestLayer layer : one.layers()) {
      layers.add(
          new LayerReader(LayerLimits.usual())
              .read(
                  FakeLayer.of(TestLayer.TAR, layer.tar()),
                  FakeTime.afterFixtures().deadlineIn(Duration.ofMinutes(1))));
    }

    Optional<Digest> expected =
        one.expected().isEmpty()
            ? Optional.empty()
            : Optional.of(Digest.of(one.expected().getBytes(UTF_8)));
    assertThat(ImageTree.of(layers).file("/kernel/image")).isEqualTo(expected);
  }

  @Test
  void aTreeOfTooManyFilesIsNotBuilt() {
    String deep = "d/".repeat(LayerContents.MAX_DEPTH - 2);
    List<Entry> entries =
        IntStream.range(0, 4096)
            .<Entry>mapToObj(i -> new Entry.Folder(i + "/" + deep + "x"))
            .toList();

    assertThatThrownBy(() -> ImageTree.of(List.of(new LayerContents(entries))))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("more than 65536");
  }
}
