// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import java.util.Comparator;

/**
 * The one order in which failures are told: of several, the answer names the one that was nearest
 * to trust, because that is the one whose mending makes the kernel boot. Questions that are open
 * come in the order in which somebody can close them: first what stays until a person acts, last
 * what passes by itself.
 */
public final class Nearness {

  /** The first rank of kernels whose signatures, if there are any, are not the wanted ones. */
  private static final int NOT_SIGNED_AS_WANTED = 20;

  /** The first rank of what is not known. */
  private static final int OPEN = 50;

  private Nearness() {}

  /** The nearest first; a stable sort keeps equally near ones in the order they were found. */
  static Comparator<Problem> nearestFirst() {
    return Comparator.comparingInt(problem -> rank(problem.reason()));
  }

  /**
   * Whether a kernel is rejected for want of a signature that the policy accepts. Only somebody who
   * has looked at its signatures, or for them, says so.
   */
  public static boolean isForWantOfASignature(Reason reason) {
    int rank = rank(reason);
    return NOT_SIGNED_AS_WANTED <= rank && rank < OPEN;
  }

  /** The smaller the nearer. Every reason has a place, so a new one cannot be forgotten. */
  private static int rank(Reason reason) {
    return switch (reason) {
      // What was not looked at may have been the right one.
      case LIMIT_EXCEEDED -> 0;
      // Signed as wanted; something else about the kernel is not.
      case MISSING_ATTESTATION -> 10;
      case TOO_OLD -> 11;
      case BELOW_VERSION_FLOOR -> 12;
      case WRONG_FLAVOR -> 13;
      case NOT_A_KERNEL_IMAGE -> 14;
      // A sound signature, by somebody else.
      case REPOSITORY_MISMATCH -> NOT_SIGNED_AS_WANTED;
      case IDENTITY_MISMATCH -> 21;
      case ISSUER_MISMATCH -> 22;
      // No sound signature, from "only the log is missing" to "these bytes are nothing".
      case NOT_IN_TRANSPARENCY_LOG -> 30;
      case UNTRUSTED_CERTIFICATE -> 31;
      case SIGNATURE_FOR_OTHER_DIGEST -> 32;
      case INVALID_SIGNATURE -> 33;
      // No signature at all.
      case ATTESTATION_ONLY -> 40;
      case NO_SIGNATURE -> 41;
      // Open questions.
      case TRUST_ROOT_UNAVAILABLE -> OPEN;
      case REGISTRY_UNAUTHORIZED -> 51;
      case INDEX_UNKNOWN, AGE_UNKNOWN -> 52;
      case INTERNAL_ERROR -> 53;
      case REGISTRY_MISBEHAVED -> 54;
      case REGISTRY_UNREACHABLE -> 55;
      case REGISTRY_THROTTLED -> 56;
      case OVERLOADED -> 57;
      case DEADLINE_EXCEEDED -> 58;
      case PENDING, DEFAULT_KERNEL_UNKNOWN, LAYER_UNREADABLE -> 59;
      // Decided before signatures are looked at, so never told among them.
      case SIGNED_PLATFORM_MANIFEST,
          SIGNED_INDEX,
          ALLOWED_DIGEST,
          DEFAULT_KERNEL_VERIFIED,
          INVALID_REFERENCE,
          CONFLICTING_ANNOTATIONS,
          UNKNOWN_VARIANT,
          NO_POLICY,
          IMAGE_NOT_FOUND,
          NO_PLATFORM_MANIFEST,
          PLATFORM_MISMATCH,
          DIGEST_MISMATCH,
          CACHE_TAMPERED,
          CACHE_UNREADABLE,
          CONFIGURATION_UNKNOWN,
          DENIED_DIGEST ->
          90;
    };
  }
}
