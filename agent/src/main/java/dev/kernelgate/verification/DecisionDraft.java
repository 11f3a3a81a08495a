// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.oci.Evidence;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.policy.KernelStandard;
import dev.kernelgate.policy.Mode;
import dev.kernelgate.policy.PolicyRule;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about a request so far. A check fills it in as it goes, so that an answer that ends
 * early still says everything that had been found out. Owned by one check, used on its thread only.
 */
final class DecisionDraft {

  private final KernelRequest request;
  private final Architecture architecture;
  private final List<String> trace = new ArrayList<>();
  private String image;
  private Mode mode;
  private Optional<String> rule = Optional.empty();
  private Optional<ResolvedKernel> kernel = Optional.empty();
  private Optional<Digest> kernelFile = Optional.empty();
  private Optional<BootSource> source = Optional.empty();
  private Optional<Instant> evidenceSince = Optional.empty();

  DecisionDraft(KernelRequest request, Architecture architecture, Mode mode) {
    this.request = request;
    this.architecture = architecture;
    this.image = request.kernel().toString();
    this.mode = mode;
  }

  KernelReference asked(KernelReference reference) {
    image = reference.toString();
    trace.add("asked for " + request.kernel() + ", which is " + reference);
    return reference;
  }

  PolicyRule covered(PolicyRule covering) {
    rule = Optional.of(covering.name());
    mode = covering.mode();
    trace.add("rule " + covering.name() + " covers it, mode " + covering.mode());
    return covering;
  }

  ResolvedKernel resolved(ResolvedKernel resolved) {
    kernel = Optional.of(resolved);
    source = Optional.of(resolved.source());
    if (resolved.evidence() instanceof Evidence.Stored(Instant since, _, Problem silence)) {
      evidenceSince = Optional.of(since);
      trace.add("read from evidence of " + since + ", because of " + silence.reason());
    }
    resolved.manifest().indexDigests().forEach(index -> trace.add("index " + index));
    resolved
        .registryDigest()
        .ifPresent(other -> trace.add("the registry's tag names " + other + " instead"));
    resolved.openQuestions().forEach(problem -> trace.add("open question: " + problem.detail()));
    trace.add(
        "manifest "
            + resolved.manifest().digest()
            + " for "
            + architecture.platform()
            + ", from "
            + resolved.source());
    return resolved;
  }

  Map<ZoneFile, Digest> files(Map<ZoneFile, Digest> files) {
    source = Optional.of(BootSource.ZONE_FILES);
    kernelFile = Optional.ofNullable(files.get(ZoneFile.KERNEL));
    files.forEach((file, digest) -> trace.add("file " + file + " is " + digest));
    return files;
  }

  void compared(List<KernelStandard> standards) {
    standards.forEach(
        standard ->
            trace.add(
                "compared with "
                    + standard.image()
                    + switch (standard) {
                      case KernelStandard.Known known ->
                          ", which is trusted, manifest " + known.manifest() + ": " + known.files();
                      case KernelStandard.Rejected(_, Reason reason) ->
                          ", which is rejected: " + reason;
                      case KernelStandard.Open(_, Problem problem) ->
                          ", about which is open: " + problem.detail();
                    }));
  }

  Verdict judged(Judged judged) {
    trace.addAll(judged.trace());
    evidenceSince = judged.keptSince().or(() -> evidenceSince);
    return judged.verdict();
  }

  void note(String line) {
    trace.add(line);
  }

  Decision concluded(Verdict verdict, Instant now) {
    Optional<Digest> index =
        kernel.flatMap(resolved -> resolved.manifest().indexDigests().stream().findFirst());
    return new Decision(
        request,
        image,
        architecture,
        new Decision.Booted(
            source,
            kernel.map(resolved -> resolved.manifest().digest()).or(() -> kernelFile),
            index,
            kernel.flatMap(ResolvedKernel::registryDigest)),
        Optional.empty(),
        verdict,
        mode == Mode.ENFORCE,
        rule,
        evidenceSince,
        now,
        trace);
  }
}
