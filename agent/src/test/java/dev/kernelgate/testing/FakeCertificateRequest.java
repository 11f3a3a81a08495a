// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** What a certificate of {@link FakeFulcio} says; starts as a GitHub workflow's. */
public final class FakeCertificateRequest {

  /** What kind of signed certificate timestamp is embedded. */
  public enum Sct {
    VALID,
    ABSENT,
    TAMPERED
  }

  public static final String ISSUER = "https://token.actions.githubusercontent.com";
  public static final String IDENTITY =
      "https://github.com/acme/kernels/.github/workflows/build.yml@refs/heads/main";
  public static final String REPOSITORY = "acme/kernels";

  final PublicKey key;
  Instant notBefore;
  Duration validity = Duration.ofMinutes(10);
  List<GeneralName> names =
      new ArrayList<>(List.of(new GeneralName(GeneralName.uniformResourceIdentifier, IDENTITY)));
  List<KeyPurposeId> uses = List.of(KeyPurposeId.id_kp_codeSigning);
  Sct sct = Sct.VALID;

  /** Fulcio's extensions by the last number of their OID; from 8 on their text is DER. */
  final Map<Integer, String> extensions =
      new TreeMap<>(
          Map.of(
              1,
              ISSUER,
              2,
              "push",
              5,
              REPOSITORY,
              6,
              "refs/heads/main",
              8,
              ISSUER,
              12,
              "https://github.com/" + REPOSITORY));

  final Set<Integer> bare = new HashSet<>();

  FakeCertificateRequest(PublicKey key, Instant notBefore) {
    this.key = key;
    this.notBefore = notBefore;
  }

  public FakeCertificateRequest notBefore(Instant time) {
    notBefore = time;
    return this;
  }

  public FakeCertificateRequest names(GeneralName... some) {
    names = List.of(some);
    return this;
  }

  public FakeCertificateRequest uses(KeyPurposeId... some) {
    uses = List.of(some);
    return this;
  }

  public FakeCertificateRequest sct(Sct kind) {
    sct = kind;
    return this;
  }

  public FakeCertificateRequest extension(int number, String value) {
    extensions.put(number, value);
    return this;
  }

  /** Adds an extension without the DER around its text. */
  public FakeCertificateRequest bareExtension(int number, String value) {
    bare.add(number);
    return extension(number, value);
  }

  public FakeCertificateRequest without(int number) {
    extensions.remove(number);
    return this;
  }
}
