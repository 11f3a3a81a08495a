// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import static dev.kernelgate.kernel.ZoneFile.ADDONS;
import static dev.kernelgate.kernel.ZoneFile.INITRD;
import static dev.kernelgate.kernel.ZoneFile.KERNEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DefaultKernelRuleTest {

  private static final Digest OLD = digest("old");
  private static final Digest NEW = digest("new");
  private static final Digest ADDED = digest("addons");
  private static final Digest OTHER = digest("other");

  private static final DefaultKernelRule PINS =
      new DefaultKernelRule(Map.of(KERNEL, Set.of(OLD, NEW), ADDONS, Set.of(ADDED)), List.of());

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
    assertThat(PINS.judge(one.files(), one.denied(), List.of()).reason()).isEqualTo(one.expected());
  }

  @Test
  void trustsNothingUnlessToldSo() {
    assertThat(DefaultKernelRule.none().judge(Map.of(KERNEL, NEW), Set.of(), List.of()).reason())
        .isEqualTo(Reason.DEFAULT_KERNEL_UNKNOWN);
  }

  private static final KernelReference FIRST = reference("ghcr.io/edera-dev/zone-kernel:1");
  private static final KernelReference SECOND = reference("ghcr.io/edera-dev/zone-kernel:2");
  private static final Digest MANIFEST = digest("manifest");
  private static final DefaultKernelRule LIKE_IMAGES =
      new DefaultKernelRule(Map.of(INITRD, Set.of(OTHER)), List.of(FIRST, SECOND));

  /** Files of a node, and what is known of the two images. */
  record Compared(
      String name, Map<ZoneFile, Digest> files, List<KernelStandard> standards, Reason expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static KernelReference reference(String text) {
    try {
      return KernelReference.parse(text);
    } catch (InvalidReferenceException e) {
      throw new AssertionError(e);
    }
  }

  private static KernelStandard known(KernelReference image, Map<ZoneFile, Digest> files) {
    return new KernelStandard.Known(image, MANIFEST, Optional.empty(), files);
  }

  static Stream<Compared> compared() {
    KernelStandard same = known(FIRST, Map.of(KERNEL, NEW, ADDONS, ADDED));
    KernelStandard another = known(SECOND, Map.of(KERNEL, OLD, ADDONS, OTHER));
    KernelStandard none = known(FIRST, Map.of());
    KernelStandard refused = new KernelStandard.Rejected(FIRST, Reason.NO_SIGNATURE);
    KernelStandard open =
        new KernelStandard.Open(FIRST, new Problem(Reason.REGISTRY_UNREACHABLE, "refused"));
    Map<ZoneFile, Digest> files = Map.of(KERNEL, NEW, ADDONS, ADDED);
    return Stream.of(
        new Compared("of one image", files, List.of(same), Reason.DEFAULT_KERNEL_VERIFIED),
        new Compared(
            "of the second image", files, List.of(refused, same), Reason.DEFAULT_KERNEL_VERIFIED),
        new Compared(
            "with a pinned initrd",
            Map.of(KERNEL, NEW, INITRD, OTHER),
            List.of(same),
            Reason.DEFAULT_KERNEL_VERIFIED),
        new Compared(
            "of two images",
            Map.of(KERNEL, OLD, ADDONS, ADDED),
            List.of(same, another),
            Reason.DEFAULT_KERNEL_VERIFIED),
        new Compared(
            "found though another image is open",
            files,
            List.of(open, same),
            Reason.DEFAULT_KERNEL_VERIFIED),
        new Compared(
            "of no image that is known",
            files,
            List.of(open, another),
            Reason.REGISTRY_UNREACHABLE),
        new Compared("of no image", files, List.of(another), Reason.DEFAULT_KERNEL_UNKNOWN),
        new Compared("an image without files", files, List.of(none), Reason.DEFAULT_KERNEL_UNKNOWN),
        new Compared("a rejected image", files, List.of(refused), Reason.DEFAULT_KERNEL_UNKNOWN),
        new Compared(
            "one of two files",
            Map.of(KERNEL, NEW, ADDONS, OTHER),
            List.of(same),
            Reason.DEFAULT_KERNEL_UNKNOWN),
        new Compared(
            "one file in the place of the other",
            Map.of(KERNEL, ADDED, ADDONS, NEW),
            List.of(same),
            Reason.DEFAULT_KERNEL_UNKNOWN),
        new Compared(
            "an initrd, which no image has",
            Map.of(KERNEL, NEW, INITRD, NEW),
            List.of(same),
            Reason.DEFAULT_KERNEL_UNKNOWN));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("compared")
  void trustsAKernelOfWhichEveryFileIsThatOfATrustedImage(Compared one) {
    assertThat(LIKE_IMAGES.judge(one.files(), Set.of(), one.standards()).reason())
        .isEqualTo(one.expected());
  }

  /** A verdict's own words. */
  record Told(
      String name,
      DefaultKernelRule rule,
      Map<ZoneFile, Digest> files,
      List<KernelStandard> standards,
      String detail) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Told> told() {
    KernelStandard standard = known(FIRST, Map.of(KERNEL, NEW));
    KernelStandard refused = new KernelStandard.Rejected(SECOND, Reason.TOO_OLD);
    return Stream.of(
        new Told(
            "what to pin",
            PINS,
            Map.of(KERNEL, OTHER, INITRD, OTHER),
            List.of(),
            "the policy does not pin kernel, which is %s; initrd, which is %s"
                .formatted(OTHER, OTHER)),
        new Told(
            "which image a file is from",
            LIKE_IMAGES,
            Map.of(KERNEL, NEW),
            List.of(standard),
            "kernel, which is %s, is /kernel/image of %s (%s)".formatted(NEW, FIRST, MANIFEST)),
        new Told(
            "what a file is and what it would have to be",
            LIKE_IMAGES,
            Map.of(KERNEL, OLD),
            List.of(standard, refused),
            ("kernel, which is %s, is not /kernel/image of %s (%s), which is %s, and not compared"
                    + " with %s, which is rejected: TooOld")
                .formatted(OLD, FIRST, MANIFEST, NEW, SECOND)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("told")
  void says(Told one) {
    assertThat(one.rule().judge(one.files(), Set.of(), one.standards()).detail())
        .isEqualTo(one.detail());
  }

  @Test
  void needsNoImageWherePinsAndDenyListDecide() {
    assertThat(LIKE_IMAGES.imagesFor(Map.of(KERNEL, NEW), Set.of())).hasSize(2);
    assertThat(LIKE_IMAGES.imagesFor(Map.of(KERNEL, NEW), Set.of(NEW))).isEmpty();
    assertThat(LIKE_IMAGES.imagesFor(Map.of(), Set.of())).isEmpty();
    assertThat(PINS.imagesFor(Map.of(KERNEL, NEW), Set.of())).isEmpty();
  }

  @Test
  void isPartOfThePolicysRevision() {
    Policy usual = Policy.edera();
    List<String> revisions =
        Stream.of(
                DefaultKernelRule.none(),
                new DefaultKernelRule(Map.of(KERNEL, Set.of(NEW)), List.of()),
                new DefaultKernelRule(Map.of(INITRD, Set.of(NEW)), List.of()),
                new DefaultKernelRule(Map.of(), List.of(FIRST)),
                LIKE_IMAGES,
                PINS)
            .map(pins -> new Policy(usual.mode(), usual.rules(), Set.of(), pins).revision())
            .toList();

    assertThat(revisions).doesNotHaveDuplicates().contains(usual.revision());
  }
}
