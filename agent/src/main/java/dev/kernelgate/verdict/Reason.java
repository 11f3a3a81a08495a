// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verdict;

import static dev.kernelgate.verdict.Mender.KERNELGATE;
import static dev.kernelgate.verdict.Mender.NOBODY;
import static dev.kernelgate.verdict.Mender.NODE_ADMIN;
import static dev.kernelgate.verdict.Mender.POLICY_OWNER;
import static dev.kernelgate.verdict.Mender.PUBLISHER;
import static dev.kernelgate.verdict.Mender.REGISTRY;
import static dev.kernelgate.verdict.Mender.REQUESTER;
import static dev.kernelgate.verdict.Mender.TIME;
import static dev.kernelgate.verdict.Outcome.REJECTED;
import static dev.kernelgate.verdict.Outcome.TRUSTED;
import static dev.kernelgate.verdict.Outcome.UNDETERMINED;

import java.util.Optional;

/**
 * Why a verdict is what it is: one vocabulary for socket answers, conditions, events, the journal,
 * metrics and documents. A name here is permanent: never renamed, reused or removed. The table in
 * {@code agent/docs/reasons.md} is compared with this enum by a test.
 */
public enum Reason {
  SIGNED_PLATFORM_MANIFEST(
      "SignedPlatformManifest",
      TRUSTED,
      NOBODY,
      "The platform manifest is signed by an accepted signer.",
      "Nothing to do."),
  SIGNED_INDEX(
      "SignedIndex",
      TRUSTED,
      NOBODY,
      "An index that lists the platform manifest is signed by an accepted signer.",
      "Nothing to do."),
  ALLOWED_DIGEST(
      "AllowedDigest",
      TRUSTED,
      NOBODY,
      "The policy allows this digest by name, whoever signed it.",
      "Nothing to do; remove the digest from the rule's allow list when it is no longer needed."),
  DEFAULT_KERNEL_VERIFIED(
      "DefaultKernelVerified",
      TRUSTED,
      NOBODY,
      "The node's default kernel files are those of a trusted kernel image, or pinned.",
      "Nothing to do."),

  INVALID_REFERENCE(
      "InvalidReference",
      REJECTED,
      REQUESTER,
      "The kernel's image reference is malformed.",
      "Correct the reference in the pod's annotation: host/path:tag or host/path@sha256:digest."),
  CONFLICTING_ANNOTATIONS(
      "ConflictingAnnotations",
      REJECTED,
      REQUESTER,
      "The pod names both a kernel image and a kernel variant, and which one the node would boot is"
          + " not known.",
      "Keep one of the annotations dev.edera/kernel and dev.edera/kernel-variant."),
  UNKNOWN_VARIANT(
      "UnknownVariant",
      REJECTED,
      REQUESTER,
      "The node's daemon configuration has no kernel variant of this name.",
      "Correct the pod's annotation dev.edera/kernel-variant, or add the name to"
          + " [zone.kernel-variants] in daemon.toml."),
  NO_POLICY(
      "NoPolicy",
      REJECTED,
      POLICY_OWNER,
      "No policy rule covers this image.",
      "Use an image that the policy covers, or add a rule with its signers."),

  IMAGE_NOT_FOUND(
      "ImageNotFound",
      REJECTED,
      REQUESTER,
      "The registry answered that there is no such image.",
      "Check the reference; if the tag was removed, pin a digest that still exists.",
      "crane manifest {image}"),
  NO_PLATFORM_MANIFEST(
      "NoPlatformManifest",
      REJECTED,
      PUBLISHER,
      "The image has no manifest for this host's architecture.",
      "Use a kernel that is built for this architecture, or schedule the pod on another node.",
      "crane manifest {root}"),
  PLATFORM_MISMATCH(
      "PlatformMismatch",
      REJECTED,
      PUBLISHER,
      "The image's index and configuration do not agree on what is for this host's architecture.",
      "Do not boot this image: its index or its build is wrong. Ask the publisher for a rebuilt"
          + " one.",
      "crane config {manifest}"),
  DIGEST_MISMATCH(
      "DigestMismatch",
      REJECTED,
      REQUESTER,
      "The digest about to be booted is not the one that the reference resolves to.",
      "Boot the digest that this answer names, or pin the reference to the digest that is meant."),
  NOT_A_KERNEL_IMAGE(
      "NotAKernelImage",
      REJECTED,
      REQUESTER,
      "The image is not a kernel of the format that the policy asks for.",
      "Use a kernel image; SDK and application images cannot boot a zone.",
      "crane manifest {manifest}"),
  WRONG_FLAVOR(
      "WrongFlavor",
      REJECTED,
      PUBLISHER,
      "The kernel is of another flavor than its repository stands for.",
      "Use the repository of the flavor that is meant; if the repository is right, tell the"
          + " publisher.",
      "crane manifest {manifest}"),
  CACHE_TAMPERED(
      "CacheTampered",
      REJECTED,
      NODE_ADMIN,
      "A file in the node's image cache is not the content that it is named after.",
      "Remove the image from the node's cache so that it is fetched anew, and find out what wrote"
          + " to the cache besides the daemon."),
  LIMIT_EXCEEDED(
      "LimitExceeded",
      REJECTED,
      PUBLISHER,
      "The image or what is attached to it is larger than kernelgate looks at.",
      "Remove what does not belong to the image, such as junk signatures, or use another tag.",
      "cosign tree {root}"),

