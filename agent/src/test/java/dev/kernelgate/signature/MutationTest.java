// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.testing.JsonTree;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.SignatureFacts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Fifty-one thousand mutants of what real cosign wrote. Bytes, seeds and so mutants are the same in
 * every run; a failure names its seed.
 */
class MutationTest {

  private static final int MUTANTS_OF_EACH = 8_500;
  private static final CosignStore STORE = new CosignStore();

  private static final List<String> BUNDLES =
      List.of(
          "c-v3-bundle-index",
          "c-v3-bundle-index-rekor1-only",
          "d-v3-rekor2-tsa-index",
          "d-v3-rekor2-first-entry");
  private static final List<String> LEGACY = List.of("b-v2-sig-index", "x-v2-iso-control");

  private final SigstoreVerifier verifier;
  private final AtomicInteger neutral = new AtomicInteger();

  MutationTest() throws ProblemException {
    verifier = SigstoreVerifier.over(List.of(TrustRoot.parse(CosignStore.trustedRoot())));
  }

  @Test
  void noMutatedBundleIsTrustedForMoreThanItWas() {
    List<SignatureCandidate.Bundle> originals =
        candidates(BUNDLES, SignatureCandidate.Bundle.class);
    List<JsonTree> donors = originals.stream().map(b -> JsonTree.parse(b.json())).toList();
    for (SignatureCandidate.Bundle original : originals) {
      SignatureFacts facts = AcceptedSignaturesTest.facts(verifier.verify(original));
      mutants()
          .forEach(
              seed -> {
                Mutations mutations = new Mutations(new SplittableRandom(seed));
                check(
                    "seed " + seed + " of " + original.origin(),
                    new SignatureCandidate.Bundle(
                        original.subject(),
                        original.origin(),
                        mutations.ofJson(original.json(), donors)),
                    original,
                    facts);
              });
    }
    assertThat(neutral).hasValueBetween(1, BUNDLES.size() * MUTANTS_OF_EACH / 3);
  }

  @Test
  void noMutatedLegacySignatureIsTrustedForMoreThanItWas() {
    List<SignatureCandidate.Legacy> originals = candidates(LEGACY, SignatureCandidate.Legacy.class);
    List<JsonTree> donors =
        originals.stream().map(other -> JsonTree.parse(other.logBundle().orElseThrow())).toList();
    for (SignatureCandidate.Legacy original : originals) {
      SignatureFacts facts = AcceptedSignaturesTest.facts(verifier.verify(original));
      mutants()
          .forEach(
              seed ->
                  check(
                      "seed " + seed + " of " + original.origin(),
                      mutant(original, originals, donors, new SplittableRandom(seed)),
                      original,
                      facts));
    }
    assertThat(neutral).hasValueBetween(1, LEGACY.size() * MUTANTS_OF_EACH / 3);
  }

  private void check(
      String name, SignatureCandidate mutant, SignatureCandidate original, SignatureFacts facts) {
    switch (verifier.verify(mutant)) {
      case SignatureFinding.Verified verified -> {
        assertThat(verified.facts()).as(name).isEqualTo(facts);
        assertThat(signed(mutant)).as(name).isEqualTo(signed(original));
        neutral.incrementAndGet();
      }
      case SignatureFinding.Failed failed ->
          assertThat(failed.problem().reason())
              .as("%s: %s", name, failed.problem().detail())
              .isNotEqualTo(Reason.INTERNAL_ERROR);
    }
  }

  /** Everything that somebody signed. */
  private static List<Object> signed(SignatureCandidate candidate) {
    try {
      SignatureMaterial material =
          switch (candidate) {
            case SignatureCandidate.Bundle bundle ->
                BundleParser.parse(bundle.json(), bundle.subject());
            case SignatureCandidate.Legacy legacy -> LegacyParser.parse(legacy);
          };
      byte[] payload =
          switch (material.content()) {
            case SignedContent.Envelope(byte[] bytes) -> bytes;
            case SignedContent.SimpleSigning(byte[] bytes) -> bytes;
            case SignedContent.Artifact(var digest) -> digest.bytes();
          };
      return List.of(
          material.certificate().x509(),
          List.of(new String(payload, StandardCharsets.ISO_8859_1)),
          new String(material.signature(), StandardCharsets.ISO_8859_1),
          material.log().entry().getBody());
    } catch (ProblemException e) {
      throw new AssertionError(e);
    }
  }

  private static SignatureCandidate.Legacy mutant(
      SignatureCandidate.Legacy original,
      List<SignatureCandidate.Legacy> others,
      List<JsonTree> donors,
      SplittableRandom random) {
    Mutations mutations = new Mutations(random);
    SignatureCandidate.Legacy donor = others.get(random.nextInt(others.size()));
    int part = random.nextInt(6);
    return new SignatureCandidate.Legacy(
        original.subject(),
        original.origin(),
        part == 0 ? mutations.ofJson(original.payload(), donors) : original.payload(),
        switch (part) {
          case 1 -> text(mutations, original.signature());
          case 4 -> donor.signature();
          default -> original.signature();
        },
        switch (part) {
          case 2 -> text(mutations, original.certificate());
          case 5 -> donor.certificate();
          default -> original.certificate();
        },
        part >= 3 ? json(mutations, original.logBundle(), donors) : original.logBundle());
  }

  private static Optional<String> text(Mutations mutations, Optional<String> text) {
    return text.map(
        t ->
            new String(
                mutations.ofBytes(t.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8));
  }

  private static Optional<String> json(
      Mutations mutations, Optional<String> text, List<JsonTree> donors) {
    return text.map(
        t ->
            new String(
                mutations.ofJson(t.getBytes(StandardCharsets.UTF_8), donors),
                StandardCharsets.UTF_8));
  }

  private static IntStream mutants() {
    return IntStream.range(0, MUTANTS_OF_EACH).parallel();
  }

  private static <T extends SignatureCandidate> List<T> candidates(
      List<String> names, Class<T> type) {
    return names.stream()
        .flatMap(name -> Stream.of(STORE.candidates("edera-dev/" + name, "6.15.6").getFirst()))
        .map(type::cast)
        .toList();
  }
}
