// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The node's pods as the informer's store, each cut down to what is needed here: a pod of the API
 * weighs some ten kilobytes, most of which nobody reads. The informer's threads write, any thread
 * reads; the lock is never held while waiting.
 */
final class PodTable implements ItemStore<ApiPod> {

  /** Far more than a node can have; what comes on top is not kept, and that is told. */
  static final int MAX_PODS = 2000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, ApiPod> pods = new LinkedHashMap<>();
  private final Runnable heard;
  private long version;
  private boolean isOverfull;

  /**
   * An empty table.
   *
   * @param heard called after every word from the informer
   */
  PodTable(Runnable heard) {
    this.heard = heard;
  }

  /** Changes with every word from the API server. */
  long version() {
    return locked(() -> version);
  }

  /** Whether pods are missing for want of room. */
  boolean isOverfull() {
    return locked(() -> isOverfull);
  }

  /** The pods, cut down, in the order in which they became known. */
  List<ApiPod> snapshot() {
    return locked(() -> List.copyOf(pods.values()));
  }

  /**
   * Makes the pods of a list the table's, if the informer has not said a word since the version.
   * Otherwise the informer is alive and may know more than the list does.
   */
  void replaceIfUnheardSince(long since, List<ApiPod> listed) {
    lock.lock();
    try {
      if (version == since) {
        pods.clear();
        listed.forEach(pod -> keep(getKey(pod), cut(pod)));
        isOverfull = listed.size() > MAX_PODS;
        version++;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String getKey(ApiPod pod) {
    return Cache.metaNamespaceKeyFunc(pod);
  }

  @Override
  public @Nullable ApiPod put(String key, ApiPod pod) {
    ApiPod small = cut(pod);
    lock.lock();
    try {
      version++;
      return keep(key, small);
    } finally {
      lock.unlock();
      heard.run();
    }
  }

  @Override
  public @Nullable ApiPod remove(String key) {
    lock.lock();
    try {
      version++;
      isOverfull = false;
      return pods.remove(key);
    } finally {
      lock.unlock();
      heard.run();
    }
  }

  @Override
  public Stream<String> keySet() {
    return locked(() -> List.copyOf(pods.keySet())).stream();
  }

  @Override
  public Stream<ApiPod> values() {
    return snapshot().stream();
  }

  @Override
  public int size() {
    return locked(pods::size);
  }

  @Override
  public @Nullable ApiPod get(String key) {
    lock.lock();
    try {
      return pods.get(key);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isFullState() {
    return false;
  }

  private @Nullable ApiPod keep(String key, ApiPod small) {
    if (pods.size() >= MAX_PODS && !pods.containsKey(key)) {
      isOverfull = true;
      return null;
    }
    return pods.put(key, small);
  }

  private <T> T locked(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }

  private static ApiPod cut(ApiPod pod) {
    ObjectMeta full = pod.getMetadata();
    ObjectMeta metadata = new ObjectMeta();
    metadata.setNamespace(full.getNamespace());
    metadata.setName(full.getName());
    metadata.setUid(full.getUid());
    metadata.setResourceVersion(full.getResourceVersion());
    metadata.setAnnotations(PodReading.kernelAnnotations(full));
    ApiPod small = new ApiPod();
    small.setMetadata(metadata);
    small.setSpec(
        new ApiPod.Spec(
            pod.spec().runtimeClassName(),
            PodReading.pullSecrets(pod).stream().map(LocalObjectReference::new).toList()));
    small.setStatus(pod.status());
    return small;
  }
}
