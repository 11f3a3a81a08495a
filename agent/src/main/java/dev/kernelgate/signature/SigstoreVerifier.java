// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.verdict.Reason.INTERNAL_ERROR;
import static dev.kernelgate.verdict.Reason.INVALID_SIGNATURE;
import static dev.kernelgate.verdict.Reason.UNTRUSTED_CERTIFICATE;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.SignatureVerifier;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Verifies cosign's signatures, legacy and bundle, against one or more trust roots. Immutable, for
 * any number of threads; a verification takes a few milliseconds of CPU and never waits. Never
 * throws: where sigstore-java itself breaks, the finding is {@code InternalError}, which leaves the
 * question open.
 */
public final class SigstoreVerifier implements SignatureVerifier {

  private final List<TrustRoot> roots;

  private SigstoreVerifier(List<TrustRoot> roots) {
    this.roots = List.copyOf(roots);
  }

  /**
   * A verifier that accepts what any of the roots vouches for.
   *
   * @throws IllegalArgumentException if there is no root: then nothing could ever be verified
   */
  public static SigstoreVerifier over(List<TrustRoot> roots) {
    if (roots.isEmpty()) {
      throw new IllegalArgumentException("no trust root");
    }
    return new SigstoreVerifier(roots);
  }

  /** What a verifier calls the roots that are in these files, before anybody has parsed them. */
  public static String trustRootRevision(List<byte[]> files) {
    return files.stream().map(TrustRoot::revisionOf).collect(Collectors.joining("+"));
  }

  @Override
  public SignatureFinding verify(SignatureCandidate candidate) {
    return find(
        candidate.subject(),
        () ->
            switch (candidate) {
              case SignatureCandidate.Bundle(Digest subject, _, byte[] json) ->
                  requireStatement(BundleParser.parse(json, subject));
              case SignatureCandidate.Legacy legacy -> LegacyParser.parse(legacy);
            });
  }

  /**
   * Verifies a bundle for a file, as {@code cosign verify-blob} does: signed as a whole, or named
   * by a statement with any predicate.
   *
   * @param artifact the file's SHA-256
   * @return as {@link #verify}; the facts' predicate type is empty where the file itself was signed
   */
  public SignatureFinding verifyArtifact(byte[] bundle, Digest artifact) {
    return find(artifact, () -> BundleParser.parse(bundle, artifact));
  }

  @Override
  public String trustRootRevision() {
    return roots.stream().map(TrustRoot::revision).collect(Collectors.joining("+"));
  }

  /** cosign signs images by statements; a bare signature does not say what it means. */
  private static SignatureMaterial requireStatement(SignatureMaterial material)
      throws ProblemException {
    if (material.content() instanceof SignedContent.Artifact) {
      throw new ProblemException(
          INVALID_SIGNATURE, "the bundle signs a bare digest, not a statement about an image");
    }
    return material;
  }

  @FunctionalInterface
  private interface Parsing {
    SignatureMaterial parse() throws ProblemException;
  }

  private SignatureFinding find(Digest subject, Parsing parsing) {
    try {
      return find(subject, SignatureCheck.ofConsistent(parsing.parse()));
    } catch (ProblemException e) {
      return new SignatureFinding.Failed(e.problem());
    } catch (RuntimeException e) {
      return new SignatureFinding.Failed(Problem.unexpected(e));
    }
  }

  private SignatureFinding find(Digest subject, SignatureCheck check) {
    Optional<Problem> nearest = Optional.empty();
    for (TrustRoot root : roots) {
      Problem problem;
      try {
        return new SignatureFinding.Verified(check.requireTrusted(root, subject));
      } catch (ProblemException e) {
        problem = e.problem();
      } catch (RuntimeException e) {
        problem = Problem.unexpected(e);
      }
      if (nearest.isEmpty() || tells(problem.reason()) > tells(nearest.get().reason())) {
        nearest = Optional.of(problem);
      }
    }
    return new SignatureFinding.Failed(nearest.orElseThrow());
  }

  /**
   * How much a failure against one root says beside those of others. A root that does not know the
   * certificate says least; a check that could not be made leaves everything open.
   */
  private static int tells(Reason reason) {
    if (reason == INTERNAL_ERROR) {
      return 2;
    }
    return reason == UNTRUSTED_CERTIFICATE ? 0 : 1;
  }
}