  NO_SIGNATURE(
      "NoSignature",
      REJECTED,
      PUBLISHER,
      "Neither the platform manifest nor an index that lists it is signed.",
      "Wait if the image was pushed minutes ago, since tags are signed after they are pushed; else"
          + " use a signed kernel.",
      "cosign tree {root}"),
  ATTESTATION_ONLY(
      "AttestationOnly",
      REJECTED,
      PUBLISHER,
      "There are attestations, such as an SBOM, but no signature; an attestation says nothing about"
          + " booting.",
      "Ask the publisher to sign the image, not only to attest it.",
      "cosign tree {root}"),
  INVALID_SIGNATURE(
      "InvalidSignature",
      REJECTED,
      PUBLISHER,
      "A signature is malformed or does not verify.",
      "Do not boot this image. If a rebuild does not help, treat the registry as tampered with.",
      "cosign tree {root}"),
  SIGNATURE_FOR_OTHER_DIGEST(
      "SignatureForOtherDigest",
      REJECTED,
      PUBLISHER,
      "A signature is attached that was made for another image.",
      "Do not boot this image: a signature was copied to it. Look at who can push to the"
          + " repository.",
      "cosign tree {root}"),
  UNTRUSTED_CERTIFICATE(
      "UntrustedCertificate",
      REJECTED,
      PUBLISHER,
      "The signing certificate is not acceptable: its chain, its use, its certificate transparency"
          + " or its validity time.",
      "Check that the trust root is the one of the Sigstore instance that the publisher uses."),
  NOT_IN_TRANSPARENCY_LOG(
      "NotInTransparencyLog",
      REJECTED,
      PUBLISHER,
      "There is no valid proof that the signature is in a trusted transparency log.",
      "Ask the publisher to sign with transparency log upload, or add the log to the trust root."),
  ISSUER_MISMATCH(
      "IssuerMismatch",
      REJECTED,
      PUBLISHER,
      "The signature is valid, but another identity provider vouched for the signer.",
      "Do not boot this image unless the policy owner accepts this issuer."),
  IDENTITY_MISMATCH(
      "IdentityMismatch",
      REJECTED,
      PUBLISHER,
      "The signature is valid, but made by another workflow or branch than the policy accepts.",
      "Use a kernel from the release workflow; builds of branches are signed too, with another"
          + " identity."),
  REPOSITORY_MISMATCH(
      "RepositoryMismatch",
      REJECTED,
      PUBLISHER,
      "The signature is valid, but the workflow ran for another repository than the policy"
          + " accepts.",
      "Do not boot this image: the accepted workflow was called from a foreign repository."),

  DENIED_DIGEST(
      "DeniedDigest",
      REJECTED,
      POLICY_OWNER,
      "The policy denies this digest by name.",
      "Use another kernel; the deny list is there because this one is known to be bad."),
  BELOW_VERSION_FLOOR(
      "BelowVersionFloor",
      REJECTED,
      REQUESTER,
      "The kernel is properly signed but older than the policy's version floor.",
      "Use a newer kernel, or ask why the tag moved back to an old one.",
      "crane manifest {manifest}"),
  TOO_OLD(
      "TooOld",
      REJECTED,
      REQUESTER,
      "The signature is older than the policy's maximum age.",
      "Use a kernel that was built and signed more recently."),
  MISSING_ATTESTATION(
      "MissingAttestation",
      REJECTED,
      PUBLISHER,
      "The kernel is signed but lacks an attestation that the policy requires.",
      "Ask the publisher for the attestation, or wait if the image was pushed minutes ago.",
      "cosign tree {root}"),

