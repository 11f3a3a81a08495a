// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageGlobTest {

  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    "ghcr.io/edera-dev/zone-kernel,    ghcr.io/edera-dev/zone-kernel,       true",
    "ghcr.io/edera-dev/zone-kernel,    ghcr.io/edera-dev/zone-kernel-sdk,   false",
    "ghcr.io/edera-dev/zone-kernel,    xghcr.io/edera-dev/zone-kernel,      false",
    "ghcr.io/edera-dev/*-kernel,       ghcr.io/edera-dev/zone-kernel,       true",
    "ghcr.io/edera-dev/*-kernel,       ghcr.io/edera-dev/-kernel,           true",
    "ghcr.io/edera-dev/*-kernel,       ghcr.io/edera-dev/zone-kernel-sdk,   false",
    "ghcr.io/edera-dev/*-kernel,       ghcr.io/edera-dev/a/zone-kernel,     false",
    "ghcr.io/edera-dev/*-kernel,       ghcr.io/zone-kernel,                 false",
    "ghcr.io/edera-dev/*,              ghcr.io/edera-dev/a/b,               false",
    "ghcr.io/edera-dev/**,             ghcr.io/edera-dev/a/b,               true",
    "ghcr.io/edera-dev/**,             ghcr.io/edera-dev/a,                 true",
    "ghcr.io/edera-dev/**,             ghcr.io/edera-dev,                   false",
    "ghcr.io/edera-dev/**,             ghcr.io/edera-devil/a,               false",
    "ghcr.io/**/zone-kernel,           ghcr.io/a/b/c/zone-kernel,           true",
    "ghcr.io/**/zone-kernel,           ghcr.io/zone-kernel,                 false",
    "**/zone-kernel,                   ghcr.io/edera-dev/zone-kernel,       true",
    "ghcr.io/**/a/**/b,                ghcr.io/x/a/a/y/b,                   true",
    "ghcr.io/**/a/**/b,                ghcr.io/x/a/b,                       false",
    "ghcr.io/*a*b*c,                   ghcr.io/aabbcc,                      true",
    "ghcr.io/*a*b*c,                   ghcr.io/aabbc.,                      false",
    "127.0.0.1:5510/edera-dev/*,       127.0.0.1:5510/edera-dev/zone,       true",
    "127.0.0.1:5510/edera-dev/*,       127.0.0.1:5511/edera-dev/zone,       false",
    "*/edera-dev/zone-kernel,          evil.example/edera-dev/zone-kernel,  true",
  })
  void matchesTheWholeName(String glob, String name, boolean matches) {
    assertThat(new ImageGlob(glob).matches(name)).isEqualTo(matches);
  }

  @ParameterizedTest(name = "{0} covers {1}: {2}")
  @CsvSource({
    "ghcr.io/edera-dev/*,         ghcr.io/edera-dev/zone-kernel,  true",
    "ghcr.io/edera-dev/*,         ghcr.io/edera-dev/*-kernel,     true",
    "ghcr.io/edera-dev/*-kernel,  ghcr.io/edera-dev/zone-*-kernel, true",
    "ghcr.io/edera-dev/*-kernel,  ghcr.io/edera-dev/*,            false",
    "ghcr.io/edera-dev/*,         ghcr.io/edera-dev/**,           false",
    "ghcr.io/edera-dev/**,        ghcr.io/edera-dev/*,            true",
    "ghcr.io/**,                  ghcr.io/edera-dev/**,           true",
    "ghcr.io/edera-dev/**,        ghcr.io/**,                     false",
    "*/edera-dev/*,               ghcr.io/edera-dev/zone-kernel,  true",
    "ghcr.io/edera-dev/*,         quay.io/edera-dev/zone-kernel,  false",
    "ghcr.io/**,                  **/zone-kernel,                 false",
  })
  void coversWhatItCertainlyMatches(String wide, String narrow, boolean covers) {
    assertThat(new ImageGlob(wide).covers(new ImageGlob(narrow))).isEqualTo(covers);
  }

  @ParameterizedTest(name = "''{0}''")
  @ValueSource(
      strings = {
        "",
        "zone-kernel",
        "ghcr.io//zone-kernel",
        "ghcr.io/edera-dev/",
        "/edera-dev/zone-kernel",
        "ghcr.io/edera-dev/zone-**",
        "ghcr.io/***/zone",
        "ghcr.io/Edera/zone",
        "ghcr.io/edera dev/zone",
        "ghcr.io/edera-dev/zone-kernel:6.18",
        "ghcr.io/edera-dev/zone-kernel@sha256",
        "ghcr.io/edera-dev/zone[12]"
      })
  void refusesWhatIsNoGlob(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new ImageGlob(text));
  }

  @Test
  void givesUpQuicklyOnAGlobMadeToBacktrack() {
    ImageGlob characters = new ImageGlob("ghcr.io/" + "*a".repeat(200) + "b");
    ImageGlob segments = new ImageGlob("ghcr.io/" + "**/a/".repeat(80) + "b");

    assertThat(characters.matches("ghcr.io/" + "a".repeat(500))).isFalse();
    assertThat(segments.matches("ghcr.io" + "/a".repeat(250))).isFalse();
  }
}
