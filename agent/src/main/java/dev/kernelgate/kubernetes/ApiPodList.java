// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListMeta;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

/** Pods as the API lists them. Not safe for several threads while it is being filled. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonDeserialize(using = ValueDeserializer.None.class) // instead of looking for the client's model
@SuppressWarnings("serial") // comes with the interface; nobody serialises a list
final class ApiPodList implements KubernetesResourceList<ApiPod> {

  private ListMeta metadata = new ListMeta();
  private List<ApiPod> items = List.of();

  @Override
  public ListMeta getMetadata() {
    return metadata;
  }

  void setMetadata(@Nullable ListMeta metadata) {
    this.metadata = metadata == null ? new ListMeta() : metadata;
  }

  @Override
  public List<ApiPod> getItems() {
    return items;
  }

  void setItems(@Nullable List<ApiPod> items) {
    this.items = items == null ? List.of() : items;
  }
}
