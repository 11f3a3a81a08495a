// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.SignatureFacts;
import dev.kernelgate.verdict.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the node's default kernel files may be. They have no reference and no signature of their
 * own: a file is known by its digest, which is pinned or that of a file in a trusted image.
 * Immutable, pure.
 *
 * @param pins digests by file
 * @param images kernel images whose files they may be, in the order of preference
 */
public record DefaultKernelRule(Map<ZoneFile, Set<Digest>> pins, List<KernelReference> images) {

  /** Most images that may be named: each of them is verified and looked into. */
  public static final int MAX_IMAGES = 8;

  /**
   * Copies what it gets.
   *
   * @throws IllegalArgumentException if there are more images than {@link #MAX_IMAGES}
   */
  public DefaultKernelRule {
    Map<ZoneFile, Set<Digest>> copy = new EnumMap<>(ZoneFile.class);
    pins.forEach(
        (file, digests) -> {
          if (!digests.isEmpty()) {
            copy.put(file, Set.copyOf(digests));
          }
        });
    pins = Map.copyOf(copy);
    images = List.copyOf(images);
    if (images.size() > MAX_IMAGES) {
      throw new IllegalArgumentException("more than " + MAX_IMAGES + " images");
    }
  }

  /** No file is known. */
  public static DefaultKernelRule none() {
    return new DefaultKernelRule(Map.of(), List.of());
  }

  /** The digests that a file may have. */
  public Set<Digest> of(ZoneFile file) {
    return pins.getOrDefault(file, Set.of());
  }

  /**
   * The images that the verdict on these files depends on; none where pins and deny list decide.
   */
  public List<KernelReference> imagesFor(Map<ZoneFile, Digest> files, Set<Digest> denied) {
    return early(files, denied).isPresent() ? List.of() : images;
  }

  /**
   * The verdict on the files of a node: trusted when there is a kernel and every file is pinned or
   * that of a trusted image.
   *
   * @param files what is there, by content
   * @param denied digests that are rejected whatever is pinned
   * @param standards what is known of {@link #imagesFor these images}, in their order
   */
  public Verdict judge(
      Map<ZoneFile, Digest> files, Set<Digest> denied, List<KernelStandard> standards) {
    return early(files, denied).orElseGet(() -> compare(files, standards));
  }

  /** The verdict, where no image can make it another one. */
  private Optional<Verdict> early(Map<ZoneFile, Digest> files, Set<Digest> denied) {
    Optional<Map.Entry<ZoneFile, Digest>> rejected =
        files.entrySet().stream().filter(file -> denied.contains(file.getValue())).findFirst();
    if (rejected.isPresent()) {
      Map.Entry<ZoneFile, Digest> file = rejected.get();
      return open(
          Reason.DENIED_DIGEST, named(file.getKey(), file.getValue()) + ", is on the deny list");
    }
    if (!files.containsKey(ZoneFile.KERNEL)) {
      return open(Reason.DEFAULT_KERNEL_UNKNOWN, "there is no file " + ZoneFile.KERNEL);
    }
    Map<ZoneFile, Digest> unpinned = unpinned(files);
    if (unpinned.isEmpty()) {
      return Optional.of(
          new Verdict.Trusted(
              Reason.ALLOWED_DIGEST, "the policy pins " + named(files), Optional.empty()));
    }
    boolean isBeyondImages =
        unpinned.keySet().stream().anyMatch(file -> file.pathInImage().isEmpty());
    return images.isEmpty() || isBeyondImages
        ? open(Reason.DEFAULT_KERNEL_UNKNOWN, "the policy does not pin " + named(unpinned))
        : Optional.empty();
  }

  private Verdict compare(Map<ZoneFile, Digest> files, List<KernelStandard> standards) {
    List<String> found = new ArrayList<>();
    List<String> missed = new ArrayList<>();
    Optional<SignatureFacts> signature = Optional.empty();
    for (Map.Entry<ZoneFile, Digest> file : unpinned(files).entrySet()) {
      String name = named(file.getKey(), file.getValue());
      Optional<KernelStandard.Known> home = homeOf(file.getKey(), file.getValue(), standards);
      if (home.isPresent()) {
        signature = signature.or(home.get()::signature);
        found.add(name + ", is " + place(file.getKey(), home.get()));
      } else {
        missed.add(name + ", is " + others(file.getKey(), standards));
      }
    }
    if (missed.isEmpty()) {
      return new Verdict.Trusted(
          Reason.DEFAULT_KERNEL_VERIFIED, String.join("; ", found), signature);
    }
    return firstOpen(standards)
        .orElseGet(
            () ->
                Verdict.of(new Problem(Reason.DEFAULT_KERNEL_UNKNOWN, String.join("; ", missed))));
  }

  /** While it is not known what an image holds, it may hold just this. */
  private static Optional<Verdict> firstOpen(List<KernelStandard> standards) {
    return standards.stream()
        .filter(KernelStandard.Open.class::isInstance)
        .map(KernelStandard.Open.class::cast)
        .findFirst()
        .map(
            open ->
                Verdict.of(
                    new Problem(
                        open.problem().reason(),
                        "to compare with " + open.image() + ": " + open.problem().detail(),
                        open.problem().retryAfter())));
  }

  private Map<ZoneFile, Digest> unpinned(Map<ZoneFile, Digest> files) {
    Map<ZoneFile, Digest> unpinned = new EnumMap<>(ZoneFile.class);
    files.forEach(
        (file, digest) -> {
          if (!of(file).contains(digest)) {
            unpinned.put(file, digest);
          }
        });
    return unpinned;
  }

  private static Optional<KernelStandard.Known> homeOf(
      ZoneFile file, Digest digest, List<KernelStandard> standards) {
    return standards.stream()
        .filter(KernelStandard.Known.class::isInstance)
        .map(KernelStandard.Known.class::cast)
        .filter(known -> digest.equals(known.files().get(file)))
        .findFirst();
  }

  /** What the file would have to be instead. */
  private static String others(ZoneFile file, List<KernelStandard> standards) {
    return standards.stream()
        .map(
            standard ->
                switch (standard) {
                  case KernelStandard.Known known ->
                      "not "
                          + place(file, known)
                          + Optional.ofNullable(known.files().get(file))
                              .map(other -> ", which is " + other)
                              .orElse(", which is not there");
                  case KernelStandard.Rejected(KernelReference image, Reason reason) ->
                      "not compared with " + image + ", which is rejected: " + reason;
                  case KernelStandard.Open(KernelReference image, _) ->
                      "not compared with " + image;
                })
        .collect(Collectors.joining(", and "));
  }

  private static String place(ZoneFile file, KernelStandard.Known known) {
    return "%s of %s (%s)"
        .formatted(file.pathInImage().orElse("no file"), known.image(), known.manifest());
  }

  private static String named(Map<ZoneFile, Digest> files) {
    return files.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(file -> named(file.getKey(), file.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String named(ZoneFile file, Digest digest) {
    return file + ", which is " + Objects.requireNonNull(digest);
  }

  private static Optional<Verdict> open(Reason reason, String detail) {
    return Optional.of(Verdict.of(new Problem(reason, detail)));
  }
}
