// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.verdict.ProblemException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one verification costs once the agent is warm: parsing and every check, of signatures that
 * real cosign made. Sampled, because the fastest and the median sample mean something even where
 * other work shares the machine, and an average does not. {@code mvn -B -Pbench verify -DskipTests}
 * runs it; agent/docs/benchmarks.md has results.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "@src/tree/lib/java.options")
public class VerificationBenchmark {

  /** How the signature is stored, logged and timed. */
  public enum Format {
    LEGACY("b-v2-sig-index"),
    BUNDLE_REKOR_V1("c-v3-bundle-index-rekor1-only"),
    BUNDLE_REKOR_V1_TSA("c-v3-bundle-index"),
    BUNDLE_REKOR_V2_TSA("d-v3-rekor2-tsa-index"),
    FOREIGN_KEY("n-v3-stolen-cert"),
    FOREIGN_AUTHORITY("n-v2-untrusted-ca");

    private final String fixture;

    Format(String fixture) {
      this.fixture = fixture;
    }
  }

  /** Set by JMH. */
  @Param public Format format = Format.LEGACY;

  private final SigstoreVerifier verifier;
  private final Map<Format, SignatureCandidate> candidates = new EnumMap<>(Format.class);

  public VerificationBenchmark() {
    CosignStore store = new CosignStore();
    for (Format each : Format.values()) {
      candidates.put(each, store.candidates("edera-dev/" + each.fixture, "6.15.6").getFirst());
    }
    try {
      verifier = SigstoreVerifier.over(List.of(TrustRoot.parse(CosignStore.trustedRoot())));
    } catch (ProblemException e) {
      throw new AssertionError(e);
    }
  }

  @Benchmark
  public SignatureFinding verify() {
    return verifier.verify(Objects.requireNonNull(candidates.get(format)));
  }
}
