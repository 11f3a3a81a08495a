// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.registry.DockerConfig;
import dev.kernelgate.registry.RegistryImageSource;
import dev.kernelgate.registry.RegistrySettings;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.TestGate;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.verdict.Outcome;
import java.util.List;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a warm agent needs for an image it has never seen, from reference to verdict, with a
 * registry over HTTP on loopback. The registry runs in the same process, so its time is in the
 * result, and the heap is twice an agent's.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgs = {"@src/tree/lib/java.options", "-Xmx128m", "-Dsun.net.httpserver.nodelay=true"})
public class FirstCheckBenchmark {

  /** The image, among those that real cosign signed. */
  @Param({
    "c-v3-bundle-index",
    "d-v3-rekor2-tsa-index",
    "b-v2-sig-index",
    "a-v2-sig-platform",
    "x-v2-200-junk-then-valid",
    "x-v3-200-junk-then-valid"
  })
  public String image = "";

  private final TestRegistry registry = TestRegistry.ofFixtures();
  private final RegistryImageSource source =
      new RegistryImageSource(
          List.of(RegistrySettings.plainHttp(registry.host())),
          RegistrySettings.defaults(RegistrySettings.ANY_HOST),
          DockerConfig.none(),
          FakeTime.afterFixtures());
  private final TestGate gate =
      new TestGate(source, TestGate.releaseWorkflowFor(registry.host() + "/edera-dev/*"));

  /** A whole check; a verdict that is not trusted ends the benchmark. */
  @Benchmark
  public Decision check() {
    registry.forgetRequests();
    Decision decision =
        gate.decide(registry.host() + "/edera-dev/" + image + ":6.15.6", Architecture.AMD64);
    if (decision.verdict().outcome() != Outcome.TRUSTED) {
      throw new IllegalStateException(decision.message());
    }
    return decision;
  }

  @TearDown
  public void close() {
    source.close();
    registry.close();
  }
}
