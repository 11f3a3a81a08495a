// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySettingsTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "a_b", "reg.io/path", "https://reg.io", "reg.io:0", "reg.io:65536"})
  void refuseWhatIsNoHost(String host) {
    assertThatThrownBy(() -> RegistrySettings.defaults(host))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> RegistrySettings.defaults("reg.io").withMirrors(List.of(host + "/../x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.io/", "m.io//x", "m.io/X", "m.io/a?b", "https://m.io"})
  void refuseWhatIsNoMirror(String mirror) {
    assertThatThrownBy(() -> RegistrySettings.defaults("reg.io").withMirrors(List.of(mirror)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refuseAUserAgentThatIsNoHeader() {
    RegistrySettings settings = RegistrySettings.defaults("reg.io");
    for (String userAgent : List.of("", "a\r\nb", " a", "\u00e9")) {
      assertThatThrownBy(
              () ->
                  new RegistrySettings(
                      "reg.io", settings.security(), List.of(), settings.proxy(), userAgent))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void knowDockerHubsTwoNames() {
    assertThat(RegistrySettings.defaults("docker.io").wireHost()).isEqualTo("registry-1.docker.io");
    assertThat(RegistrySettings.defaults("reg.io:5000").wireHost()).isEqualTo("reg.io:5000");
  }
}
