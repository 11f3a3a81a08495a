// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel version as Edera writes it: {@code 6.18.35}, {@code 6.18.35-nvidia-610.43.02}, {@code
 * 6.19-rc3}.
 *
 * @param text the version as written
 * @param kernel the parts of the kernel's own version
 * @param candidate the number of a release candidate, which comes before its release
 * @param driver the name of a driver that was built in, empty when there is none
 * @param driverVersion the parts of the driver's version
 */
public record KernelVersion(
    String text,
    List<Long> kernel,
    Optional<Long> candidate,
    String driver,
    List<Long> driverVersion) {

  private static final String NUMBER = "[0-9]{1,9}";
  private static final String NUMBERS = NUMBER + "(?:\\." + NUMBER + "){0,7}";
  private static final Pattern FORM =
      Pattern.compile(
          "(?<kernel>"
              + NUMBERS
              + ")"
              + "(?:-rc(?<candidate>"
              + NUMBER
              + "))?"
              + "(?:-(?<driver>[a-z]{1,32})-(?<version>"
              + NUMBERS
              + "))?");
  private static final int MAX_LENGTH = 128;

  public KernelVersion {
    kernel = List.copyOf(kernel);
    driverVersion = List.copyOf(driverVersion);
  }

  /** Reads a version; empty for a text of another form. */
  public static Optional<KernelVersion> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (text.length() > MAX_LENGTH || !matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new KernelVersion(
            text,
            numbers(matcher.group("kernel")),
            Optional.ofNullable(matcher.group("candidate")).map(Long::valueOf),
            Optional.ofNullable(matcher.group("driver")).orElse(""),
            Optional.ofNullable(matcher.group("version"))
                .map(KernelVersion::numbers)
                .orElse(List.of())));
  }

  /**
   * Whether this version is the other or newer. The kernel decides; between equal kernels the
   * driver does, if the other has one: drivers of different names are in no order, so then it is
   * not.
   */
  public boolean isAtLeast(KernelVersion other) {
    int byKernel = compare(kernel, other.kernel);
    if (byKernel == 0) {
      byKernel = Long.compare(rank(candidate), rank(other.candidate));
    }
    if (byKernel != 0) {
      return byKernel > 0;
    }
    return other.driver.isEmpty()
        || (driver.equals(other.driver) && compare(driverVersion, other.driverVersion) >= 0);
  }

  @Override
  public String toString() {
    return text;
  }

  private static long rank(Optional<Long> candidate) {
    return candidate.orElse(Long.MAX_VALUE);
  }

  /** Missing parts count as zero: 6.18 is 6.18.0. */
  private static int compare(List<Long> left, List<Long> right) {
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      int order =
          Long.compare(i < left.size() ? left.get(i) : 0, i < right.size() ? right.get(i) : 0);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static List<Long> numbers(String dotted) {
    return Arrays.stream(dotted.split("\\.")).map(Long::valueOf).toList();
  }
}
