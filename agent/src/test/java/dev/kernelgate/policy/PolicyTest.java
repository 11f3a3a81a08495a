// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyTest {

  private static final SignerIdentity SIGNER =
      new SignerIdentity(
          new TextMatch.Exact("https://issuer.example"), new TextMatch.Exact("me"), Map.of());
  private static final Digest DIGEST = new Digest("ab".repeat(32));

  @Test
  void firstRuleThatCoversAnImageDecides() throws Exception {
    Policy policy = policy(rule("one", "ghcr.io/a/zone-kernel"), rule("two", "ghcr.io/a/*"));

    assertThat(ruleName(policy, "ghcr.io/a/zone-kernel:1")).contains("one");
    assertThat(ruleName(policy, "ghcr.io/a/host-kernel:1")).contains("two");
    assertThat(ruleName(policy, "ghcr.io/b/zone-kernel:1")).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "ghcr.io/edera-dev/zone-kernel:6.18,        true",
    "ghcr.io/edera-dev/zone-nvidiagpu-kernel,   true",
    "ghcr.io/edera-dev/zone-kernel-sdk:6.18,    false",
    "ghcr.io/edera-dev/x/zone-kernel,           false",
    "ghcr.io/evil/zone-kernel,                  false",
    "docker.io/edera-dev/zone-kernel,           false",
    "edera-dev/zone-kernel,                     false",
  })
  void builtInPolicyCoversEderasKernelsOnly(String image, boolean covered) throws Exception {
    assertThat(ruleName(Policy.edera(), image).isPresent()).isEqualTo(covered);
  }

  @Test
  void builtInPolicyEnforces() {
    assertThat(Policy.edera().mode()).isEqualTo(Mode.ENFORCE);
    assertThat(Policy.edera().rules()).extracting(PolicyRule::mode).containsOnly(Mode.ENFORCE);
  }

  @Test
  void refusesARuleThatCanNeverDecide() {
    PolicyRule wide = rule("wide", "ghcr.io/a/*");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy(wide, rule("narrow", "ghcr.io/a/zone-kernel")))
        .withMessageContaining("'narrow' is never used")
        .withMessageContaining("wide");
    assertThat(Policy.hiders(List.of(wide), rule("half", "ghcr.io/a/b", "ghcr.io/b/*"))).isEmpty();
    assertThat(
            Policy.hiders(
                List.of(wide, rule("other", "ghcr.io/b/*")),
                rule("both", "ghcr.io/a/b", "ghcr.io/b/c")))
        .containsExactly("wide", "other");
  }

  @Test
  void refusesTwoRulesOfOneName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy(rule("one", "ghcr.io/a/*"), rule("one", "ghcr.io/b/*")));
  }

  @Test
  void refusesARuleThatCouldTrustNothingOrCoversNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new PolicyRule(
                    "x",
                    List.of(new ImageGlob("ghcr.io/a/*")),
                    Mode.ENFORCE,
                    List.of(),
                    DigestLists.none(),
                    KernelRequirements.none()));
    assertThatIllegalArgumentException().isThrownBy(() -> rule("x"));
  }

  @Test
  void equalPoliciesHaveTheRevisionThatWasWrittenDown() {
    // A literal: a revision that differs from run to run would empty every cache.
    assertThat(Policy.edera().revision()).isEqualTo("1a75419311fc14d7");
  }

  record Change(String name, Policy policy) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Change> changes() {
    PolicyRule rule = rule("one", "ghcr.io/a/*");
    KernelRequirements none = KernelRequirements.none();
    return Stream.of(
        new Change("mode", new Policy(Mode.AUDIT, List.of(rule), Set.of())),
        new Change("denied digest", new Policy(Mode.ENFORCE, List.of(rule), Set.of(DIGEST))),
        new Change("no rule", policy()),
        new Change("rule name", policy(rule("two", "ghcr.io/a/*"))),
        new Change("images", policy(rule("one", "ghcr.io/a/**"))),
        new Change("rule mode", policy(rule.inMode(Mode.AUDIT))),
        new Change("no signer", policy(with(rule, List.of(), allow(), none))),
        new Change("two signers", policy(with(rule, List.of(SIGNER, SIGNER), lists(), none))),
        new Change("allowed digest", policy(with(rule, rule.signers(), allow(), none))),
        new Change(
            "denied by rule",
            policy(with(rule, rule.signers(), new DigestLists(Set.of(), Set.of(DIGEST)), none))),
        new Change("format", required(rule, "1", new FlavorRule.Any(), null, null, Set.of())),
        new Change(
            "flavor", required(rule, null, new FlavorRule.OfImageName(), null, null, Set.of())),
        new Change("floor", required(rule, null, new FlavorRule.Any(), "6.18", null, Set.of())),
        new Change(
            "age", required(rule, null, new FlavorRule.Any(), null, Duration.ofDays(1), Set.of())),
        new Change(
            "attestation", required(rule, null, new FlavorRule.Any(), null, null, Set.of("x"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void everyChangeMakesAnotherRevision(Change change) {
    assertThat(change.policy().revision())
        .isNotEqualTo(policy(rule("one", "ghcr.io/a/*")).revision());
  }

  private static DigestLists lists() {
    return DigestLists.none();
  }

  private static DigestLists allow() {
    return new DigestLists(Set.of(DIGEST), Set.of());
  }

  private static Policy required(
      PolicyRule rule,
      @Nullable String format,
      FlavorRule flavor,
      @Nullable String floor,
      @Nullable Duration age,
      Set<String> attestations) {
    return policy(
        with(
            rule,
            rule.signers(),
            lists(),
            new KernelRequirements(
                Optional.ofNullable(format),
                flavor,
                Optional.ofNullable(floor).map(VersionFloor::of),
                Optional.ofNullable(age),
                attestations)));
  }

  private static PolicyRule with(
      PolicyRule rule,
      List<SignerIdentity> signers,
      DigestLists digests,
      KernelRequirements requirements) {
    return new PolicyRule(rule.name(), rule.images(), rule.mode(), signers, digests, requirements);
  }

  private static Policy policy(PolicyRule... rules) {
    return new Policy(Mode.ENFORCE, List.of(rules), Set.of());
  }

  private static PolicyRule rule(String name, String... images) {
    return new PolicyRule(
        name,
        Stream.of(images).map(ImageGlob::new).toList(),
        Mode.ENFORCE,
        List.of(SIGNER),
        DigestLists.none(),
        KernelRequirements.none());
  }

  private static Optional<String> ruleName(Policy policy, String image) throws Exception {
    return policy.ruleFor(KernelReference.parse(image)).map(PolicyRule::name);
  }
}
