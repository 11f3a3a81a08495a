// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.canary;

import dev.kernelgate.verdict.Reason;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about one canary.
 *
 * @param askedAt the latest question; empty before the first
 * @param latest what came of it
 * @param answer what was said, if anything
 * @param wrongSince the first wrong answer since the latest right one
 */
record CanaryFinding(
    CanaryKind kind,
    String image,
    Optional<Instant> askedAt,
    CanaryKind.Result latest,
    Optional<CanaryAnswer> answer,
    Optional<Instant> wrongSince) {

  /** Nobody has asked yet. */
  static CanaryFinding unasked(CanaryKind kind, String image) {
    return new CanaryFinding(
        kind, image, Optional.empty(), CanaryKind.Result.OPEN, Optional.empty(), Optional.empty());
  }

  /** What is known after another question; an answer that says nothing mends nothing. */
  CanaryFinding after(Instant question, Optional<CanaryAnswer> said) {
    CanaryKind.Result result =
        said.map(told -> kind.judge(told.outcome(), told.reason())).orElse(CanaryKind.Result.OPEN);
    return new CanaryFinding(
        kind,
        image,
        Optional.of(question),
        result,
        said,
        switch (result) {
          case RIGHT -> Optional.empty();
          case WRONG -> wrongSince.or(() -> Optional.of(question));
          case OPEN -> wrongSince;
        });
  }

  /** What is to be thought of the gate: a wrong answer counts until a right one comes. */
  CanaryKind.Result standing() {
    return wrongSince.isPresent() ? CanaryKind.Result.WRONG : latest;
  }

  /** What is wrong with the gate; without times that move, which would be news each time. */
  Optional<String> wrong() {
    return wrongSince.map(since -> "%s: %s, since %s".formatted(kind.alarmText(), image, since));
  }

  /** Whether somebody who has heard of the other has something to learn. */
  boolean isNewsAfter(CanaryFinding before) {
    return before.askedAt.isEmpty() || before.latest != latest || !before.reason().equals(reason());
  }

  /** The verdict and its reason, in two words. */
  String told() {
    return answer.map(said -> said.outcome() + ", " + said.reason()).orElse("no answer");
  }

  /** The members of the status. */
  Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("canary", kind);
    fields.put("image", image);
    fields.put("result", standing());
    fields.put("askedAt", askedAt);
    fields.put("wrongSince", wrongSince);
    fields.put("verdict", answer.map(CanaryAnswer::outcome));
    fields.put("reason", reason());
    fields.put("digest", answer.flatMap(CanaryAnswer::digest));
    fields.put("message", answer.map(CanaryAnswer::message));
    return fields;
  }

  private Optional<Reason> reason() {
    return answer.map(CanaryAnswer::reason);
  }
}
