// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The contents that the node's default kernel files may have. They belong to no image, so there is
 * no signature to look for: a file is known by its digest or not at all. Immutable, pure.
 *
 * @param pins digests by file; a file that has none may not be there
 */
public record DefaultKernelPins(Map<ZoneFile, Set<Digest>> pins) {

  public DefaultKernelPins {
    Map<ZoneFile, Set<Digest>> copy = new EnumMap<>(ZoneFile.class);
    pins.forEach(
        (file, digests) -> {
          if (!digests.isEmpty()) {
            copy.put(file, Set.copyOf(digests));
          }
        });
    pins = Map.copyOf(copy);
  }

  /** No file is known. */
  public static DefaultKernelPins none() {
    return new DefaultKernelPins(Map.of());
  }

  /** The digests that a file may have. */
  public Set<Digest> of(ZoneFile file) {
    return pins.getOrDefault(file, Set.of());
  }

  /**
   * The verdict on the files of a node: trusted when there is a kernel and every file is pinned.
   *
   * @param files what is there, by content
   * @param denied digests that are rejected whatever is pinned
   */
  public Verdict judge(Map<ZoneFile, Digest> files, Set<Digest> denied) {
    Optional<Map.Entry<ZoneFile, Digest>> rejected =
        files.entrySet().stream().filter(file -> denied.contains(file.getValue())).findFirst();
    if (rejected.isPresent()) {
      return Verdict.of(
          new Problem(Reason.DENIED_DIGEST, named(rejected.get()) + ", is on the deny list"));
    }
    if (!files.containsKey(ZoneFile.KERNEL)) {
      return Verdict.of(
          new Problem(Reason.DEFAULT_KERNEL_UNKNOWN, "there is no file " + ZoneFile.KERNEL));
    }
    String unknown =
        files.entrySet().stream()
            .filter(file -> !of(file.getKey()).contains(file.getValue()))
            .sorted(Map.Entry.comparingByKey())
            .map(DefaultKernelPins::named)
            .collect(Collectors.joining("; "));
    if (!unknown.isEmpty()) {
      return Verdict.of(
          new Problem(Reason.DEFAULT_KERNEL_UNKNOWN, "the policy does not pin " + unknown));
    }
    String known =
        files.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(DefaultKernelPins::named)
            .collect(Collectors.joining("; "));
    return new Verdict.Trusted(Reason.ALLOWED_DIGEST, "the policy pins " + known, Optional.empty());
  }

  private static String named(Map.Entry<ZoneFile, Digest> file) {
    return file.getKey() + ", which is " + file.getValue();
  }
}
