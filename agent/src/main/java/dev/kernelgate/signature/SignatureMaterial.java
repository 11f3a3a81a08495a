// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import java.util.List;

/**
 * Everything that came with one signature, in one form for bundles and legacy annotations: parsed
 * within bounds, not yet believed.
 *
 * @param format how it was stored, as {@code SignatureFacts.format}
 * @param certificate the signer's certificate
 * @param signature the signer's signature over {@code content}
 * @param content what was signed
 * @param log that it was logged
 * @param timestamps RFC 3161 responses over {@code signature}, DER
 */
record SignatureMaterial(
    String format,
    SigningCertificate certificate,
    byte[] signature,
    SignedContent content,
    LogEvidence log,
    List<byte[]> timestamps) {

  SignatureMaterial {
    timestamps = List.copyOf(timestamps);
  }
}
