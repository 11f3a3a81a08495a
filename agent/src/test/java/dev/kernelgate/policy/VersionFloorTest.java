// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionFloorTest {

  @ParameterizedTest(name = "floor {0}, version {1}: {2}")
  @CsvSource({
    "6.18.35,                    6.18.35,                    true",
    "6.18.35,                    6.18.34,                    false",
    "6.18.9,                     6.18.10,                    true",
    "6.18.10,                    6.18.9,                     false",
    "6.9,                        6.18,                       true",
    "6.18,                       6.18.0,                     true",
    "6.18.0,                     6.18,                       true",
    "6.18.1,                     6.18,                       false",
    "6.18,                       7,                          true",
    "6.18.035,                   6.18.35,                    true",
    "6.19,                       6.19-rc3,                   false",
    "6.19-rc3,                   6.19-rc10,                  true",
    "6.19-rc3,                   6.19,                       true",
    "6.18.35,                    6.18.35-nvidia-610.43.02,   true",
    "6.18.35-nvidia-610.43.02,   6.18.35-nvidia-610.43.02,   true",
    "6.18.35-nvidia-610.43.02,   6.18.35-nvidia-610.43.2,    true",
    "6.18.35-nvidia-610.43.02,   6.18.35-nvidia-610.5.99,    false",
    "6.18.35-nvidia-610.43.02,   6.18.35-nvidia-615.1,       true",
    "6.18.35-nvidia-610.43.02,   6.18.34-nvidia-999.0,       false",
    "6.18.35-nvidia-610.43.02,   6.18.36-nvidia-1.0,         true",
    "6.18.35-nvidia-610.43.02,   6.18.36,                    true",
    "6.18.35-nvidia-610.43.02,   6.18.35,                    false",
    "6.18.35-nvidia-610.43.02,   6.18.35-amdgpu-999.0,       false",
    "6.18.35,                    6.18.35-custom,             false",
    "6.18.35,                    v6.18.35,                   false",
    "6.18.35,                    6..18,                      false",
    "6.18.35,                    99999999999999999999.0,     false",
  })
  void comparesPartByPartAsNumbers(String floor, String version, boolean allowed) {
    assertThat(VersionFloor.of(floor).allows(version)).isEqualTo(allowed);
  }

  @ParameterizedTest(name = "''{0}''")
  @ValueSource(strings = {"", "six", "6.", ".6", "6.18-", "6.18-nvidia", "6.18 ", "6.18\n", "-1"})
  void refusesAFloorThatIsNoVersion(String floor) {
    assertThatIllegalArgumentException().isThrownBy(() -> VersionFloor.of(floor));
    assertThat(VersionFloor.of("0").allows(floor)).isFalse();
  }
}
