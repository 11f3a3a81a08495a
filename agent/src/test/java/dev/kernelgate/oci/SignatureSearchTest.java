// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import static dev.kernelgate.testing.TestImages.INDEX;
import static dev.kernelgate.testing.TestImages.MANIFEST;
import static dev.kernelgate.testing.TestImages.entry;
import static dev.kernelgate.testing.TestImages.index;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SignatureSearchTest {

  private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final String EMPTY = "application/vnd.oci.empty.v1+json";
  private static final String SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";

  private final MemorySource source = new MemorySource();
  private final Digest index = Digest.of("index".getBytes(UTF_8));
  private final Digest manifest = Digest.of("manifest".getBytes(UTF_8));

  private SignatureSearch search() {
    return new SignatureSearch(
        source,
        new Repository("registry.test", "kernel"),
        List.of(index, manifest),
        FakeTime.afterFixtures().deadlineIn(Duration.ofSeconds(5)));
  }

  private static List<SignatureCandidate> all(SignatureSearch search) {
    List<SignatureCandidate> candidates = new ArrayList<>();
    search.next().ifPresent(candidates::add);
    while (!candidates.isEmpty()) {
      var next = search.next();
      if (next.isEmpty()) {
        break;
      }
      candidates.add(next.get());
    }
    return candidates;
  }

  private Digest bundle(String content, Digest subject) {
    Digest blob = source.blob(content);
    return source.manifest(
        MANIFEST,
        """
        {"config":%s,"layers":[{"mediaType":"%s","digest":"%s","size":%d}],"subject":%s}
        """
            .formatted(
                entry(source.blob("{}"), EMPTY, ""),
                BUNDLE,
                blob,
                content.length(),
                entry(subject, INDEX, "")));
  }

  private static List<String> contents(List<SignatureCandidate> candidates) {
    return candidates.stream()
        .map(
            candidate ->
                switch (candidate) {
                  case SignatureCandidate.Bundle found -> new String(found.json(), UTF_8);
                  case SignatureCandidate.Legacy found -> new String(found.payload(), UTF_8);
                })
        .toList();
  }

  @Test
  void mergesAllThreePlacesAndBothSubjects() {
    source.manifest(
        INDEX, index(List.of(entry(bundle("fallback", index), MANIFEST, ""))), index.fallbackTag());
    source.referrers(
        manifest, INDEX, index(List.of(entry(bundle("referrer", manifest), MANIFEST, ""))));
    legacy(manifest, List.of("legacy"));
    SignatureSearch search = search();

    assertThat(contents(all(search))).containsExactly("fallback", "legacy", "referrer");
    assertThat(search.openQuestions()).isEmpty();
  }

  @Test
  void asksNoFurtherThanItsCallerDoes() {
    source.manifest(
        INDEX, index(List.of(entry(bundle("first", index), MANIFEST, ""))), index.fallbackTag());

    assertThat(search().next()).isPresent();
    assertThat(source.asked()).hasSize(3);
  }

  @Test
  void looksAtTheNewestFirst() {
    source.manifest(
        INDEX,
        index(
            List.of(
                entry(bundle("old", index), MANIFEST, ""),
                entry(bundle("new", index), MANIFEST, ""))),
        index.fallbackTag());
    legacy(index, List.of("old legacy", "new legacy"));

    assertThat(contents(all(search()))).containsExactly("new", "old", "new legacy", "old legacy");
  }

  @Test
  void opensEachReferrerOnceThoughItIsListedTwice() {
    String listing = index(List.of(entry(bundle("once", index), MANIFEST, "")));
    source.manifest(INDEX, listing, index.fallbackTag());
    source.referrers(index, INDEX, listing);

    assertThat(contents(all(search()))).containsExactly("once");
  }

  @Test
  void passesOverWhatRefersToAnotherSubjectOrIsNoBundle() {
    Digest foreign = bundle("foreign", manifest);
    Digest artifact =
        source.manifest(
            MANIFEST, "{\"config\":" + entry(source.blob("{}"), EMPTY, "") + ",\"layers\":[]}");
    source.manifest(
        INDEX,
        index(List.of(entry(foreign, MANIFEST, ""), entry(artifact, MANIFEST, ""))),
        index.fallbackTag());

    assertThat(all(search())).isEmpty();
  }

  @Test
  void anUnansweredPlaceIsAnOpenQuestionAndTheOthersAreStillLookedAt() {
    source.fail(
        index.fallbackTag(),
        new ProblemException(new Problem(Reason.REGISTRY_UNREACHABLE, "connection refused")));
    legacy(manifest, List.of("legacy"));
    SignatureSearch search = search();

    assertThat(contents(all(search))).containsExactly("legacy");
    assertThat(search.openQuestions())
        .extracting(Problem::reason)
        .containsExactly(Reason.REGISTRY_UNREACHABLE);
  }

  @Test
  void aBrokenReferrerDoesNotHideTheOthers() {
    Digest broken = bundle("broken", index);
    source.serve(broken.toString(), MANIFEST, "{}");
    source.manifest(
        INDEX,
        index(List.of(entry(bundle("good", index), MANIFEST, ""), entry(broken, MANIFEST, ""))),
        index.fallbackTag());
    SignatureSearch search = search();

    assertThat(contents(all(search))).containsExactly("good");
    assertThat(search.openQuestions())
        .extracting(Problem::reason)
        .containsExactly(Reason.REGISTRY_MISBEHAVED);
  }

  @Test
  void stopsAtTheLimitAndSaysSo() {
    legacy(index, IntStream.range(0, Limits.CANDIDATES + 1).mapToObj(n -> "payload " + n).toList());
    SignatureSearch search = search();

    assertThat(all(search)).hasSize(Limits.CANDIDATES);
    assertThat(search.openQuestions())
        .extracting(Problem::reason)
        .containsExactly(Reason.LIMIT_EXCEEDED);
  }

  @Test
  void fetchesAPayloadThatSignaturesShareOnce() {
    legacy(index, List.of("same", "same", "same"));

    assertThat(all(search())).hasSize(3);
    assertThat(source.asked())
        .filteredOn(Digest.of("same".getBytes(UTF_8)).toString()::equals)
        .hasSize(1);
  }

  @Test
  void doesNotFetchABlobThatSaysItIsTooLarge() {
    Digest blob = source.blob("large");
    source.manifest(
        MANIFEST,
        "{\"config\":%s,\"layers\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":99999999}]}"
            .formatted(entry(source.blob("{}"), EMPTY, ""), SIMPLE_SIGNING, blob),
        index.legacySignatureTag());
    SignatureSearch search = search();

    assertThat(all(search)).isEmpty();
    assertThat(search.openQuestions())
        .extracting(Problem::reason)
        .containsExactly(Reason.LIMIT_EXCEEDED);
    assertThat(source.asked()).doesNotContain(blob.toString());
  }

  private void legacy(Digest subject, List<String> payloads) {
    List<String> layers =
        payloads.stream().map(payload -> entry(source.blob(payload), SIMPLE_SIGNING, "")).toList();
    source.manifest(
        MANIFEST,
        "{\"config\":"
            + entry(source.blob("{}"), EMPTY, "")
            + ",\"layers\":["
            + String.join(",", layers)
            + "]}",
        subject.legacySignatureTag());
  }
}
