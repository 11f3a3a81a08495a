// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import dev.kernelgate.policy.SignerIdentity;
import dev.kernelgate.policy.TextMatch;
import dev.kernelgate.verdict.CertificateClaim;
import dev.kernelgate.yaml.YamlFields;
import dev.kernelgate.yaml.YamlNode;
import dev.kernelgate.yaml.YamlProblems;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the signers of a rule. A value is compared exactly; {@code pattern: ^...$} in its place is
 * a regular expression, so that an expression is never written by accident.
 */
final class SignerSection {

  private final YamlProblems problems;

  SignerSection(YamlProblems problems) {
    this.problems = problems;
  }

  List<SignerIdentity> read(YamlFields rule) {
    List<SignerIdentity> signers = new ArrayList<>();
    for (YamlFields entry : rule.fieldsOfEach("signers")) {
      Optional<TextMatch> issuer = required(entry, "issuer");
      Optional<TextMatch> identity = required(entry, "identity");
      Map<CertificateClaim, TextMatch> claims = new EnumMap<>(CertificateClaim.class);
      for (CertificateClaim claim : CertificateClaim.values()) {
        match(entry, claim.configKey()).ifPresent(wanted -> claims.put(claim, wanted));
      }
      entry.refuseUnknown();
      if (issuer.isPresent() && identity.isPresent()) {
        signers.add(new SignerIdentity(issuer.get(), identity.get(), claims));
      }
    }
    return signers;
  }

  private Optional<TextMatch> required(YamlFields entry, String key) {
    if (!entry.has(key)) {
      problems.add(
          entry.position(), "the signer has no '" + key + "', so anybody could be it; add it");
    }
    return match(entry, key);
  }

  private Optional<TextMatch> match(YamlFields entry, String key) {
    Optional<YamlNode> value = entry.value(key);
    if (value.isPresent() && value.get() instanceof YamlNode.Mapping mapping) {
      YamlFields fields = YamlFields.of(mapping, problems);
      if (!fields.has("pattern")) {
        problems.add(
            mapping.position(), "there is no 'pattern'; write 'pattern: ^...$', or a text");
      }
      Optional<TextMatch> pattern = fields.text("pattern", SignerSection::pattern);
      fields.refuseUnknown();
      return pattern;
    }
    return value.flatMap(node -> entry.textOf(node, text -> exact(key, text)));
  }

  private static TextMatch exact(String key, String text) {
    if (text.startsWith("^")) {
      throw new IllegalArgumentException(
          "'" + key + "' is compared exactly; write '{pattern: ^...$}' for a regular expression");
    }
    return Values.advised(TextMatch.Exact::new, "write the whole " + key).apply(text);
  }

  private static TextMatch pattern(String text) {
    return Values.advised(TextMatch.Pattern::new, "write a narrow one as ^...$").apply(text);
  }
}
