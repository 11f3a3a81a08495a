// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.policy.DefaultKernelRule;
import dev.kernelgate.policy.DigestLists;
import dev.kernelgate.policy.FlavorRule;
import dev.kernelgate.policy.ImageGlob;
import dev.kernelgate.policy.KernelRequirements;
import dev.kernelgate.policy.Mode;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.policy.PolicyRule;
import dev.kernelgate.policy.SignerIdentity;
import dev.kernelgate.policy.VersionFloor;
import dev.kernelgate.verdict.SignatureFacts;
import dev.kernelgate.yaml.YamlFields;
import dev.kernelgate.yaml.YamlProblems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the policy. A rule with a problem is left out of the result, which is not used then anyway;
 * the other rules are still compared with each other.
 */
final class PolicySection {

  private final YamlProblems problems;
  private final SignerSection signers;

  private PolicySection(YamlProblems problems) {
    this.problems = problems;
    this.signers = new SignerSection(problems);
  }

  static Policy read(YamlFields fields, YamlProblems problems) {
    return new PolicySection(problems).policy(fields);
  }

  private Policy policy(YamlFields fields) {
    Mode mode = mode(fields).orElse(Mode.ENFORCE);
    Set<Digest> denied = Set.copyOf(fields.texts("deniedDigests", Values::digest));
    List<PolicyRule> rules = fields.has("rules") ? rules(fields, mode) : builtIn(mode);
    DefaultKernelRule defaultKernel =
        fields.fields("defaultKernel").map(this::defaultKernel).orElseGet(DefaultKernelRule::none);
    fields.refuseUnknown();
    return new Policy(mode, rules, denied, defaultKernel);
  }

  private DefaultKernelRule defaultKernel(YamlFields fields) {
    List<KernelReference> images =
        fields.texts("images", Values::reference).stream().distinct().toList();
    if (images.size() > DefaultKernelRule.MAX_IMAGES) {
      problems.add(
          fields.positionOf("images"),
          "'images' names more than " + DefaultKernelRule.MAX_IMAGES + " images");
      images = images.subList(0, DefaultKernelRule.MAX_IMAGES);
    }
    DefaultKernelRule rule =
        new DefaultKernelRule(
            Map.of(
                ZoneFile.KERNEL, Set.copyOf(fields.texts("kernel", Values::digest)),
                ZoneFile.INITRD, Set.copyOf(fields.texts("initrd", Values::digest)),
                ZoneFile.ADDONS, Set.copyOf(fields.texts("addons", Values::digest))),
            images);
    boolean canHaveKernel = !fields.elements("kernel").isEmpty() || fields.has("images");
    if (!rule.pins().isEmpty() && !canHaveKernel) {
      problems.add(
          fields.position(),
          "'defaultKernel' pins files but no 'kernel', so it could trust nothing; add its digest"
              + " or an image");
    }
    fields.refuseUnknown();
    return rule;
  }

  private static List<PolicyRule> builtIn(Mode mode) {
    return Policy.edera().rules().stream().map(rule -> rule.inMode(mode)).toList();
  }

  private List<PolicyRule> rules(YamlFields fields, Mode defaultMode) {
    List<YamlFields> entries = fields.fieldsOfEach("rules");
    if (fields.isEmptyList("rules")) {
      problems.add(
          fields.positionOf("rules"),
          "'rules' is empty, so no kernel could boot; add a rule or remove the key for the built-in"
              + " one");
    }
    List<PolicyRule> rules = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (YamlFields entry : entries) {
      Optional<PolicyRule> rule = rule(entry, defaultMode);
      if (rule.isPresent()) {
        if (!names.add(rule.get().name())) {
          problems.add(
              entry.positionOf("name"),
              "two rules are named '" + rule.get().name() + "'; rename one");
        } else if (isReachable(rules, rule.get(), entry)) {
          rules.add(rule.get());
        }
      }
    }
    return rules;
  }

  private boolean isReachable(List<PolicyRule> earlier, PolicyRule rule, YamlFields entry) {
    List<String> hiders = Policy.hiders(earlier, rule);
    if (hiders.isEmpty()) {
      return true;
    }
    problems.add(
        entry.position(),
        ("rule '%s' is unreachable, all its images are covered before it by '%s';"
                + " put it first or remove it")
            .formatted(rule.name(), String.join("' and '", hiders)));
    return false;
  }

  private Optional<PolicyRule> rule(YamlFields entry, Mode defaultMode) {
    Optional<String> name = entry.text("name", Values::name);
    if (!entry.has("name")) {
      problems.add(entry.position(), "the rule has no 'name'; add one, answers show it");
    }
    List<ImageGlob> images =
        entry.texts("images", Values.advised(ImageGlob::new, "correct the glob"));
    if (entry.elements("images").isEmpty()) {
      problems.add(entry.position(), "the rule has no 'images'; add the names it covers");
    }
    List<SignerIdentity> accepted = signers.read(entry);
    DigestLists digests =
        new DigestLists(
            Set.copyOf(entry.texts("allowedDigests", Values::digest)),
            Set.copyOf(entry.texts("deniedDigests", Values::digest)));
    boolean accepts =
        !(entry.elements("signers").isEmpty() && entry.elements("allowedDigests").isEmpty());
    Mode mode = mode(entry).orElse(defaultMode);
    KernelRequirements requirements = requirements(entry);
    entry.refuseUnknown();
    if (!accepts) {
      problems.add(
          entry.position(),
          "the rule has neither 'signers' nor 'allowedDigests', so it could trust nothing; add"
              + " signers");
    }
    if (name.isEmpty() || images.isEmpty() || (accepted.isEmpty() && digests.allowed().isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(new PolicyRule(name.get(), images, mode, accepted, digests, requirements));
  }

  private static KernelRequirements requirements(YamlFields entry) {
    return new KernelRequirements(
        entry.word("kernelFormat", Values::name),
        entry.text("flavor", PolicySection::flavor).orElseGet(FlavorRule.Any::new),
        entry.word("versionFloor", Values.advised(VersionFloor::of, "write one such as 6.18.35")),
        entry.text("maxSignatureAge", Values::duration),
        Set.copyOf(entry.texts("attestations", PolicySection::predicateType)));
  }

  private static FlavorRule flavor(String text) {
    return switch (text) {
      case "any" -> new FlavorRule.Any();
      case "ofImageName" -> new FlavorRule.OfImageName();
      default -> new FlavorRule.Named(Values.name(text));
    };
  }

  private static String predicateType(String text) {
    if (text.isBlank() || text.equals(SignatureFacts.COSIGN_SIGN)) {
      throw new IllegalArgumentException(
          "the predicate type is empty or that of a signature; write one such as"
              + " https://cyclonedx.org/bom");
    }
    return text;
  }

  private static Optional<Mode> mode(YamlFields fields) {
    return fields.text("mode", text -> Values.word(Mode.class, text));
  }
}
