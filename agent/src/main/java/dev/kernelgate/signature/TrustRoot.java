// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.verdict.Reason.TRUST_ROOT_UNAVAILABLE;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Untrusted;
import dev.sigstore.json.ProtoJson;
import dev.sigstore.proto.trustroot.v1.TransparencyLogInstance;
import dev.sigstore.proto.trustroot.v1.TrustedRoot;
import dev.sigstore.trustroot.CertificateAuthority;
import dev.sigstore.trustroot.SigstoreConfigurationException;
import dev.sigstore.trustroot.SigstoreTrustedRoot;
import dev.sigstore.trustroot.TransparencyLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;

/**
 * The authorities and logs of one Sigstore instance, from a {@code trusted_root.json}
 * (protobuf-specs, sigstore_trustroot.proto). Complete by construction: it has at least one
 * certificate authority, transparency log and CT log, and every log key says from when it is valid.
 * Keys carry validity windows; the file as a whole does not expire.
 */
public final class TrustRoot {

  /** Largest file that is read; the public-good one has 7 KB. */
  public static final int MAX_BYTES = 1024 * 1024;

  /**
   * The public-good instance's root, unchanged from {@code targets/trusted_root.json} of the
   * sigstore/root-signing repository (Apache-2.0); sha256 {@code
   * 6494e21ea73fa7ee769f85f57d5a3e6a08725eae1e38c755fc3517c9e6bc0b66}.
   */
  private static final String PUBLIC_GOOD = "public-good-trusted-root.json";

  private static final int REVISION_LENGTH = 16;

  private final String revision;
  private final CertificateTrust certificates;
  private final TransparencyLogs logs;
  private final TimestampAuthorities timestampAuthorities;

  private TrustRoot(String revision, SigstoreTrustedRoot root) throws GeneralSecurityException {
    this.revision = revision;
    this.certificates = new CertificateTrust(root);
    this.logs = new TransparencyLogs(root.getTLogs());
    this.timestampAuthorities = new TimestampAuthorities(root);
  }

  /**
   * Reads a {@code trusted_root.json}.
   *
   * @throws ProblemException {@code TrustRootUnavailable} if it is anything else, larger than
   *     {@link #MAX_BYTES} or incomplete
   */
  public static TrustRoot parse(byte[] json) throws ProblemException {
    if (json.length > MAX_BYTES) {
      throw unusable("it has " + json.length + " bytes, more than " + MAX_BYTES);
    }
    try {
      JsonReader.read(json);
      TrustedRoot.Builder message = TrustedRoot.newBuilder();
      ProtoJson.parser().merge(new String(json, StandardCharsets.UTF_8), message);
      requireStarts(message);
      SigstoreTrustedRoot root = SigstoreTrustedRoot.from(message);
      requireComplete(root);
      return new TrustRoot(revisionOf(json), root);
    } catch (MalformedJsonException e) {
      throw unusable(String.valueOf(e.getMessage()), e);
    } catch (InvalidProtocolBufferException
        | SigstoreConfigurationException
        | GeneralSecurityException
        | RuntimeException e) {
      // The library reports malformed keys and URLs by unchecked exceptions too.
      throw unusable(Untrusted.quote(String.valueOf(e.getMessage())), e);
    }
  }

  /**
   * The root of the public-good Sigstore instance that this build carries, to be {@linkplain #parse
   * parsed}.
   *
   * @throws ProblemException {@code TrustRootUnavailable} if the build is damaged
   */
  public static byte[] publicGoodFile() throws ProblemException {
    try (InputStream resource = TrustRoot.class.getResourceAsStream(PUBLIC_GOOD)) {
      if (resource == null) {
        throw unusable("the build lacks the public-good root");
      }
      return resource.readAllBytes();
    } catch (IOException e) {
      throw unusable("the build's public-good root cannot be read", e);
    }
  }

  static String revisionOf(byte[] json) {
    return Digest.of(json).hex().substring(0, REVISION_LENGTH);
  }

  /** The start of the SHA-256 of the bytes it was read from: changes whenever they do. */
  public String revision() {
    return revision;
  }

  CertificateTrust certificates() {
    return certificates;
  }

  TransparencyLogs logs() {
    return logs;
  }

  TimestampAuthorities timestampAuthorities() {
    return timestampAuthorities;
  }

  /** Without a start, sigstore-java would take a key as valid since 1970. */
  private static void requireStarts(TrustedRoot.Builder message) throws ProblemException {
    for (List<TransparencyLogInstance> logs :
        List.of(message.getTlogsList(), message.getCtlogsList())) {
      for (TransparencyLogInstance log : logs) {
        if (!log.getPublicKey().getValidFor().hasStart()) {
          throw unusable(
              "log " + Untrusted.quote(log.getBaseUrl()) + " does not say from when it is valid");
        }
      }
    }
  }

  /** sigstore-java builds a root from {@code {}} as well; nothing could ever be verified by it. */
  private static void requireComplete(SigstoreTrustedRoot root) throws ProblemException {
    if (root.getCAs().isEmpty() || root.getTLogs().isEmpty() || root.getCTLogs().isEmpty()) {
      throw unusable(
          "it needs at least one certificate authority, transparency log and CT log, and has "
              + root.getCAs().size()
              + ", "
              + root.getTLogs().size()
              + " and "
              + root.getCTLogs().size());
    }
    for (CertificateAuthority authority : root.getTSAs()) {
      if (authority.getCertPath().getCertificates().isEmpty()) {
        throw unusable("a timestamp authority has no certificate");
      }
    }
    for (TransparencyLog log : root.getTLogs()) {
      if (log.getBaseUrl().getHost() == null) {
        throw unusable("a log's URL has no host: " + Untrusted.quote(log.getBaseUrl().toString()));
      }
    }
  }

  private static ProblemException unusable(String detail) {
    return new ProblemException(
        TRUST_ROOT_UNAVAILABLE, "not a usable trusted_root.json: " + detail);
  }

  private static ProblemException unusable(String detail, Exception cause) {
    return new ProblemException(
        TRUST_ROOT_UNAVAILABLE, "not a usable trusted_root.json: " + detail, cause);
  }
}
