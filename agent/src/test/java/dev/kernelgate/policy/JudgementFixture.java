// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.PlatformManifest;
import dev.kernelgate.verdict.CertificateClaim;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.SignatureFacts;
import dev.kernelgate.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A kernel and a rule to judge it by. Starts as a good Edera kernel under Edera's built-in rule;
 * each method answers a copy with one difference.
 */
record JudgementFixture(
    PolicyRule rule, Set<Digest> denied, String image, Map<String, String> annotations) {

  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  static final Digest MANIFEST = new Digest("a1".repeat(32));
  static final Digest INDEX = new Digest("b2".repeat(32));
  static final Digest OTHER = new Digest("c3".repeat(32));
  static final String BOM = "https://cyclonedx.org/bom";

  static JudgementFixture judging() {
    return new JudgementFixture(
        Policy.edera().rules().getFirst(),
        Set.of(),
        "ghcr.io/edera-dev/zone-kernel:6.18",
        Map.of(
            "dev.edera.kernel.version", "6.18.35",
            "dev.edera.kernel.flavor", "zone",
            "dev.edera.kernel.format", "1"));
  }

  static Signing signature() {
    return new Signing(
        MANIFEST,
        SignatureFacts.COSIGN_SIGN,
        "https://token.actions.githubusercontent.com",
        Signing.IDENTITY,
        Map.of(CertificateClaim.GITHUB_REPOSITORY, "edera-dev/linux-kernel-oci"),
        Duration.ofHours(1));
  }

  static SignatureFinding failed(Reason reason) {
    return new SignatureFinding.Failed(new Problem(reason, "made so by the test"));
  }

  Judgement judgement() {
    PolicyRule covering = rule;
    PlatformManifest kernel =
        new PlatformManifest(Architecture.AMD64, MANIFEST, List.of(INDEX), annotations);
    Policy policy = new Policy(Mode.ENFORCE, List.of(covering), denied);
    try {
      return new Judgement(policy, covering, KernelReference.parse(image), kernel, NOW);
    } catch (InvalidReferenceException e) {
      throw new IllegalArgumentException(e);
    }
  }

  Optional<Reason> before() {
    return judgement().beforeSignatures().map(Verdict::reason);
  }

  JudgementFixture annotation(String name, String value) {
    Map<String, String> changed = new HashMap<>(annotations);
    changed.put(name, value);
    return new JudgementFixture(rule, denied, image, changed);
  }

  JudgementFixture without(String name) {
    Map<String, String> changed = new HashMap<>(annotations);
    changed.remove(name);
    return new JudgementFixture(rule, denied, image, changed);
  }

  JudgementFixture image(String other) {
    return new JudgementFixture(rule, denied, other, annotations);
  }

  JudgementFixture denyingEverywhere(Digest digest) {
    return new JudgementFixture(rule, Set.of(digest), image, annotations);
  }

  JudgementFixture denying(Digest digest) {
    return with(rule.signers(), new DigestLists(rule.digests().allowed(), Set.of(digest)));
  }

  JudgementFixture allowing(Digest digest) {
    return with(rule.signers(), new DigestLists(Set.of(digest), rule.digests().denied()));
  }

  JudgementFixture noSigners() {
    return with(List.of(), rule.digests());
  }

  JudgementFixture secondSigner(String issuer, String identity) {
    List<SignerIdentity> signers = new ArrayList<>(rule.signers());
    signers.add(
        new SignerIdentity(new TextMatch.Exact(issuer), new TextMatch.Exact(identity), Map.of()));
    return with(signers, rule.digests());
  }

  JudgementFixture flavor(FlavorRule flavor) {
    KernelRequirements old = rule.requirements();
    return with(
        new KernelRequirements(
            old.format(), flavor, old.versionFloor(), old.maxSignatureAge(), old.attestations()));
  }

  JudgementFixture floor(String version) {
    KernelRequirements old = rule.requirements();
    return with(
        new KernelRequirements(
            old.format(),
            old.flavor(),
            Optional.of(VersionFloor.of(version)),
            old.maxSignatureAge(),
            old.attestations()));
  }

  JudgementFixture maxAge(Duration age) {
    KernelRequirements old = rule.requirements();
    return with(
        new KernelRequirements(
            old.format(), old.flavor(), old.versionFloor(), Optional.of(age), old.attestations()));
  }

  JudgementFixture attestations(String... predicateTypes) {
    KernelRequirements old = rule.requirements();
    return with(
        new KernelRequirements(
            old.format(),
            old.flavor(),
            old.versionFloor(),
            old.maxSignatureAge(),
            Set.of(predicateTypes)));
  }

  private JudgementFixture with(KernelRequirements requirements) {
    return new JudgementFixture(
        new PolicyRule(
            rule.name(), rule.images(), rule.mode(), rule.signers(), rule.digests(), requirements),
        denied,
        image,
        annotations);
  }

  private JudgementFixture with(List<SignerIdentity> signers, DigestLists digests) {
    return new JudgementFixture(
        new PolicyRule(
            rule.name(), rule.images(), rule.mode(), signers, digests, rule.requirements()),
        denied,
        image,
        annotations);
  }

  /** A sound signature; each method answers a copy with one difference. */
  record Signing(
      Digest digest,
      String predicate,
      String issuer,
      String identity,
      Map<CertificateClaim, String> claims,
      Duration age) {

    static final String IDENTITY =
        "https://github.com/edera-dev/linux-kernel-oci/.github/workflows/matrix.yml@refs/heads/main";

    SignatureFinding found() {
      return new SignatureFinding.Verified(
          new SignatureFacts(
              digest,
              predicate,
              issuer,
              identity,
              claims,
              NOW.minus(age),
              "rekor.sigstore.dev",
              1,
              "sigstore-bundle-v0.3"));
    }

    Signing over(Digest other) {
      return new Signing(other, predicate, issuer, identity, claims, age);
    }

    Signing predicate(String other) {
      return new Signing(digest, other, issuer, identity, claims, age);
    }

    Signing issuer(String other) {
      return new Signing(digest, predicate, other, identity, claims, age);
    }

    Signing identity(String other) {
      return new Signing(digest, predicate, issuer, other, claims, age);
    }

    Signing noClaims() {
      return new Signing(digest, predicate, issuer, identity, Map.of(), age);
    }

    Signing claim(CertificateClaim claim, String value) {
      return new Signing(digest, predicate, issuer, identity, Map.of(claim, value), age);
    }

    Signing age(Duration other) {
      return new Signing(digest, predicate, issuer, identity, claims, other);
    }
  }
}
