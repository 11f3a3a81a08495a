// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import dev.kernelgate.verification.Decision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Decisions that nothing was looked at for. */
public final class TestDecision {

  private TestDecision() {}

  /** A verdict with that reason; a reason to trust comes without a signature. */
  public static Verdict verdict(Reason reason, String detail) {
    return switch (reason.outcome()) {
      case TRUSTED -> new Verdict.Trusted(reason, detail, Optional.empty());
      case REJECTED, UNDETERMINED -> Verdict.of(new Problem(reason, detail));
    };
  }

  /** An enforced decision at the epoch; of the kernel nothing is known, unless it is trusted. */
  public static Decision of(KernelRequest request, Verdict verdict) {
    Optional<Digest> digest =
        verdict instanceof Verdict.Trusted ? Optional.of(Digest.of(new byte[0])) : Optional.empty();
    return of(request, verdict, digest, Instant.EPOCH);
  }

  /** An enforced decision about that manifest. */
  public static Decision of(
      KernelRequest request, Verdict verdict, Optional<Digest> digest, Instant decidedAt) {
    return of(request, verdict, digest, decidedAt, true);
  }

  /** A decision about that manifest, which came from a layout. */
  public static Decision of(
      KernelRequest request,
      Verdict verdict,
      Optional<Digest> digest,
      Instant decidedAt,
      boolean enforced) {
    return new Decision(
        request,
        request.kernel().toString(),
        Architecture.AMD64,
        new Decision.Booted(
            digest.map(_ -> BootSource.LAYOUT), digest, Optional.empty(), Optional.empty()),
        Optional.empty(),
        verdict,
        enforced,
        Optional.of("test-rule"),
        Optional.empty(),
        decidedAt,
        List.of());
  }
}
