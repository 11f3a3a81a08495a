// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.verification.NodePods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PodManifestDirectoryTest {

  private static final PodIdentity POD = new PodIdentity("", "default", "web");

  @TempDir private Path directory;

  record Case(String name, String annotations, AskedKernel expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> annotations() {
    return Stream.of(
        new Case("none", "{}", new AskedKernel.NodeDefault()),
        new Case("others", "{a: b}", new AskedKernel.NodeDefault()),
        new Case("image", "{dev.edera/kernel: r/i:1}", new AskedKernel.Image("r/i:1")),
        new Case("empty image", "{dev.edera/kernel: ''}", new AskedKernel.Image("")),
        new Case("variant", "{dev.edera/kernel-variant: v}", new AskedKernel.Variant("v")),
        new Case(
            "both",
            "{dev.edera/kernel: i, dev.edera/kernel-variant: v}",
            new AskedKernel.Conflicting("i", "v")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("annotations")
  void readsWhatThePodAsksFor(Case asked) throws IOException {
    write("a.yaml", pod("web", "annotations: " + asked.annotations(), "edera"));
    assertThat(read().kernels()).containsEntry(POD, asked.expected()).hasSize(1);
  }

  @Test
  void readsJsonAndSeveralDocumentsToo() throws IOException {
    write(
        "a.json",
        """
        {"kind": "Pod", "metadata": {"name": "web", "namespace": "ns", "uid": "u"},
         "spec": {"runtimeClassName": "edera"}}\
        """);
    write("b.yaml", pod("one", "", "edera") + "---\n" + pod("two", "", "edera"));
    assertThat(read().kernels().keySet())
        .containsExactly(
            new PodIdentity("u", "ns", "web"),
            new PodIdentity("", "default", "one"),
            new PodIdentity("", "default", "two"));
  }

  @Test
  void leavesPodsOfOtherRuntimeClassesAndHiddenFilesAlone() throws IOException {
    write("a.yaml", pod("web", "", "runc"));
    write("b.yaml", "kind: Pod\nmetadata: {name: none}\n");
    write(".hidden.yaml", "not: [yaml");
    assertThat(read()).isEqualTo(new NodePods(Map.of(), List.of()));
  }

  @Test
  void reportsABrokenFileAndReadsTheOthers() throws IOException {
    write("a.yaml", "kind: [Pod");
    write("b.yaml", "kind: ConfigMap\n");
    write("c.yaml", "kind: Pod\nspec: {}\n");
    write("d.yaml", " ".repeat(BoundedFile.MAX_BYTES + 1));
    write("e.yaml", pod("web", "", "edera"));
    NodePods pods = read();
    assertThat(pods.kernels()).containsOnlyKeys(POD);
    assertThat(pods.problems())
        .hasSize(4)
        .anySatisfy(line -> assertThat(line).contains("a.yaml", "not YAML"))
        .anySatisfy(line -> assertThat(line).contains("b.yaml:1:1", "not a Pod"))
        .anySatisfy(line -> assertThat(line).contains("c.yaml", "metadata.name"))
        .anySatisfy(line -> assertThat(line).contains("d.yaml", "larger than"));
  }

  @Test
  void readsAgainOnlyWhenSomethingChanged() throws IOException {
    PodManifestDirectory manifests = manifests();
    write("a.yaml", pod("web", "", "edera"));
    assertThat(manifests.readIfChanged()).isPresent();
    assertThat(manifests.readIfChanged()).isEmpty();
    write("b.yaml", pod("db", "", "edera"));
    assertThat(manifests.readIfChanged().orElseThrow().kernels()).hasSize(2);
    Files.delete(directory.resolve("a.yaml"));
    assertThat(manifests.readIfChanged().orElseThrow().kernels()).hasSize(1);
  }

  @Test
  void reportsAPodThatIsThereTwice() throws IOException {
    write("a.yaml", pod("web", "", "edera"));
    write("b.yaml", pod("web", "dev.edera/kernel: other:1", "edera"));
    NodePods pods = read();
    assertThat(pods.kernels()).containsOnlyKeys(POD);
    assertThat(pods.problems())
        .singleElement()
        .asString()
        .contains("b.yaml:1:1", "'default/web' is in the directory twice");
  }

  @Test
  void knowsNothingWhileTheDirectoryCannotBeReadAndSaysSoOnce() throws IOException {
    PodManifestDirectory manifests = manifests();
    Files.delete(directory);
    Files.writeString(directory, "no directory");
    NodePods pods = manifests.readIfChanged().orElseThrow();
    assertThat(pods.knowledge()).isEqualTo(NodePods.Knowledge.UNKNOWN);
    assertThat(pods.problems()).singleElement().asString().contains("cannot be listed");
    assertThat(manifests.readIfChanged()).isEmpty();

    Files.delete(directory);
    Files.createDirectory(directory);
    write("a.yaml", pod("web", "", "edera"));
    assertThat(manifests.readIfChanged().orElseThrow().kernels()).containsOnlyKeys(POD);
  }

  @Test
  void reportsADirectoryThatIsNotThere() throws IOException {
    Files.delete(directory);
    NodePods pods = read();
    assertThat(pods.kernels()).isEmpty();
    assertThat(pods.problems()).singleElement().asString().contains("cannot be listed");
    Files.createDirectory(directory);
  }

  private NodePods read() {
    return manifests().readIfChanged().orElseThrow();
  }

  private PodManifestDirectory manifests() {
    return new PodManifestDirectory(directory, Set.of("edera"));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private static String pod(String name, String metadata, String runtimeClass) {
    return """
    kind: Pod
    metadata:
      name: %s
      %s
    spec:
      runtimeClassName: %s
    """
        .formatted(name, metadata, runtimeClass);
  }
}
