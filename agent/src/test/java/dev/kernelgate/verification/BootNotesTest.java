// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.BootRecord;
import dev.kernelgate.kernel.BootRecord.Certainty;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.kernel.PodBoot;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.testing.TestDecision;
import dev.kernelgate.verdict.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the book of one agent notes for the next, and what that one makes of it. */
final class BootNotesTest {

  private static final PodIdentity WEB = new PodIdentity("uid-web", "default", "web");
  private static final PodIdentity DB = new PodIdentity("uid-db", "default", "db");
  private static final AskedKernel TAG = new AskedKernel.Image("r.example/k:1");
  private static final AskedKernel OTHER = new AskedKernel.Image("r.example/k:2");

  private final VerdictBook before = new VerdictBook();
  private final VerdictBook after = new VerdictBook();

  @Test
  void aPodThatStillRunsIsKnownByItsNote() {
    before.replacePods(Map.of(WEB, TAG));
    before.recordLaunch(decision(WEB, TAG, "old", Reason.SIGNED_INDEX));
    after.restore(before.boots());
    after.replacePods(Map.of(WEB, TAG));

    assertThat(booted(after, WEB)).contains(digest("old"));
    assertThat(after.pods().getFirst().boot().map(BootRecord::certainty))
        .contains(Certainty.LAUNCHED);
    assertThat(after.pods().getFirst().reason()).isEqualTo(Reason.PENDING);
  }

  @Test
  void aPodThatAsksForSomethingElseByNowMayRunWhatItsNoteSays() {
    after.restore(noteOfWeb());
    after.replacePods(Map.of(WEB, OTHER));

    assertThat(after.pods().getFirst().mayRun()).contains(TAG);
    assertThat(booted(after, WEB)).contains(digest("old"));
    assertThat(after.boots()).as("for the agent after this").isEqualTo(noteOfWeb());
  }

  @Test
  void aPodThatALauncherBootedRunsThatWhateverItAsksForLater() {
    before.replacePods(Map.of(WEB, TAG));
    before.recordLaunch(decision(WEB, TAG, "old", Reason.SIGNED_INDEX));
    after.restore(before.boots());
    after.replacePods(Map.of(WEB, OTHER));

    assertThat(after.pods().getFirst().mayRun()).isEmpty();
    assertThat(booted(after, WEB)).contains(digest("old"));

    after.recordLaunch(decision(WEB, OTHER, "new", Reason.SIGNED_INDEX));
    assertThat(booted(after, WEB)).contains(digest("new"));
    assertThat(after.pods().getFirst().before()).isEmpty();
  }

  @Test
  void anotherPodOfTheSameNameHasNoNote() {
    PodIdentity next = new PodIdentity("uid-next", WEB.namespace(), WEB.name());
    after.restore(noteOfWeb());
    after.replacePods(Map.of(next, TAG));

    assertThat(booted(after, next)).isEmpty();
  }

  @Test
  void notesArePassedOnUntilAllPodsAreKnown() {
    after.restore(noteOfWeb());
    assertThat(after.boots()).isEqualTo(noteOfWeb());

    after.replacePods(Map.of(DB, TAG));
    assertThat(after.boots()).isEqualTo(noteOfWeb());

    after.forgetOtherPods();
    assertThat(after.boots()).isEmpty();
  }

  @Test
  void aPodThatIsSeenLateIsStillKnownByItsNote() {
    after.restore(noteOfWeb());
    after.replacePods(Map.of(DB, TAG));
    after.replacePods(Map.of(DB, TAG, WEB, TAG));

    assertThat(booted(after, WEB)).contains(digest("old"));
    assertThat(after.boots()).isEqualTo(noteOfWeb());
  }

  @Test
  void aLaunchBeforeThePodsAreKnownSettlesWhatRuns() {
    after.restore(noteOfWeb());
    after.recordLaunch(decision(WEB, TAG, "refused", Reason.NO_SIGNATURE));
    after.recordLaunch(decision(DB, TAG, "unknown", Reason.SIGNED_INDEX));
    assertThat(after.boots()).isEqualTo(noteOfWeb());

    after.recordLaunch(decision(WEB, TAG, "new", Reason.SIGNED_INDEX));
    after.replacePods(Map.of(WEB, TAG));
    assertThat(booted(after, WEB)).contains(digest("new"));
  }

  @Test
  void nothingIsNotedOfAPodWhoseKernelCannotChangeOrThatHasNoUid() {
    PodIdentity nameless = new PodIdentity("", "default", "static");
    AskedKernel pinned = new AskedKernel.Image("r.example/k@" + digest("index"));
    before.replacePods(Map.of(nameless, TAG, WEB, pinned));
    before.record(decision(nameless, TAG, "old", Reason.SIGNED_INDEX));
    before.record(decision(WEB, pinned, "old", Reason.SIGNED_INDEX));

    assertThat(booted(before, nameless)).isPresent();
    assertThat(booted(before, WEB)).isPresent();
    assertThat(before.boots()).isEmpty();
  }

  private List<PodBoot> noteOfWeb() {
    before.replacePods(Map.of(WEB, TAG));
    before.record(decision(WEB, TAG, "old", Reason.SIGNED_INDEX));
    assertThat(before.boots()).hasSize(1);
    return before.boots();
  }

  private static Optional<Digest> booted(VerdictBook book, PodIdentity pod) {
    return book.pods().stream()
        .filter(known -> known.pod().equals(pod))
        .flatMap(known -> known.boot().stream())
        .map(BootRecord::digest)
        .findFirst();
  }

  private static Decision decision(
      PodIdentity pod, AskedKernel kernel, String content, Reason reason) {
    return TestDecision.of(
        new KernelRequest(kernel, Optional.empty(), Optional.of(pod)),
        TestDecision.verdict(reason, ""),
        Optional.of(digest(content)),
        Instant.EPOCH);
  }

  private static Digest digest(String content) {
    return Digest.of(content.getBytes(UTF_8));
  }
}
