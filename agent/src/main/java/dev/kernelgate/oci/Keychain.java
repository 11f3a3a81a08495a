// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a pod brings along to fetch its kernel with. The right to fetch is not shared: whatever was
 * fetched with one keychain is remembered under its identity, and answers for nobody who does not
 * hold the same credentials.
 *
 * @param identity the same for the same credentials and for no others, and says nothing about them;
 *     empty when there are none
 * @param secrets in the pod's order
 * @param notes which secrets could not be used and why, each a lower-case fragment
 */
public record Keychain(Optional<Digest> identity, List<PullSecret> secrets, List<String> notes) {

  private static final Keychain NONE = new Keychain(Optional.empty(), List.of(), List.of());

  public Keychain {
    if (identity.isPresent() == secrets.isEmpty()) {
      throw new IllegalArgumentException("credentials have an identity, and nothing else has one");
    }
    secrets = List.copyOf(secrets);
    notes = List.copyOf(notes);
  }

  /** No credentials but the node's own. */
  public static Keychain none() {
    return NONE;
  }

  /** Whether the pod brings along nothing at all, not even secrets that cannot be used. */
  public boolean isNone() {
    return secrets.isEmpty() && notes.isEmpty();
  }

  /**
   * Whether credentials may lead to another answer. Registries that hide what they do not show say
   * "not found"; of a manifest from the node's cache then no index is known.
   */
  public static boolean mayHelpAgainst(Reason reason) {
    return reason == Reason.REGISTRY_UNAUTHORIZED
        || reason == Reason.IMAGE_NOT_FOUND
        || reason == Reason.INDEX_UNKNOWN;
  }

  /** The problem, with what there is to know about the secrets that did not help against it. */
  public Problem explain(Problem problem) {
    if (isNone() || !mayHelpAgainst(problem.reason())) {
      return problem;
    }
    return new Problem(
        problem.reason(),
        problem.detail() + "; " + String.join("; ", told()),
        problem.retryAfter());
  }

  /** What was tried and what could not be, for people. */
  public List<String> told() {
    if (secrets.isEmpty()) {
      return notes;
    }
    String tried =
        secrets.stream()
            .map(PullSecret::name)
            .collect(Collectors.joining(", ", "pull secrets ", ""));
    return Stream.concat(Stream.of(tried + " were tried"), notes.stream()).toList();
  }
}
