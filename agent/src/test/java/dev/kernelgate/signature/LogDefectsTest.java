// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.signature.Defect.FOREIGN;
import static dev.kernelgate.signature.Defect.SIGSTORE;
import static dev.kernelgate.testing.FakeCrypto.base64;
import static dev.kernelgate.verdict.Reason.INVALID_SIGNATURE;
import static dev.kernelgate.verdict.Reason.LIMIT_EXCEEDED;
import static dev.kernelgate.verdict.Reason.NOT_IN_TRANSPARENCY_LOG;

import dev.kernelgate.testing.FakeLog;
import dev.kernelgate.testing.FakeSigning;
import dev.kernelgate.testing.FakeSigning.Form;
import dev.kernelgate.testing.JsonTree;
import java.util.Base64;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures whose proof of being in a transparency log does not hold in one point. */
class LogDefectsTest {

  private static final String ENTRY = "verificationMaterial/tlogEntries/0";
  private static final String PROOF = ENTRY + "/inclusionProof";

  static Stream<Defect> proofs() {
    return Stream.of(Form.BUNDLE_V1, Form.BUNDLE_V2, Form.FILE_V1, Form.FILE_V2)
        .flatMap(
            form ->
                Stream.of(
                    result(form, "no log entry", "no entry", b -> b.remove(ENTRY)),
                    result(form, "no inclusion proof", "no proof", b -> b.remove(PROOF)),
                    result(
                        form,
                        "Inclusion proof verification failed",
                        "hash in the proof altered",
                        bundle -> alter(bundle, PROOF + "/hashes/1")),
                    result(
                        form,
                        "hashes instead of",
                        "proof cut short",
                        bundle -> bundle.remove(PROOF + "/hashes/3")),
                    result(
                        form,
                        "hashes instead of",
                        "proof with a hash too many",
                        bundle -> bundle.repeat(PROOF + "/hashes/3")),
                    result(
                        form,
                        "Inclusion proof verification failed",
                        "proof for another index",
                        bundle -> bundle.set(PROOF + "/logIndex", "4")),
                    result(
                        form,
                        "has no entry 9",
                        "index beyond the log's end",
                        bundle -> bundle.set(PROOF + "/logIndex", "9")),
                    result(
                        form,
                        "has no entry -1",
                        "negative index",
                        bundle -> bundle.set(PROOF + "/logIndex", "-1")),
                    result(
                        form,
                        "Inclusion proof verification failed",
                        "another root than the proof leads to",
                        bundle -> alter(bundle, PROOF + "/rootHash")),
                    result(
                        form,
                        "Checkpoint root hash does not match",
                        "checkpoint of another tree by the same log",
                        bundle ->
                            bundle.set(
                                PROOF + "/checkpoint/envelope",
                                like(form, SIGSTORE.rekorV1(), SIGSTORE.rekorV2())
                                    .checkpoint(9, new byte[32]))),
                    result(
                        form,
                        "the checkpoint for",
                        "proof for another size than the checkpoint's",
                        bundle -> bundle.set(PROOF + "/treeSize", "10")),
                    result(
                        form,
                        "Checkpoint signature was invalid",
                        "checkpoint altered",
                        bundle ->
                            bundle.set(
                                PROOF + "/checkpoint/envelope",
                                bundle
                                    .text(PROOF + "/checkpoint/envelope")
                                    .replace("\n\n", "\nmore\n\n"))),
                    result(
                        form,
                        "the checkpoint cannot be read",
                        "checkpoint malformed",
                        bundle -> bundle.set(PROOF + "/checkpoint/envelope", "9 entries")),
                    result(
                        form,
                        "the checkpoint cannot be read",
                        "no checkpoint",
                        bundle -> bundle.remove(PROOF + "/checkpoint")),
                    result(
                        form,
                        "key hint did not match",
                        "checkpoint of another key",
                        bundle ->
                            bundle.set(PROOF + "/checkpoint/envelope", foreign(form, bundle))),
                    result(
                        form,
                        "No matching checkpoint signature",
                        "checkpoint signed in another name",
                        bundle ->
                            bundle.set(
                                PROOF + "/checkpoint/envelope",
                                bundle
                                    .text(PROOF + "/checkpoint/envelope")
                                    .replace("\u2014 ", "\u2014 not-"))),
                    result(form, "2 log entries", "two entries", bundle -> bundle.repeat(ENTRY))
                        .expecting(INVALID_SIGNATURE),
                    result(
                            form,
                            "too large",
                            "proof with too many hashes",
                            bundle ->
                                bundle.set(
                                    PROOF + "/hashes",
                                    Collections.nCopies(64, bundle.text(PROOF + "/rootHash"))))
                        .expecting(LIMIT_EXCEEDED),
                    result(
                            form,
                            "too large",
                            "checkpoint too long",
                            bundle ->
                                bundle.set(PROOF + "/checkpoint/envelope", "x".repeat(20_000)))
                        .expecting(LIMIT_EXCEEDED)));
  }

