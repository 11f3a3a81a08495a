// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.ZoneFile;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.stream.Stream;

/**
 * Hashes a policy. Every field goes in with its length, so no two policies read the same, and sets
 * are sorted, because their own order changes from run to run.
 */
final class PolicyFingerprint {

  private static final int HEX_DIGITS = 16;

  private final StringBuilder text = new StringBuilder();

  private PolicyFingerprint() {}

  static String of(Policy policy) {
    PolicyFingerprint fingerprint = new PolicyFingerprint();
    fingerprint.add(policy);
    byte[] bytes = fingerprint.text.toString().getBytes(StandardCharsets.UTF_8);
    return Digest.of(bytes).hex().substring(0, HEX_DIGITS);
  }

  private void add(Policy policy) {
    field(policy.mode());
    sorted(policy.deniedDigests());
    field(policy.rules().size());
    policy.rules().forEach(this::add);
    for (ZoneFile file : ZoneFile.values()) {
      sorted(policy.defaultKernel().of(file));
    }
    // Last, and only where there are any: policies of before have the revision that they had.
    if (!policy.defaultKernel().images().isEmpty()) {
      inOrder(policy.defaultKernel().images().stream());
    }
  }

  private void add(PolicyRule rule) {
    field(rule.name());
    inOrder(rule.images().stream());
    field(rule.mode());
    field(rule.signers().size());
    rule.signers().forEach(this::add);
    sorted(rule.digests().allowed());
    sorted(rule.digests().denied());
    KernelRequirements requirements = rule.requirements();
    inOrder(requirements.format().stream());
    field(requirements.flavor());
    inOrder(requirements.versionFloor().stream());
    inOrder(requirements.maxSignatureAge().stream());
    sorted(requirements.attestations());
  }

  private void add(SignerIdentity signer) {
    field(signer.issuer());
    field(signer.identity());
    inOrder(signer.claims().entrySet().stream());
  }

  private void sorted(Collection<?> values) {
    inOrder(values.stream().map(Object::toString).sorted());
  }

  private void inOrder(Stream<?> values) {
    var list = values.toList();
    field(list.size());
    list.forEach(this::field);
  }

  private void field(Object value) {
    String written = value.toString();
    text.append(written.length()).append(':').append(written);
  }
}
