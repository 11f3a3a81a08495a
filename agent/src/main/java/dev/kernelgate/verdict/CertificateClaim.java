// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verdict;

/**
 * Claims that Fulcio copies from a GitHub Actions token into the certificate and that a policy may
 * pin (fulcio, docs/oid-info.md).
 */
public enum CertificateClaim {
  GITHUB_TRIGGER("githubTrigger", "1.3.6.1.4.1.57264.1.2"),
  GITHUB_WORKFLOW("githubWorkflow", "1.3.6.1.4.1.57264.1.4"),
  GITHUB_REPOSITORY("githubRepository", "1.3.6.1.4.1.57264.1.5"),
  GITHUB_REF("githubRef", "1.3.6.1.4.1.57264.1.6"),
  RUNNER_ENVIRONMENT("runnerEnvironment", "1.3.6.1.4.1.57264.1.11"),
  SOURCE_REPOSITORY("sourceRepository", "1.3.6.1.4.1.57264.1.12"),
  SOURCE_REPOSITORY_ID("sourceRepositoryId", "1.3.6.1.4.1.57264.1.15"),
  SOURCE_REPOSITORY_OWNER_ID("sourceRepositoryOwnerId", "1.3.6.1.4.1.57264.1.17");

  private final String configKey;
  private final String oid;

  CertificateClaim(String configKey, String oid) {
    this.configKey = configKey;
    this.oid = oid;
  }

  /** The key of a signer in the configuration. */
  public String configKey() {
    return configKey;
  }

  /** The certificate extension that carries it. */
  public String oid() {
    return oid;
  }
}
