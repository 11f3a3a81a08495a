// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.host;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about the kernel that the host runs. A report and nothing else: no verdict and no
 * condition depends on it.
 *
 * @param file that it was booted from
 * @param image that it is compared with
 * @param digest of the file, once it was read
 * @param expected of the image's kernel, once that is known
 * @param why it is not known, only then
 */
record HostKernel(
    State state,
    Path file,
    KernelReference image,
    Optional<Digest> digest,
    Optional<Digest> expected,
    Optional<Problem> why) {

  /** How the file compares. */
  enum State {
    /** It is the kernel of the image, which is trusted. */
    VERIFIED("verified"),
    /** It is another file than the image has. */
    DIFFERENT("different"),
    /** That cannot be told. */
    UNKNOWN("unknown");

    private final String word;

    State(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** Both digests are known. */
  static HostKernel compared(Path file, KernelReference image, Digest digest, Digest expected) {
    return new HostKernel(
        digest.equals(expected) ? State.VERIFIED : State.DIFFERENT,
        file,
        image,
        Optional.of(digest),
        Optional.of(expected),
        Optional.empty());
  }

  /** One of them is not, because of this. */
  static HostKernel unknown(
      Path file, KernelReference image, Optional<Digest> digest, Problem why) {
    return new HostKernel(State.UNKNOWN, file, image, digest, Optional.empty(), Optional.of(why));
  }

  /** For people, a lower-case fragment. */
  String message() {
    String shown = file + digest.map(known -> " (" + known + ")").orElse("");
    return switch (state) {
      case VERIFIED -> shown + " is the kernel of " + image;
      case DIFFERENT ->
          shown
              + " is not the kernel of "
              + image
              + expected.map(known -> " (" + known + ")").orElse("");
      case UNKNOWN ->
          shown
              + " is not compared with "
              + image
              + why.map(problem -> ": " + problem.reason() + ": " + problem.detail()).orElse("");
    };
  }

  Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("state", state);
    fields.put("file", file);
    fields.put("image", image);
    fields.put("digest", digest);
    fields.put("expectedDigest", expected);
    fields.put("message", message());
    return fields;
  }

  /** Whether it is still being worked out. */
  boolean isPending() {
    return why.filter(problem -> problem.reason() == Reason.PENDING).isPresent();
  }

  /** Whether somebody who was told the other one would want to be told this one, too. */
  boolean isNewsAfter(HostKernel other) {
    return state != other.state
        || !digest.equals(other.digest)
        || !expected.equals(other.expected)
        || !why.map(Problem::reason).equals(other.why.map(Problem::reason));
  }
}
