// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

import static dev.kernelgate.testing.TestLayer.TAR;
import static dev.kernelgate.testing.TestLayer.TAR_GZIP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.KernelLayer;
import dev.kernelgate.oci.LayerContents;
import dev.kernelgate.oci.LayerContents.Entry;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.TestLayer;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class LayerReaderTest {

  private static final String DOCKER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
  private static final LayerLimits LIMITS = new LayerLimits(1 << 20, 1 << 20, 100, 64 * 1024);

  private final LayerReader reader = new LayerReader(LIMITS);
  private final Deadline deadline = FakeTime.afterFixtures().deadlineIn(Duration.ofMinutes(1));

  /**
   * One layer.
   *
   * @param detail what the problem's text has in it
   */
  record Case(String name, Reason reason, String detail, KernelLayer layer) {
    @Override
    public String toString() {
      return name + ": " + reason;
    }
  }

  private static Case unreadable(String name, String detail, KernelLayer layer) {
    return new Case(name, Reason.LAYER_UNREADABLE, detail, layer);
  }

  private static Case unreadable(String name, String detail, TestLayer layer) {
    return unreadable(name, detail, FakeLayer.of(TAR_GZIP, layer.gzip()));
  }

  static Stream<Case> notRead() {
    byte[] whole = TestLayer.kernel("k", "a").gzip();
    return Stream.of(
        unreadable("zstd", "tar+zstd", FakeLayer.of(TAR + "+zstd", whole)),
        unreadable("no type", "''", FakeLayer.of("", whole)),
        unreadable(
            "a foreign layer",
            "foreign",
            FakeLayer.of("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", whole)),
        unreadable("no gzip", "GZIP", FakeLayer.of(TAR_GZIP, "no gzip".getBytes(UTF_8))),
        unreadable("no bytes", "", FakeLayer.of(TAR_GZIP, new byte[0])),
        unreadable("no tar", "", FakeLayer.of(TAR, "no tar at all".repeat(200).getBytes(UTF_8))),
        unreadable("packed though its type says it is not", "", FakeLayer.of(TAR, whole)),
        unreadable(
            "gzip that was signed truncated",
            "end of",
            FakeLayer.of(TAR_GZIP, Arrays.copyOf(whole, whole.length / 2))),
        unreadable(
            "tar that ends in a file",
            "runcated",
            FakeLayer.of(
                TAR, Arrays.copyOf(new TestLayer().zeros("kernel/image", 5000).tar(), 2048))),
        unreadable("a name upwards", "out of the image", new TestLayer().file("../etc/x", "x")),
        unreadable(
            "a hard link upwards", "out of the image", new TestLayer().hardLink("x", "a/../../b")),
        unreadable(
            "a name too deep", "not a path", new TestLayer().file("d/".repeat(32) + "x", "x")),
        unreadable("a name too long", "not a path", new TestLayer().file("x".repeat(1025), "x")),
        unreadable("a mark of nothing", "not a path", new TestLayer().file("kernel/.wh.", "")),
        unreadable("a mark of above", "not a path", new TestLayer().file("kernel/.wh...", "")),
        unreadable("a long link", "too long", new TestLayer().link("x", "y".repeat(1025))),
        unreadable(
            "a long extended header",
            "headers",
            new TestLayer()
                .raw("pax", TarConstants.LF_PAX_EXTENDED_HEADER_LC, pax("comment", 100_000))
                .file("x", "x")),
        unreadable(
            "a long name of GNU's",
            "headers",
            new TestLayer()
                .raw("gnu", TarConstants.LF_GNUTYPE_LONGNAME, new byte[200_000])
                .file("x", "x")),
        unreadable("a sparse file", "sparse", new TestLayer().raw("x", (byte) 'S', sparse())),
        unreadable("unpacks to too much", "1048576", new TestLayer().zeros("x", 2 << 20)),
        unreadable("too many entries", "more than 100 entries", files(101)),
        unreadable(
            "too large for its manifest's sake",
            "1048576",
            FakeLayer.sending(whole, TAR_GZIP, Digest.of(whole), (1 << 20) + 1)));
  }

  static Stream<Case> misdelivered() {
    byte[] whole = TestLayer.kernel("k", "a").gzip();
    byte[] other = TestLayer.kernel("other", "a").gzip();
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    byte[] changed = whole.clone();
    changed[changed.length / 2] ^= 1;
    Digest digest = Digest.of(whole);
    return Stream.of(
        sent("another layer", "" + Digest.of(other), other, digest),
        sent("a changed byte", "", changed, digest),
        sent("nothing", "0 bytes", new byte[0], digest),
        sent("half of it", "", Arrays.copyOf(whole, whole.length / 2), digest),
        new Case(
            "more than its size",
            Reason.REGISTRY_MISBEHAVED,
            "sends more than",
            FakeLayer.sending(longer, TAR_GZIP, Digest.of(longer), whole.length)));
  }

  private static Case sent(String name, String detail, byte[] bytes, Digest digest) {
    return new Case(
        name,
        Reason.REGISTRY_MISBEHAVED,
        detail,
        FakeLayer.sending(bytes, TAR_GZIP, digest, 1 << 20));
  }

  private static TestLayer files(int count) {
    TestLayer layer = new TestLayer();
    IntStream.range(0, count).forEach(i -> layer.file("f" + i, ""));
    return layer;
  }

  /** A record of an extended header: its own length, a keyword, a value. */
  private static byte[] pax(String keyword, int length) {
    String rest = " " + keyword + "=" + "v".repeat(length) + "\n";
    int digits = Integer.toString(rest.length() + 6).length();
    return (rest.length() + digits + rest).getBytes(UTF_8);
  }

  private static byte[] sparse() {
    return new byte[512];
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"notRead", "misdelivered"})
  void saysWhyALayerIsNotRead(Case one) {
    Problem problem =
        catchThrowableOfType(ProblemException.class, () -> reader.read(one.layer(), deadline))
            .problem();

    assertThat(problem.reason()).as(problem.detail()).isEqualTo(one.reason());
    assertThat(problem.detail()).contains(one.detail());
  }

  @Test
  void readsEveryTypeThatAKernelImageHas() throws ProblemException {
    LayerContents plain =
        reader.read(FakeLayer.of(TAR, TestLayer.kernel("k", "a").tar()), deadline);

    assertThat(plain.entries())
        .containsExactly(
            new Entry.Folder("kernel"),
            new Entry.File("kernel/image", Digest.of("k".getBytes(UTF_8))),
            new Entry.File("kernel/addons.squashfs", Digest.of("a".getBytes(UTF_8))),
            new Entry.File("kernel/metadata", Digest.of("KERNEL_FLAVOR=zone\n".getBytes(UTF_8))));
    assertThat(reader.read(FakeLayer.of(TAR_GZIP, TestLayer.kernel("k", "a").gzip()), deadline))
        .isEqualTo(plain);
    assertThat(reader.read(FakeLayer.of(DOCKER, TestLayer.kernel("k", "a").gzip()), deadline))
        .isEqualTo(plain);
  }

  @Test
  void readsGzipInSeveralMembers() throws IOException, ProblemException {
    byte[] tar = TestLayer.kernel("k", "a").tar();
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (int from = 0; from < tar.length; from += 700) {
      members.write(
          TestLayer.gzip(Arrays.copyOfRange(tar, from, Math.min(tar.length, from + 700))));
    }

    assertThat(reader.read(FakeLayer.of(TAR_GZIP, members.toByteArray()), deadline))
        .isEqualTo(reader.read(FakeLayer.of(TAR, tar), deadline));
  }

  @Test
  void hashesWhatFollowsTheArchive() throws ProblemException {
    byte[] tar = TestLayer.kernel("k", "a").tar();
    byte[] padded = Arrays.copyOf(tar, tar.length + 200_000);

    assertThat(reader.read(FakeLayer.of(TAR, padded), deadline).entries()).hasSize(4);
  }

  @Test
  void hasRoomForAsManyEntriesAsAreAllowed() throws ProblemException {
    assertThat(reader.read(FakeLayer.of(TAR, files(100).tar()), deadline).entries()).hasSize(100);
  }
}
