// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.testing.TestDecision;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.Peer;
import dev.kernelgate.verification.PodVerdict;
import dev.kernelgate.verification.VerdictBook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A gate that answers by the image's name: {@code trusted}, {@code rejected}, {@code undetermined},
 * {@code audited}, {@code broken}; {@code exhausted} finds no memory, {@code hanging} waits until
 * it is interrupted or let go, {@code delayed-50} does so for 50 ms at most.
 */
final class FakeGate implements Gate {

  static final Digest DIGEST = new Digest("0123456789abcdef".repeat(4));

  final VerdictBook book = new VerdictBook();
  final List<Peer> peers = Collections.synchronizedList(new ArrayList<>());
  final List<KernelRequest> requests = Collections.synchronizedList(new ArrayList<>());
  final List<Reason> answers = Collections.synchronizedList(new ArrayList<>());
  final AtomicInteger forgotten = new AtomicInteger();
  final CountDownLatch letGo = new CountDownLatch(1);
  volatile boolean isReady = true;

  @Override
  public Optional<Decision> known(KernelRequest request) {
    return request.kernel().toString().equals("known")
        ? Optional.of(decision(request, problem(Reason.NO_SIGNATURE), true))
        : Optional.empty();
  }

  @Override
  public Decision decide(KernelRequest request, Peer peer, Deadline deadline) {
    requests.add(request);
    return switch (request.kernel().toString()) {
      case "rejected" -> decision(request, problem(Reason.NO_SIGNATURE), true);
      case "audited" -> decision(request, problem(Reason.NO_SIGNATURE), false);
      case "undetermined" -> decision(request, problem(Reason.REGISTRY_UNREACHABLE), true);
      case "broken" -> throw new IllegalStateException("a bug");
      case "exhausted" -> throw new OutOfMemoryError("as the virtual machine says it");
      case "hanging" -> hang(request, Duration.ofHours(1));
      case String name when name.startsWith("delayed-") ->
          hang(request, Duration.ofMillis(Long.parseLong(name.substring(8))));
      default ->
          decision(request, new Verdict.Trusted(Reason.SIGNED_INDEX, "", Optional.empty()), true);
    };
  }

  private Decision hang(KernelRequest request, Duration delay) {
    try {
      var _ = letGo.await(delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return decision(request, problem(Reason.INTERNAL_ERROR), true);
  }

  @Override
  public Decision unchecked(KernelRequest request, Problem problem) {
    return decision(request, Verdict.of(problem), true);
  }

  @Override
  public void answered(Peer peer, Decision decision, Duration took) {
    peers.add(peer);
    answers.add(decision.verdict().reason());
    book.record(decision);
  }

  @Override
  public Optional<Document> manifest(Digest digest) {
    return digest.equals(DIGEST)
        ? Optional.of(
            new Document("application/vnd.oci.image.manifest.v1+json", "{}".getBytes(UTF_8)))
        : Optional.empty();
  }

  @Override
  public List<Decision> verdicts() {
    return book.verdicts();
  }

  @Override
  public Optional<Decision> verdict(Digest digest) {
    return book.verdict(digest);
  }

  @Override
  public List<PodVerdict> pods() {
    return book.pods();
  }

  @Override
  public Map<String, Object> status() {
    return Map.of("ready", isReady);
  }

  @Override
  public boolean isReady() {
    return isReady;
  }

  @Override
  public Document metrics() {
    return new Document("text/plain", "kernelgate_up 1\n".getBytes(UTF_8));
  }

  @Override
  public void forget() {
    forgotten.incrementAndGet();
  }

  private static Verdict problem(Reason reason) {
    return Verdict.of(new Problem(reason, "as wanted"));
  }

  private static Decision decision(KernelRequest request, Verdict verdict, boolean enforced) {
    return TestDecision.of(
        request, verdict, Optional.of(DIGEST), Instant.parse("2026-11-22T13:30:00Z"), enforced);
  }
}
