// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static dev.kernelgate.registry.Sources.IMAGE;
import static dev.kernelgate.registry.Sources.enough;
import static dev.kernelgate.registry.Sources.image;
import static dev.kernelgate.registry.Sources.problemOf;
import static dev.kernelgate.registry.Sources.within;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.BlobStream;
import dev.kernelgate.testing.Access;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.Fault;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blobs that are read as they arrive, from a real HTTP server. */
@Timeout(60)
final class BlobStreamTest {

  private static final String TYPE = "application/octet-stream";
  private static final byte[] BYTES = new byte[3_000_000];

  static {
    new Random(1).nextBytes(BYTES);
  }

  @TempDir private Path folder;

  private final TestRegistry registry = TestRegistry.start();
  private final TestRegistry stranger = TestRegistry.start();
  private final Digest digest = registry.putBlob(BYTES);
  private final String path = "/v2/" + IMAGE + "/blobs/" + digest;

  @AfterEach
  void close() {
    registry.close();
    stranger.close();
  }

  /**
   * An answer, and how reading it ends.
   *
   * @param detail what the problem's text has in it
   */
  record Case(String name, Fault fault, Duration time, Reason reason, String detail) {
    Case(String name, Fault fault, Reason reason, String detail) {
      this(name, fault, Duration.ofSeconds(10), reason, detail);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private byte[] read(RegistryImageSource source, Deadline deadline) throws ProblemException {
    try (BlobStream blob = source.stream(image(registry), digest, deadline).orElseThrow()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] buffer = new byte[5000];
      for (int read = blob.read(buffer, 0, 5000); read >= 0; read = blob.read(buffer, 0, 5000)) {
        all.write(buffer, 0, read);
      }
      return all.toByteArray();
    }
  }

  @Test
  void everyByteArrives() throws ProblemException {
    try (RegistryImageSource source = Sources.plainHttp(registry)) {
      assertThat(read(source, enough())).isEqualTo(BYTES);
    }
  }

  @Test
  void credentialsAreShownAndDoNotFollowARedirect() throws ProblemException, IOException {
    registry.allow(new Access.Basic("user", "secret"));
    stranger.putBlob(BYTES);
    DockerConfig login = Sources.login(folder, registry.host(), "secret");
    try (RegistryImageSource source = Sources.plainHttp(registry, login)) {
      assertThat(read(source, enough())).isEqualTo(BYTES);
      registry.misbehave(path, Fault.redirect(307, "http://" + stranger.host() + path));
      assertThat(read(source, enough())).isEqualTo(BYTES);
    }
    assertThat(stranger.seen()).hasSize(1).allMatch(seen -> seen.authorization().isEmpty());
  }

  @Test
  void whatIsNotThereIsAbsent() throws ProblemException {
    try (RegistryImageSource source = Sources.plainHttp(registry)) {
      Digest other = Digest.of("other".getBytes(UTF_8));
      assertThat(source.stream(image(registry), other, enough())).isEmpty();
    }
  }

  static Stream<Case> badAnswers() {
    return Stream.of(
        new Case(
            "cut short",
            Fault.cutShort(TYPE, BYTES, BYTES.length + 1L),
            Reason.REGISTRY_MISBEHAVED,
            "cut short"),
        new Case("a page", Fault.page(200), Reason.REGISTRY_MISBEHAVED, "text/html"),
        new Case(
            "an encoding",
            Fault.answer(200, Map.of("Content-Encoding", "gzip"), BYTES),
            Reason.REGISTRY_MISBEHAVED,
            "content encoding"),
        new Case("refused", Fault.status(403), Reason.REGISTRY_UNAUTHORIZED, "403"),
        new Case("too often", Fault.status(429), Reason.REGISTRY_THROTTLED, "429"),
        new Case("broken", Fault.status(500), Reason.REGISTRY_UNREACHABLE, "500"),
        new Case(
            "a byte at a time",
            Fault.drip(TYPE),
            Duration.ofMillis(300),
            Reason.DEADLINE_EXCEEDED,
            "did not end"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badAnswers")
  void aBadAnswerHasItsReason(Case one) {
    registry.misbehave(path, one.fault());
    try (RegistryImageSource source = Sources.plainHttp(registry)) {
      ProblemException problem = problemOf(() -> read(source, within(one.time())));

      assertThat(problem.problem().reason()).isEqualTo(one.reason());
      assertThat(problem.problem().detail()).contains(one.detail());
    }
  }

  @Test
  void whoReadsNoFurtherHangsUp() throws ProblemException {
    AtomicBoolean isHungUp = new AtomicBoolean();
    registry.misbehave(
        path,
        (exchange, closed) -> {
          try {
            Fault.stream(TYPE, 1L << 40).answer(exchange, closed);
          } catch (IOException e) {
            isHungUp.set(true);
            throw e;
          }
        });
    try (RegistryImageSource source = Sources.plainHttp(registry)) {
      BlobStream blob = source.stream(image(registry), digest, enough()).orElseThrow();
      assertThat(blob.read(new byte[10], 0, 10)).isPositive();
      blob.close();

      assertThat(blob.read(new byte[10], 0, 10)).isEqualTo(-1);
      Eventually.holds("the registry is let go", isHungUp::get);
    }
  }
}