  PENDING(
      "Pending",
      UNDETERMINED,
      TIME,
      "The first check of this kernel has not finished.",
      "Ask again in a moment."),
  REGISTRY_UNREACHABLE(
      "RegistryUnreachable",
      UNDETERMINED,
      REGISTRY,
      "The registry could not be reached.",
      "Check name resolution, routes, proxies and TLS from this node to the registry.",
      "crane manifest {image}"),
  REGISTRY_THROTTLED(
      "RegistryThrottled",
      UNDETERMINED,
      REGISTRY,
      "The registry asked to come back later.",
      "Wait, or give the node credentials or a mirror with a higher limit."),
  REGISTRY_UNAUTHORIZED(
      "RegistryUnauthorized",
      UNDETERMINED,
      NODE_ADMIN,
      "The registry refused the node's credentials, or asked for some.",
      "Give kernelgate a docker config with credentials for this repository.",
      "crane manifest {image}"),
  REGISTRY_MISBEHAVED(
      "RegistryMisbehaved",
      UNDETERMINED,
      REGISTRY,
      "The registry's answer cannot be used: wrong bytes, wrong form or cut short.",
      "Ask again; if it persists, look for a proxy that rewrites answers or a damaged registry.",
      "crane manifest {image}"),
  TRUST_ROOT_UNAVAILABLE(
      "TrustRootUnavailable",
      UNDETERMINED,
      NODE_ADMIN,
      "There is no usable Sigstore trust root.",
      "Correct trustRoots in the configuration: the file must be a trusted_root.json."),
  CACHE_UNREADABLE(
      "CacheUnreadable",
      UNDETERMINED,
      NODE_ADMIN,
      "The node's image cache cannot be read, so it is not known what boots.",
      "Ask again if the daemon was writing to it; else let kernelgate read node.imageCache, or set"
          + " that to none if the node has no such cache."),
  INDEX_UNKNOWN(
      "IndexUnknown",
      UNDETERMINED,
      NODE_ADMIN,
      "The node boots an image from its cache whose index is no longer known, and signatures may be"
          + " on the index alone.",
      "Let the node fetch the image anew, or pin the digest of the signed index in the reference."),
  AGE_UNKNOWN(
      "AgeUnknown",
      UNDETERMINED,
      NODE_ADMIN,
      "The node's clock is behind the time at which the kernel was signed, so how old it is cannot"
          + " be told.",
      "Set the node's clock; most nodes do so by NTP a while after they start."),
  CONFIGURATION_UNKNOWN(
      "ConfigurationUnknown",
      UNDETERMINED,
      NODE_ADMIN,
      "What the node's daemon boots for this variant is not known.",
      "Restart protect-daemon if daemon.toml has changed since it started; let kernelgate read"
          + " node.daemonToml."),
  DEFAULT_KERNEL_UNKNOWN(
      "DefaultKernelUnknown",
      UNDETERMINED,
      NODE_ADMIN,
      "The node's default kernel files belong to no known image.",
      "Name a kernel by annotation, or name the image that the default files are from in"
          + " policy.defaultKernel, or pin the files there."),
  LAYER_UNREADABLE(
      "LayerUnreadable",
      UNDETERMINED,
      PUBLISHER,
      "The layers of a trusted kernel image cannot be looked into, so it is not known which files"
          + " are in it.",
      "Pin the files by digest in policy.defaultKernel; ask the publisher for layers of type tar or"
          + " tar+gzip."),
  DEADLINE_EXCEEDED(
      "DeadlineExceeded",
      UNDETERMINED,
      TIME,
      "The check did not end within its deadline.",
      "Ask again with a longer deadline; the first check of an image takes the longest."),
  OVERLOADED(
      "Overloaded",
      UNDETERMINED,
      TIME,
      "Too many checks are running.",
      "Ask again after the given time; if it persists, look for a client that asks in a loop."),
  INTERNAL_ERROR(
      "InternalError",
      UNDETERMINED,
      KERNELGATE,
      "kernelgate itself failed.",
      "Report it with the journal of this node; the kernel is not booted meanwhile.");

  private final String word;
  private final Outcome outcome;
  private final Mender mender;
  private final String summary;
  private final String remedy;
  private final Optional<String> command;

  Reason(String word, Outcome outcome, Mender mender, String summary, String remedy) {
    this(word, outcome, mender, summary, remedy, Optional.empty());
  }

  Reason(
      String word, Outcome outcome, Mender mender, String summary, String remedy, String command) {
    this(word, outcome, mender, summary, remedy, Optional.of(command));
  }

  Reason(
      String word,
      Outcome outcome,
      Mender mender,
      String summary,
      String remedy,
      Optional<String> command) {
    this.word = word;
    this.outcome = outcome;
    this.mender = mender;
    this.summary = summary;
    this.remedy = remedy;
    this.command = command;
  }

  /** The verdict that this reason belongs to. */
  public Outcome outcome() {
    return outcome;
  }

  /** Who can mend it. */
  public Mender mender() {
    return mender;
  }

  /** One sentence: what it means. */
  public String summary() {
    return summary;
  }

  /** One or two sentences: what to do. */
  public String remedy() {
    return remedy;
  }

  /**
   * A command of a common tool that shows the same fact, where there is one.
   *
   * @param image the image as it was asked for
   * @param root the image that its tag points to, by digest where that is known
   * @param manifest the manifest that boots, by digest where that is known
   */
  public Optional<String> commandFor(String image, String root, String manifest) {
    return command.map(
        template ->
            template
                .replace("{image}", image)
                .replace("{root}", root)
                .replace("{manifest}", manifest));
  }

  /** The public word, CamelCase as Kubernetes writes reasons. */
  @Override
  public String toString() {
    return word;
  }
}
