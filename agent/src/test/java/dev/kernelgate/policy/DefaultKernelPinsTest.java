// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import static dev.kernelgate.kernel.ZoneFile.ADDONS;
import static dev.kernelgate.kernel.ZoneFile.INITRD;
import static dev.kernelgate.kernel.ZoneFile.KERNEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DefaultKernelPinsTest {

  private static final Digest OLD = digest("old");
  private static final Digest NEW = digest("new");
  private static final Digest ADDED = digest("addons");
  private static final Digest OTHER = digest("other");

  private static final DefaultKernelPins PINS =
      new DefaultKernelPins(Map.of(KERNEL, Set.of(OLD, NEW), ADDONS, Set.of(ADDED)));

  record Case(String name, Map<ZoneFile, Digest> files, Set<Digest> denied, Reason expected) {
    Case(String name, Map<ZoneFile, Digest> files, Reason expected) {
      this(name, files, Set.of(), expected);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Digest digest(String content) {
    return Digest.of(content.getBytes(StandardCharsets.UTF_8));
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("all pinned", Map.of(KERNEL, NEW, ADDONS, ADDED), Reason.ALLOWED_DIGEST),
        new Case("kernel alone", Map.of(KERNEL, OLD), Reason.ALLOWED_DIGEST),
        new Case("no kernel", Map.of(ADDONS, ADDED), Reason.DEFAULT_KERNEL_UNKNOWN),
        new Case("nothing", Map.of(), Reason.DEFAULT_KERNEL_UNKNOWN),
        new Case(
            "other kernel", Map.of(KERNEL, OTHER, ADDONS, ADDED), Reason.DEFAULT_KERNEL_UNKNOWN),
        new Case("other addons", Map.of(KERNEL, NEW, ADDONS, OTHER), Reason.DEFAULT_KERNEL_UNKNOWN),
        new Case(
            "file that has no pins",
            Map.of(KERNEL, NEW, INITRD, OTHER),
            Reason.DEFAULT_KERNEL_UNKNOWN),
        new Case("files swapped", Map.of(KERNEL, ADDED), Reason.DEFAULT_KERNEL_UNKNOWN),
        new Case("pinned and denied", Map.of(KERNEL, NEW), Set.of(NEW), Reason.DENIED_DIGEST),
        new Case(
            "unknown and denied",
            Map.of(KERNEL, NEW, INITRD, OTHER),
            Set.of(OTHER),
            Reason.DENIED_DIGEST));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void trustsAKernelOfWhichEveryFileIsPinned(Case one) {
    assertThat(PINS.judge(one.files(), one.denied()).reason()).isEqualTo(one.expected());
  }

  @Test
  void trustsNothingUnlessToldSo() {
    assertThat(DefaultKernelPins.none().judge(Map.of(KERNEL, NEW), Set.of()).reason())
        .isEqualTo(Reason.DEFAULT_KERNEL_UNKNOWN);
  }

  @Test
  void saysWhatToPin() {
    Verdict verdict = PINS.judge(Map.of(KERNEL, OTHER, INITRD, OTHER), Set.of());

    assertThat(verdict.detail())
        .isEqualTo(
            "the policy does not pin kernel, which is %s; initrd, which is %s"
                .formatted(OTHER, OTHER));
  }

  @Test
  void isPartOfThePolicysRevision() {
    Policy usual = Policy.edera();
    List<String> revisions =
        Stream.of(
                DefaultKernelPins.none(),
                new DefaultKernelPins(Map.of(KERNEL, Set.of(NEW))),
                new DefaultKernelPins(Map.of(INITRD, Set.of(NEW))),
                PINS)
            .map(pins -> new Policy(usual.mode(), usual.rules(), Set.of(), pins).revision())
            .toList();

    assertThat(revisions).doesNotHaveDuplicates().contains(usual.revision());
  }
}
