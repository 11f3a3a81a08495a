// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NodeKernelsTest {

  private static final AskedKernel STABLE = new AskedKernel.Variant("stable");

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
    assertThat(answer(kernels(toml), STABLE)).isEqualTo("UnknownVariant");
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
    try {
      return kernels.referenceFor(asked).toString();
    } catch (ProblemException e) {
      Reason reason = e.problem().reason();
      return reason.toString();
    }
  }

  private NodeKernels kernels(Path daemonToml) {
    return new NodeKernels(daemonToml, directory, FakeTime.afterFixtures());
  }
}
