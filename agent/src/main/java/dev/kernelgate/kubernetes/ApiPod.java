// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * A pod of the API with the members that are read here and no others. The client's own model of a
 * pod is four hundred classes, and as many that read them from JSON: memory of every node for
 * volumes and probes that nobody looks at. Not safe for several threads while it is being filled.
 */
@Group("")
@Version("v1")
@Kind("Pod")
@Singular("pod")
@Plural("pods")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonDeserialize(using = ValueDeserializer.None.class) // instead of looking for the client's model
@SuppressWarnings("serial") // comes with the interface; nobody serialises a pod
final class ApiPod implements HasMetadata, Namespaced {

  private ObjectMeta metadata = new ObjectMeta();
  private Spec spec = new Spec(null, null);
  private Status status = new Status(null, null);

  /** What was wished for. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Spec(
      @Nullable String runtimeClassName, @Nullable List<LocalObjectReference> imagePullSecrets) {}

  /** What became of it. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Status(@Nullable String phase, @Nullable String startTime) {}

  @Override
  public ObjectMeta getMetadata() {
    return metadata;
  }

  @Override
  public void setMetadata(@Nullable ObjectMeta metadata) {
    this.metadata = metadata == null ? new ObjectMeta() : metadata;
  }

  /** It is always the one that is asked for. */
  @Override
  public void setApiVersion(@Nullable String version) {}

  Spec spec() {
    return spec;
  }

  void setSpec(@Nullable Spec spec) {
    this.spec = spec == null ? new Spec(null, null) : spec;
  }

  Status status() {
    return status;
  }

  void setStatus(@Nullable Status status) {
    this.status = status == null ? new Status(null, null) : status;
  }
}
