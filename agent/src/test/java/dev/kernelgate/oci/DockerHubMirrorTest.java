// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DockerHubMirrorTest {

  private static final Repository HUB = new Repository("docker.io", "library/kernel");
  private static final Deadline DEADLINE =
      FakeTime.afterFixtures().deadlineIn(Duration.ofSeconds(1));

  private final List<String> asked = new ArrayList<>();
  private final ImageSource source =
      new ImageSource() {
        @Override
        public Optional<FetchedManifest> manifest(Repository repository, String tag, Deadline by) {
          asked.add(repository.toString());
          return Optional.empty();
        }

        @Override
        public Optional<byte[]> blob(Repository repository, Digest digest, int max, Deadline by) {
          asked.add(repository.toString());
          return Optional.empty();
        }

        @Override
        public Optional<BlobStream> stream(Repository repository, Digest digest, Deadline by) {
          asked.add(repository.toString());
          return Optional.empty();
        }

        @Override
        public Optional<FetchedManifest> referrers(Repository repository, Digest of, Deadline by) {
          asked.add(repository.toString());
          return Optional.empty();
        }

        @Override
        public BootSource kind() {
          return BootSource.REGISTRY;
        }
      };

  @ParameterizedTest
  @CsvSource({
    "mirror.example, mirror.example/library/kernel",
    "mirror.example:5000, mirror.example:5000/library/kernel",
    "https://mirror.example/, mirror.example/library/kernel",
    "mirror.example/hub, mirror.example/hub/library/kernel"
  })
  void asksTheMirrorForWhateverDockerHubHas(String written, String expected) throws Exception {
    DockerHubMirror mirror = new DockerHubMirror(source, () -> Optional.of(written));
    mirror.manifest(HUB, "1", DEADLINE);
    mirror.blob(HUB, Digest.of(new byte[0]), 1, DEADLINE);
    mirror.stream(HUB, Digest.of(new byte[0]), DEADLINE);
    mirror.referrers(HUB, Digest.of(new byte[0]), DEADLINE);

    assertThat(asked).containsExactly(expected, expected, expected, expected);
  }

  @Test
  void leavesOtherRegistriesAndANodeWithoutMirrorAlone() throws Exception {
    Repository other = new Repository("ghcr.io", "edera-dev/zone-kernel");
    new DockerHubMirror(source, () -> Optional.of("mirror.example")).manifest(other, "1", DEADLINE);
    new DockerHubMirror(source, Optional::empty).manifest(HUB, "1", DEADLINE);

    assertThat(asked).containsExactly(other.toString(), HUB.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mirror", "http://mirror.example", "A B"})
  void aMirrorThatIsNoneLeavesTheQuestionOpen(String written) {
    DockerHubMirror mirror = new DockerHubMirror(source, () -> Optional.of(written));
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> mirror.manifest(HUB, "1", DEADLINE));

    assertThat(refused.problem().reason()).isEqualTo(Reason.REGISTRY_UNREACHABLE);
    assertThat(asked).isEmpty();
  }
}
