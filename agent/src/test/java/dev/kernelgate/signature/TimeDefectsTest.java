// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.signature.Defect.FOREIGN;
import static dev.kernelgate.testing.FakeSigning.LOGGED;
import static dev.kernelgate.testing.FakeSigning.TIME;
import static dev.kernelgate.testing.FakeSigning.TIMESTAMPED;
import static dev.kernelgate.verdict.Reason.LIMIT_EXCEEDED;
import static dev.kernelgate.verdict.Reason.NOT_IN_TRANSPARENCY_LOG;
import static dev.kernelgate.verdict.Reason.UNTRUSTED_CERTIFICATE;

import dev.kernelgate.testing.FakeCrypto;
import dev.kernelgate.testing.FakeSigning;
import dev.kernelgate.testing.FakeSigning.Form;
import dev.kernelgate.testing.JsonTree;
import dev.kernelgate.verdict.Reason;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures whose time is not trusted, or is not a time at which they could be made. */
class TimeDefectsTest {

  private static final Instant TOO_EARLY = TIME.minusSeconds(1);
  private static final Instant TOO_LATE = TIME.plusSeconds(601);

  static Stream<Defect> logTimes() {
    return Stream.of(Form.LEGACY, Form.BUNDLE_V1, Form.FILE_V1)
        .flatMap(
            form ->
                Stream.of(
                    Defect.of(
                        form,
                        UNTRUSTED_CERTIFICATE,
                        "the log's time",
                        "logged before the certificate was valid",
                        signing -> signing.loggedAt(TOO_EARLY)),
                    Defect.of(
                        form,
                        UNTRUSTED_CERTIFICATE,
                        "the log's time",
                        "logged after the certificate was valid",
                        signing -> signing.loggedAt(TOO_LATE)),
                    Defect.ofRoot(
                        form,
                        NOT_IN_TRANSPARENCY_LOG,
                        "was not valid at",
                        "logged before the log's key was valid",
                        root -> root.set("tlogs/0/publicKey/validFor/start", later(LOGGED))),
                    Defect.ofRoot(
                        form,
                        NOT_IN_TRANSPARENCY_LOG,
                        "was not valid at",
                        "logged after the log's key was valid",
                        root -> root.set("tlogs/0/publicKey/validFor/end", earlier(LOGGED)))));
  }

  /** Where there is a timestamp beside the log's time, it has to hold as well. */
  static Stream<Defect> timestamps() {
    return Stream.of(Form.BUNDLE_V1, Form.BUNDLE_V2, Form.FILE_V1, Form.FILE_V2)
        .flatMap(
            form ->
                Stream.of(
                    at(form, UNTRUSTED_CERTIFICATE, "before the certificate was valid", TOO_EARLY),
                    at(form, UNTRUSTED_CERTIFICATE, "after the certificate was valid", TOO_LATE),
                    at(
                        form,
                        UNTRUSTED_CERTIFICATE,
                        "the second after the certificate was valid",
                        TIMESTAMPED,
                        TOO_LATE),
                    unproven(
                        form,
                        "does not hold",
                        "authority is not in the trust root",
                        signing -> signing.timestampAuthority(FOREIGN.timestampAuthority())),
                    unproven(
                        form,
                        "does not match artifact hash",
                        "timestamp is for other bytes",
                        signing -> signing.timestamped(signature -> new byte[signature.length])),
                    unproven(
                        form,
                        "does not hold",
                        "timestamp is not one",
                        signing -> signing.result(b -> junk(b, FakeCrypto.utf8("noon")))),
                    new Defect(
                        form,
                        NOT_IN_TRANSPARENCY_LOG,
                        "not verifiable against TSAs",
                        "authority's time was over",
                        signing -> signing.timestampedAt(TIMESTAMPED),
                        root ->
                            root.set("timestampAuthorities/0/validFor/end", earlier(TIMESTAMPED))),
                    new Defect(
                        form,
                        NOT_IN_TRANSPARENCY_LOG,
                        "does not hold",
                        "trust root has no timestamp authority",
                        signing -> signing.timestampedAt(TIMESTAMPED),
                        root -> root.remove("timestampAuthorities")),
                    new Defect(
                        form,
                        NOT_IN_TRANSPARENCY_LOG,
                        "was not valid at " + TIMESTAMPED,
                        "timestamped after the log's key was valid",
                        signing -> signing.timestampedAt(TIMESTAMPED),
                        root -> {
                          String log = isV2(form) ? "tlogs/1" : "tlogs/0";
                          root.set(log + "/publicKey/validFor/end", LOGGED.toString());
                        }),
                    new Defect(
                        form,
                        LIMIT_EXCEEDED,
                        "more than 8 timestamps",
                        "nine timestamps",
                        signing -> {
                          Instant[] times = new Instant[9];
                          Arrays.fill(times, TIMESTAMPED);
                          signing.timestampedAt(times);
                        },
                        _ -> {})));
  }

  static Stream<Defect> noTime() {
    return Stream.of(Form.BUNDLE_V2, Form.FILE_V2)
        .map(
            form ->
                Defect.of(
                    form,
                    NOT_IN_TRANSPARENCY_LOG,
                    "tells the time",
                    "neither log nor authority tells the time",
                    FakeSigning::timestampedAt));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"logTimes", "timestamps", "noTime"})
  void refuses(Defect defect) {
    defect.check();
  }

  private static void junk(JsonTree bundle, byte[] timestamp) {
    bundle.set(
        "verificationMaterial/timestampVerificationData/rfc3161Timestamps",
        List.of(Map.of("signedTimestamp", FakeCrypto.base64(timestamp))));
  }

  private static boolean isV2(Form form) {
    return form == Form.BUNDLE_V2 || form == Form.FILE_V2;
  }

  private static String earlier(Instant time) {
    return time.minusSeconds(1).toString();
  }

  private static String later(Instant time) {
    return time.plusSeconds(1).toString();
  }

  private static Defect at(Form form, Reason expected, String name, Instant... times) {
    return Defect.of(
        form,
        expected,
        "the timestamp",
        "timestamped " + name,
        signing -> signing.timestampedAt(times));
  }

  private static Defect unproven(
      Form form, String detail, String name, Consumer<FakeSigning> change) {
    return Defect.of(
        form,
        NOT_IN_TRANSPARENCY_LOG,
        detail,
        name,
        signing -> {
          signing.timestampedAt(TIMESTAMPED);
          change.accept(signing);
        });
  }
}
