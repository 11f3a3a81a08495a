// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.oci.EvidenceStore;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.ImageSources;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.policy.DigestLists;
import dev.kernelgate.policy.FlavorRule;
import dev.kernelgate.policy.ImageGlob;
import dev.kernelgate.policy.KernelRequirements;
import dev.kernelgate.policy.Mode;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.policy.PolicyRule;
import dev.kernelgate.policy.SignerIdentity;
import dev.kernelgate.policy.TextMatch;
import dev.kernelgate.signature.SigstoreVerifier;
import dev.kernelgate.signature.TrustRoot;
import dev.kernelgate.verdict.CertificateClaim;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verification.BootNode;
import dev.kernelgate.verification.CheckSlots;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.KernelVerifier;
import dev.kernelgate.verification.SignatureVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The whole flow with its real parts over one source, the fixtures' trust root and a policy of
 * Edera's signer.
 */
public final class TestGate {

  private final ImageSource source;
  private final Policy policy;
  private final SignatureVerifier signatures = fixtureSignatures();
  private final FakeTime time = FakeTime.afterFixtures();
  private EvidenceStore store = new EvidenceStore.Nothing();
  private Duration tagsFor = Duration.ZERO;
  private NodeImageCache cache = NodeImageCache.none();

  public TestGate(ImageSource source, Policy policy) {
    this.source = source;
    this.policy = policy;
  }

  /** The same gate, which keeps evidence, and believes what it says of tags for that long. */
  public TestGate keeping(EvidenceStore evidence, Duration ofTags) {
    this.store = evidence;
    this.tagsFor = ofTags;
    return this;
  }

  /** The same gate on a node with this cache. */
  public TestGate on(NodeImageCache nodeCache) {
    this.cache = nodeCache;
    return this;
  }

  /** The clocks of the gate. */
  public FakeTime time() {
    return time;
  }

  /**
   * A policy that takes Edera's release workflow for every image that the glob covers, and asks no
   * more.
   */
  public static Policy releaseWorkflowFor(String glob) {
    return new Policy(
        Mode.ENFORCE,
        List.of(
            new PolicyRule(
                "fixtures",
                List.of(new ImageGlob(glob)),
                Mode.ENFORCE,
                List.of(releaseWorkflow()),
                DigestLists.none(),
                new KernelRequirements(
                    Optional.empty(),
                    new FlavorRule.Any(),
                    Optional.empty(),
                    Optional.empty(),
                    Set.of()))),
        Set.of());
  }

  /** Edera's release workflow. */
  public static SignerIdentity releaseWorkflow() {
    return new SignerIdentity(
        new TextMatch.Exact("https://token.actions.githubusercontent.com"),
        new TextMatch.Exact(
            "https://github.com/edera-dev/linux-kernel-oci/.github/workflows/matrix.yml@refs/heads/main"),
        Map.of(
            CertificateClaim.GITHUB_REPOSITORY, new TextMatch.Exact("edera-dev/linux-kernel-oci")));
  }

  /** Decides as a fresh process would, with nothing remembered. */
  public Decision decide(String image, Architecture architecture) {
    return decide(KernelRequest.image(image), architecture);
  }

  /** Decides as a fresh process would, with nothing remembered. */
  public Decision decide(KernelRequest request, Architecture architecture) {
    CheckSlots slots =
        new CheckSlots(Runnable::run, System::nanoTime, Duration.ofMinutes(1), 16, 256);
    return new KernelVerifier(
            new BootNode(TestVerifiers.asAsked(), cache),
            new KernelImages(new ImageSources(List.of(), source), architecture, store, tagsFor),
            signatures,
            policy,
            slots,
            time)
        .verify(request, time.deadlineIn(Duration.ofMinutes(1)));
  }

  /** A verifier with the trust root that the fixtures were signed under. */
  public static SignatureVerifier fixtureSignatures() {
    try {
      byte[] root = Files.readAllBytes(Fixtures.root().resolve("trust/trusted_root.json"));
      return SigstoreVerifier.over(List.of(TrustRoot.parse(root)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ProblemException e) {
      throw new AssertionError(e);
    }
  }
}