  static Stream<Defect> logs() {
    return Stream.of(Form.values())
        .map(
            form ->
                signing(
                    form,
                    "is not in the trust root",
                    "log that is not trusted",
                    signing -> signing.log(like(form, FOREIGN.rekorV1(), FOREIGN.rekorV2()))));
  }

  static Stream<Defect> promises() {
    return Stream.of(Form.LEGACY, Form.BUNDLE_V1, Form.FILE_V1)
        .flatMap(
            form -> {
              String payload = form == Form.LEGACY ? "Payload" : ENTRY;
              String promise =
                  form == Form.LEGACY
                      ? "SignedEntryTimestamp"
                      : ENTRY + "/inclusionPromise/signedEntryTimestamp";
              return Stream.of(
                  result(
                      form,
                      "not by log rekor.sigstore.test",
                      "signed entry timestamp altered",
                      json -> alter(json, promise)),
                  result(
                      form,
                      "not by log rekor.sigstore.test",
                      "signed entry timestamp for another time",
                      json -> json.set(payload + "/integratedTime", unix(1))),
                  result(
                      form,
                      "not by log rekor.sigstore.test",
                      "signed entry timestamp for another index",
                      json -> json.set(payload + "/logIndex", 148_000_006)),
                  result(
                      form,
                      "not by log rekor.sigstore.test",
                      "signed entry timestamp by another log",
                      json -> json.set(promise, foreignPromise(form, json))));
            });
  }

  static Stream<Defect> bundlePromises() {
    return Stream.of(
        signing(
            Form.BUNDLE_V1,
            "has no signed entry timestamp",
            "Rekor v1 without signed entry timestamp, though timestamped",
            signing ->
                signing
                    .timestampedAt(FakeSigning.TIMESTAMPED)
                    .result(bundle -> bundle.remove(ENTRY + "/inclusionPromise"))),
        result(
            Form.BUNDLE_V2,
            "not by log log2026-1",
            "Rekor v2 with a signed entry timestamp of nobody",
            bundle ->
                bundle.set(
                    ENTRY + "/inclusionPromise/signedEntryTimestamp", base64(new byte[64]))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"proofs", "logs", "promises", "bundlePromises"})
  void refuses(Defect defect) {
    defect.check();
  }

  private static FakeLog like(Form form, FakeLog v1, FakeLog v2) {
    return form == Form.BUNDLE_V2 || form == Form.FILE_V2 ? v2 : v1;
  }

  private static long unix(long secondsLater) {
    return FakeSigning.LOGGED.getEpochSecond() + secondsLater;
  }

  /** The same tree head, signed by a log that only has the same name. */
  private static String foreign(Form form, JsonTree bundle) {
    return like(form, FOREIGN.rekorV1(), FOREIGN.rekorV2())
        .checkpoint(9, Base64.getDecoder().decode(bundle.text(PROOF + "/rootHash")));
  }

  private static String foreignPromise(Form form, JsonTree json) {
    String body =
        form == Form.LEGACY ? json.text("Payload/body") : json.text(ENTRY + "/canonicalizedBody");
    return base64(
        FOREIGN
            .rekorV1()
            .signEntry(
                Base64.getDecoder().decode(body),
                FakeSigning.LOGGED,
                148_000_005,
                SIGSTORE.rekorV1().id()));
  }

  private static void alter(JsonTree json, String path) {
    byte[] bytes = Base64.getDecoder().decode(json.text(path));
    bytes[bytes.length - 1] ^= 1;
    json.set(path, base64(bytes));
  }

  private static Defect result(Form form, String detail, String name, Consumer<JsonTree> change) {
    return signing(form, detail, name, signing -> signing.result(change));
  }

  private static Defect signing(
      Form form, String detail, String name, Consumer<FakeSigning> change) {
    return Defect.of(form, NOT_IN_TRANSPARENCY_LOG, detail, name, change);
  }
}
