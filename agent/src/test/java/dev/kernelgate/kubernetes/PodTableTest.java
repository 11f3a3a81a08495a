// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PodTableTest {

  private final PodTable table = new PodTable(() -> {});

  @Test
  void keepsOnlyWhatIsNeededOfAPod() {
    table.put("default/one", pod("one"));
    ApiPod kept = table.snapshot().getFirst();
    assertThat(kept.getMetadata().getAnnotations())
        .containsExactly(Map.entry("dev.edera/kernel", "a:1"));
    assertThat(kept.getMetadata().getManagedFields()).isEmpty();
    assertThat(kept.spec().runtimeClassName()).isEqualTo("edera");
  }

  @Test
  void keepsNoMoreOfAPodThanCanBeLookedAt() throws Exception {
    ApiPod pod = pod("web");
    pod.getMetadata().setAnnotations(Map.of("dev.edera/kernel", "a:" + "1".repeat(250_000)));
    pod.setSpec(
        new ApiPod.Spec(
            "edera",
            List.of(
                new LocalObjectReference("s".repeat(250_000)), new LocalObjectReference("login"))));
    table.put("default/web", pod);

    ApiPod kept = table.snapshot().getFirst();
    assertThat(kept.spec().imagePullSecrets())
        .extracting(LocalObjectReference::getName)
        .containsExactly("login");
    String annotation = String.valueOf(kept.getMetadata().getAnnotations().get("dev.edera/kernel"));
    assertThat(annotation).hasSize(PodReading.MAX_ANNOTATION);
    assertThatThrownBy(() -> KernelReference.parse(annotation))
        .as("what was cut is no reference")
        .isInstanceOf(InvalidReferenceException.class);
  }

  @Test
  void holdsABoundedNumberOfPods() {
    for (int i = 0; i <= PodTable.MAX_PODS; i++) {
      table.put("default/" + i, pod("" + i));
    }
    assertThat(table.size()).isEqualTo(PodTable.MAX_PODS);
    assertThat(table.isOverfull()).isTrue();
  }

  @Test
  void aListReplacesWhatASilentInformerLeft() {
    table.put("default/one", pod("one"));
    table.replaceIfUnheardSince(table.version(), List.of(pod("two")));
    assertThat(table.keySet()).containsExactly("default/two");
  }

  @Test
  void aListThatTheInformerHasOvertakenCountsForNothing() {
    long before = table.version();
    table.put("default/newer", pod("newer"));
    table.replaceIfUnheardSince(before, List.of(pod("older")));
    assertThat(table.keySet()).containsExactly("default/newer");
  }

  private static ApiPod pod(String name) {
    ManagedFieldsEntry managed = new ManagedFieldsEntry();
    managed.setManager("kubelet");
    ObjectMeta metadata = new ObjectMeta();
    metadata.setNamespace("default");
    metadata.setName(name);
    metadata.setAnnotations(Map.of("dev.edera/kernel", "a:1", "big", "x".repeat(1000)));
    metadata.setManagedFields(List.of(managed));
    ApiPod pod = new ApiPod();
    pod.setMetadata(metadata);
    pod.setSpec(new ApiPod.Spec("edera", null));
    return pod;
  }
}
