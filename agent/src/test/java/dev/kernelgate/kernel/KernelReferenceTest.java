// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class KernelReferenceTest {

  private static final String HEX = "0123456789abcdef".repeat(4);

  record Malformed(String name, String text, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ghcr.io/edera-dev/zone-kernel:6.15.6, ghcr.io, edera-dev/zone-kernel, 6.15.6,"
        + " ghcr.io/edera-dev/zone-kernel:6.15.6",
    "ghcr.io/edera-dev/zone-kernel, ghcr.io, edera-dev/zone-kernel, latest,"
        + " ghcr.io/edera-dev/zone-kernel:latest",
    "127.0.0.1:5510/a/b/c:t, 127.0.0.1:5510, a/b/c, t, 127.0.0.1:5510/a/b/c:t",
    "localhost/kernel:t, localhost, kernel, t, localhost/kernel:t",
    "registry.test:443/kernel:t_1.2-x, registry.test:443, kernel, t_1.2-x,"
        + " registry.test:443/kernel:t_1.2-x",
    "kernel, docker.io, library/kernel, latest, docker.io/library/kernel:latest",
    "edera/kernel:6, docker.io, edera/kernel, 6, docker.io/edera/kernel:6",
    "docker.io/edera/kernel:6, docker.io, edera/kernel, 6, docker.io/edera/kernel:6",
    "docker.io/kernel:6, docker.io, library/kernel, 6, docker.io/library/kernel:6",
    "index.docker.io/edera/kernel:6, docker.io, edera/kernel, 6, docker.io/edera/kernel:6",
  })
  void readsEveryWayToNameAnImage(
      String text, String registry, String repository, String tag, String canonical)
      throws InvalidReferenceException {
    KernelReference reference = KernelReference.parse(text);

    assertThat(reference)
        .isEqualTo(new KernelReference(registry, repository, Optional.of(tag), Optional.empty()))
        .hasToString(canonical);
    assertThat(reference.selector()).isEqualTo(tag);
    assertThat(KernelReference.parse(canonical)).isEqualTo(reference);
  }

  @Test
  void theDigestWinsOverTheTag() throws InvalidReferenceException {
    KernelReference reference =
        KernelReference.parse("ghcr.io/edera-dev/zone-kernel:6.15.6@sha256:" + HEX);

    assertThat(reference.selector()).isEqualTo("sha256:" + HEX);
    assertThat(reference.tag()).contains("6.15.6");
    assertThat(reference).hasToString("ghcr.io/edera-dev/zone-kernel:6.15.6@sha256:" + HEX);
  }

  @Test
  void aDigestAloneHasNoTag() throws InvalidReferenceException {
    KernelReference reference =
        KernelReference.parse("ghcr.io/edera-dev/zone-kernel@sha256:" + HEX);

    assertThat(reference.tag()).isEmpty();
    assertThat(reference.digest()).contains(new Digest(HEX));
  }

  static Stream<Malformed> malformed() {
    String form = "it does not have the form host/path:tag or host/path@sha256:digest";
    String digest = "the digest after '@' is not 'sha256:' and 64 lower-case hexadecimal digits";
    return Stream.of(
        new Malformed("empty", "", "the reference is empty"),
        new Malformed(
            "513 characters", "a".repeat(513), "the reference is longer than 512 characters"),
        new Malformed(
            "space",
            "ghcr.io/a b",
            "the reference has a space, a control or a non-ASCII character"),
        new Malformed(
            "newline",
            "ghcr.io/a\n",
            "the reference has a space, a control or a non-ASCII character"),
        new Malformed(
            "umlaut",
            "ghcr.io/kärnel",
            "the reference has a space, a control or a non-ASCII character"),
        new Malformed("upper-case path", "ghcr.io/Edera/kernel", form),
        new Malformed("no path", "ghcr.io/", form),
        new Malformed("two colons", "ghcr.io/a:b:c", form),
        new Malformed(
            "scheme",
            "https://ghcr.io/a",
            "'https:' is no registry host: use a lower-case name or an IPv4"
                + " address, with an optional port"),
        new Malformed("dots in path", "ghcr.io/../etc/passwd", form),
        new Malformed("tag of 129", "ghcr.io/a:" + "t".repeat(129), form),
        new Malformed("short digest", "ghcr.io/a@sha256:abc", digest),
        new Malformed(
            "upper-case digest",
            "ghcr.io/a@sha256:" + HEX.toUpperCase(java.util.Locale.ROOT),
            digest),
        new Malformed("sha512", "ghcr.io/a@sha512:" + HEX + HEX, digest),
        new Malformed("two digests", "ghcr.io/a@sha256:" + HEX + "@sha256:" + HEX, digest),
        new Malformed(
            "underscore in host",
            "a_b.com/x",
            "'a_b.com' is no registry host: use a lower-case name or an"
                + " IPv4 address, with an optional port"),
        new Malformed(
            "IPv6 host",
            "[::1]:5000/x",
            "'[::1]:5000' is no registry host: use a lower-case name or an IPv4"
                + " address, with an optional port"),
        new Malformed(
            "upper-case host",
            "GHCR.io/x",
            "'GHCR.io' is no registry host: use a lower-case name or an IPv4"
                + " address, with an optional port"),
        new Malformed("scratch", "scratch", "'scratch' names no image"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void saysWhatIsWrongWithEverythingElse(Malformed malformed) {
    assertThatThrownBy(() -> KernelReference.parse(malformed.text()))
        .isInstanceOf(InvalidReferenceException.class)
        .hasMessage(malformed.message());
  }

  @Test
  void bothSpellingsAreOneArchitecture() {
    assertThat(Architecture.parsePlatform("linux/aarch64")).contains(Architecture.ARM64);
    assertThat(Architecture.parsePlatform("linux/x86_64")).contains(Architecture.AMD64);
    assertThat(Architecture.parse("arm64")).contains(Architecture.ARM64);
    assertThat(Architecture.parse("AMD64")).isEmpty();
    assertThat(Architecture.parsePlatform("windows/amd64")).isEmpty();
  }
}
