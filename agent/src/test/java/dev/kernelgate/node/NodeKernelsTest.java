// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verification.BootName;
import dev.kernelgate.verification.BootNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NodeKernelsTest {

  private static final AskedKernel STABLE = new AskedKernel.Variant("stable");

  private final FakeTime time = FakeTime.afterFixtures();

  @TempDir private Path directory;

  record Case(String name, String toml, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> files() {
    return Stream.of(
        new Case("kebab", "[zone.kernel-variants]\nstable = 'r.example/k:1'", "r.example/k:1"),
        new Case("snake", "[zone.kernel_variants]\nstable = 'r.example/k:1'", "r.example/k:1"),
        new Case(
            "both alike",
            "[zone]\nkernel-variants = {stable = 'r.example/k:1'}\n"
                + "kernel_variants = {stable = 'r.example/k:1'}",
            "r.example/k:1"),
        new Case(
            "both different",
            "[zone]\nkernel-variants = {stable = 'r.example/k:1'}\n"
                + "kernel_variants = {stable = 'r.example/k:2'}",
            "UnknownVariant"),
        new Case(
            "other name", "[zone.kernel-variants]\nlatest = 'r.example/k:1'", "UnknownVariant"),
        new Case("no text", "[zone.kernel-variants]\nstable = 7", "UnknownVariant"),
        new Case("no table", "zone = 'x'", "UnknownVariant"),
        new Case("empty", "", "UnknownVariant"),
        new Case(
            "broken at its end",
            "[zone.kernel-variants]\nstable = 'r.example/k:1'\n[broken",
            "UnknownVariant"),
        new Case(
            "malformed reference", "[zone.kernel-variants]\nstable = 'A B'", "InvalidReference"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void readsVariantsAsTheDaemonDoes(Case file) throws IOException {
    Path toml = Files.writeString(directory.resolve("daemon.toml"), file.toml());
    assertThat(answer(kernels(toml), STABLE)).isEqualTo(file.expected());
  }

  @Test
  void followsTheFile() throws IOException {
    Path toml = directory.resolve("daemon.toml");
    NodeKernels kernels = kernels(toml);
    assertThat(answer(kernels, STABLE)).isEqualTo("UnknownVariant");
    Files.writeString(toml, "[zone.kernel-variants]\nstable = 'r.example/k:1'");
    assertThat(answer(kernels, STABLE)).isEqualTo("r.example/k:1");
    Files.writeString(toml, "[zone.kernel-variants]\nstable = 'r.example/k:1.2'");
    assertThat(answer(kernels, STABLE)).isEqualTo("r.example/k:1.2");
  }

  @Test
  void refusesAFileThatIsTooLarge() throws IOException {
    Path toml = directory.resolve("daemon.toml");
    Files.writeString(toml, "#".repeat(BoundedFile.MAX_BYTES + 1));
    assertThat(answer(kernels(toml), STABLE)).isEqualTo("ConfigurationUnknown");
  }

  /** A link to itself is as closed as a folder without permission, and to root as well. */
  @Test
  void aFileThatCannotBeLookedForIsNotAFileThatIsNotThere() throws IOException {
    Path loop = Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
    assertThat(answer(kernels(loop.resolve("daemon.toml")), STABLE))
        .isEqualTo("ConfigurationUnknown");
  }

  @Test
  void whatIsNoFileIsNotOpened() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("daemon.toml"));
    NodeKernels kernels = kernels(folder);
    assertThat(answer(kernels, STABLE)).isEqualTo("ConfigurationUnknown");
    Files.delete(folder);
    assertThat(answer(kernels, STABLE)).isEqualTo("UnknownVariant");
  }

  /** The stamp's time is set by the test; a file's change of attributes is always now. */
  @Test
  void aFileOlderThanTheDaemonIsInForce() throws IOException {
    Path toml = write("r.example/k:1");
    daemonStartsAfter(toml);
    NodeKernels kernels = kernels(toml);
    assertThat(answer(kernels, STABLE)).isEqualTo("r.example/k:1");
    assertThat(kernels.description()).isEqualTo("in force");
  }

  @Test
  void aFileThatChangedSinceTheDaemonStartedIsJudgedBothWays() throws IOException {
    Path toml = write("r.example/k:1");
    daemonStartsAfter(toml);
    NodeKernels kernels = kernels(toml);
    kernels.look();
    time.advance(Duration.ofMinutes(1));
    kernels.look();
    daemonStartedBefore(toml);
    kernels.look();
    write("r.example/k:2");

    assertThat(answer(kernels, STABLE)).isEqualTo("ConfigurationUnknown, then r.example/k:2");
    assertThat(kernels.description()).contains("not yet in force");
  }

  @Test
  void whatWasInForceIsRememberedUntilTheDaemonStartsAnew() throws IOException {
    Path toml = write("r.example/k:1");
    Instant started = daemonStartsAfter(toml);
    FakeTime later = new FakeTime(started.plusSeconds(60));
    NodeKernels kernels = kernels(toml, later);
    write("r.example/k:2");

    assertThat(answer(kernels, STABLE)).isEqualTo("r.example/k:1, then r.example/k:2");
    write("r.example/k:1");
    assertThat(answer(kernels, STABLE)).isEqualTo("r.example/k:1");
    Files.delete(toml);
    assertThat(answer(kernels, STABLE)).isEqualTo("r.example/k:1, then UnknownVariant");
    write("r.example/k:3");
    stamp(started.plusSeconds(600));
    assertThat(answer(kernels, STABLE)).isEqualTo("r.example/k:3");
  }

  @Test
  void anOldTimeDoesNotHideThatAFileHasChanged() throws IOException {
    Path toml = write("r.example/k:1");
    Instant started = daemonStartsAfter(toml);
    NodeKernels kernels = kernels(toml, new FakeTime(started.plusSeconds(60)));
    write("r.example/k:2");
    Files.setLastModifiedTime(toml, FileTime.from(started.minusSeconds(3600)));

    assertThat(answer(kernels, STABLE)).isEqualTo("r.example/k:1, then r.example/k:2");
  }

  @Test
  void withoutAStampTheFileIsTakenAsItIs() throws IOException {
    Path toml = write("r.example/k:1");
    NodeKernels kernels = kernels(toml);
    write("r.example/k:2");

    assertThat(answer(kernels, STABLE)).isEqualTo("r.example/k:2");
    assertThat(kernels.description()).contains("when the daemon started is not known");
  }

  @Test
  void knowsTheMirrorOfDockerHub() throws IOException {
    Path toml = directory.resolve("daemon.toml");
    Files.writeString(toml, "[oci]\ndocker-hub-mirror = 'mirror.example'\n");
    assertThat(kernels(toml).dockerHubMirror()).contains("mirror.example");
    Files.writeString(toml, "[oci]\ndocker_hub_mirror = 'mirror.example'\n");
    assertThat(kernels(toml).dockerHubMirror()).contains("mirror.example");
    Files.writeString(toml, "oci = 7\n");
    assertThat(kernels(toml).dockerHubMirror()).isEmpty();
  }

  @Test
  void answersWhateverElseIsAskedFor() {
    NodeKernels kernels = kernels(directory.resolve("none"));
    assertThat(answer(kernels, new AskedKernel.Image("r.example/k")))
        .isEqualTo("r.example/k:latest");
    assertThat(answer(kernels, new AskedKernel.Image(""))).isEqualTo("InvalidReference");
    assertThat(answer(kernels, new AskedKernel.NodeDefault())).isEqualTo("DefaultKernelUnknown");
    assertThat(answer(kernels, new AskedKernel.Conflicting("a", "b")))
        .isEqualTo("ConflictingAnnotations");
  }

  @Test
  void believesTheKernelAboutTheArchitecture() throws IOException {
    Path arch = Files.writeString(directory.resolve("arch"), "aarch64\n");
    assertThat(HostArchitecture.detect(arch, "amd64")).contains(Architecture.ARM64);
    assertThat(HostArchitecture.detect(directory.resolve("none"), "amd64"))
        .contains(Architecture.AMD64);
    assertThat(HostArchitecture.detect(Files.writeString(arch, "riscv64\n"), "amd64")).isEmpty();
  }

  @Test
  void findsGroupsByNameAndNumber() throws IOException {
    Path groups = Files.writeString(directory.resolve("group"), "root:x:0:\nedera:x:1234:a,b\n");
    assertThat(UnixGroups.gid(groups, "edera")).isEqualTo(1234);
    assertThat(UnixGroups.gid(groups, "77")).isEqualTo(77);
    assertThat(catchThrowableOfType(IOException.class, () -> UnixGroups.gid(groups, "eder")))
        .hasMessageContaining("There is no group named 'eder'");
  }

  private static String answer(NodeKernels kernels, AskedKernel asked) {
    BootNames names = kernels.namesFor(asked);
    return names
        .afterRestart()
        .map(later -> shown(names.inForce()) + ", then " + shown(later))
        .orElseGet(() -> shown(names.inForce()));
  }

  private static String shown(BootName name) {
    return switch (name) {
      case BootName.Image(KernelReference reference) -> reference.toString();
      case BootName.None(Problem problem) -> problem.reason().toString();
    };
  }

  private NodeKernels kernels(Path toml) {
    return kernels(toml, time);
  }

  private NodeKernels kernels(Path toml, FakeTime clock) {
    return new NodeKernels(
        toml, Optional.of(directory.resolve("started")), directory.resolve("zone"), clock);
  }

  private Path write(String reference) throws IOException {
    return Files.writeString(
        directory.resolve("daemon.toml"), "[zone.kernel-variants]\nstable = '" + reference + "'\n");
  }

  private Instant daemonStartsAfter(Path toml) throws IOException {
    return stamp(Files.getLastModifiedTime(toml).toInstant().plusSeconds(3600));
  }

  private void daemonStartedBefore(Path toml) throws IOException {
    stamp(Files.getLastModifiedTime(toml).toInstant().minusSeconds(3600));
  }

  private Instant stamp(Instant when) throws IOException {
    Path stamp = directory.resolve("started");
    Files.writeString(stamp, "");
    Files.setLastModifiedTime(stamp, FileTime.from(when));
    return when;
  }
}
