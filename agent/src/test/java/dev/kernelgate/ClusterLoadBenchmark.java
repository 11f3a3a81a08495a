// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How much of a second an agent needs for what changes in it: 30 annotations among 250 pods, from
 * the API server's watch to verdict, condition and events. The API server runs in the same process,
 * so its time is in the result; the registry is in memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 3, time = 5)
@Fork(
    value = 1,
    jvmArgs = {"@src/tree/lib/java.options", "-Xmx128m", "-Dsun.net.httpserver.nodelay=true"})
public class ClusterLoadBenchmark {

  private Optional<ClusterLoad> load = Optional.empty();

  /** The pods are there and judged. */
  @Setup
  public void start() throws IOException, InterruptedException {
    load = Optional.of(new ClusterLoad(Files.createTempDirectory("kernelgate-load")));
  }

  /** A second's changes. */
  @Benchmark
  public void second() throws InterruptedException {
    load.orElseThrow().second();
  }

  @TearDown
  public void close() {
    load.ifPresent(ClusterLoad::close);
  }
}
