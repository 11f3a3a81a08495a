// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.verdict.CertificateClaim;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Ordered rules, of which the first that covers an image decides. An image that none covers is
 * rejected.
 *
 * @param mode whether a verdict blocks where no rule is known: no rule covers the image, or its
 *     name is not even a name
 * @param rules in order; each can be reached
 * @param deniedDigests rejected under every rule, whatever the signature
 * @param defaultKernel what boots where no image was asked for
 */
public record Policy(
    Mode mode, List<PolicyRule> rules, Set<Digest> deniedDigests, DefaultKernelRule defaultKernel) {

  /**
   * Checks that every rule has its own name and something left to decide about.
   *
   * @throws IllegalArgumentException if two rules have one name, or a rule can never decide because
   *     earlier ones cover all its images
   */
  public Policy {
    rules = List.copyOf(rules);
    deniedDigests = Set.copyOf(deniedDigests);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < rules.size(); i++) {
      PolicyRule rule = rules.get(i);
      if (!names.add(rule.name())) {
        throw new IllegalArgumentException("two rules are named '" + rule.name() + "'");
      }
      List<String> hiders = hiders(rules.subList(0, i), rule);
      if (!hiders.isEmpty()) {
        throw new IllegalArgumentException(
            "rule '" + rule.name() + "' is never used: " + hiders + " before it cover its images");
      }
    }
  }

  /** A policy that knows no default kernel. */
  public Policy(Mode mode, List<PolicyRule> rules, Set<Digest> deniedDigests) {
    this(mode, rules, deniedDigests, DefaultKernelRule.none());
  }

  /**
   * The policy for a node without configuration: Edera's kernels, signed by Edera's release
   * workflow, of the flavor that their repository stands for. Enforced; everything else is
   * rejected.
   */
  public static Policy edera() {
    SignerIdentity releaseWorkflow =
        new SignerIdentity(
            new TextMatch.Exact("https://token.actions.githubusercontent.com"),
            new TextMatch.Exact(
                "https://github.com/edera-dev/linux-kernel-oci/.github/workflows/matrix.yml@refs/heads/main"),
            Map.of(
                CertificateClaim.GITHUB_REPOSITORY,
                new TextMatch.Exact("edera-dev/linux-kernel-oci")));
    PolicyRule kernels =
        new PolicyRule(
            "edera-kernels",
            List.of(new ImageGlob("ghcr.io/edera-dev/*-kernel")),
            Mode.ENFORCE,
            List.of(releaseWorkflow),
            DigestLists.none(),
            new KernelRequirements(
                Optional.of("1"),
                new FlavorRule.OfImageName(),
                Optional.empty(),
                Optional.empty(),
                Set.of()));
    return new Policy(Mode.ENFORCE, List.of(kernels), Set.of());
  }

  /** The rule that decides about an image; empty means {@code NoPolicy}. */
  public Optional<PolicyRule> ruleFor(KernelReference image) {
    return rules.stream().filter(rule -> rule.covers(image)).findFirst();
  }

  /**
   * Identifies this policy's content, for cache keys and records: equal policies have equal
   * revisions, in every run.
   */
  public String revision() {
    return PolicyFingerprint.of(this);
  }

  /**
   * Names of the earlier rules that leave a later one nothing to decide about; empty when an image
   * is left for it.
   */
  public static List<String> hiders(List<PolicyRule> earlier, PolicyRule rule) {
    Set<String> names = new LinkedHashSet<>();
    for (ImageGlob glob : rule.images()) {
      Optional<PolicyRule> hider =
          earlier.stream()
              .filter(one -> one.images().stream().anyMatch(wider -> wider.covers(glob)))
              .findFirst();
      if (hider.isEmpty()) {
        return List.of();
      }
      names.add(hider.get().name());
    }
    return List.copyOf(names);
  }
}
