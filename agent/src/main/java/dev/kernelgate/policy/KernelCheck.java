// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.PlatformManifest;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.util.Map;
import java.util.Optional;

/**
 * Compares what a signed platform manifest says about itself with what a rule asks. Its annotations
 * are the signer's word only when a signature covers the manifest, so this comes after signatures.
 */
final class KernelCheck {

  private KernelCheck() {}

  /** The first requirement that the kernel does not meet. */
  static Optional<Problem> objection(
      KernelRequirements requirements, KernelReference image, PlatformManifest kernel) {
    Map<String, String> annotations = kernel.annotations();
    return formatObjection(requirements, annotations)
        .map(detail -> new Problem(Reason.NOT_A_KERNEL_IMAGE, detail))
        .or(
            () ->
                requirements
                    .flavor()
                    .objection(image, Optional.ofNullable(annotations.get(PlatformManifest.FLAVOR)))
                    .map(detail -> new Problem(Reason.WRONG_FLAVOR, detail)))
        .or(
            () ->
                requirements
                    .versionFloor()
                    .flatMap(floor -> versionObjection(floor, annotations))
                    .map(detail -> new Problem(Reason.BELOW_VERSION_FLOOR, detail)));
  }

  private static Optional<String> formatObjection(
      KernelRequirements requirements, Map<String, String> annotations) {
    if (annotations.containsKey(PlatformManifest.SDK_FORMAT)) {
      return Optional.of(
          "it is an SDK image, its annotation " + PlatformManifest.SDK_FORMAT + " says so");
    }
    if (requirements.format().isEmpty()) {
      return Optional.empty();
    }
    String wanted = requirements.format().get();
    String found = annotations.get(PlatformManifest.FORMAT);
    if (found == null) {
      return Optional.of("the manifest has no annotation " + PlatformManifest.FORMAT);
    }
    return found.equals(wanted)
        ? Optional.empty()
        : Optional.of(
            "annotation "
                + PlatformManifest.FORMAT
                + " is "
                + Untrusted.quote(found)
                + ", expected '"
                + wanted
                + "'");
  }

  private static Optional<String> versionObjection(
      VersionFloor floor, Map<String, String> annotations) {
    String version = annotations.get(PlatformManifest.VERSION);
    if (version == null) {
      return Optional.of(
          "the manifest has no annotation " + PlatformManifest.VERSION + ", the floor is " + floor);
    }
    return floor.allows(version)
        ? Optional.empty()
        : Optional.of("its version is " + Untrusted.quote(version) + ", the floor is " + floor);
  }
}
