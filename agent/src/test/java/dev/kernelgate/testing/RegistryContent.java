// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.JsonText;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What a {@link TestRegistry} holds. Safe for concurrent use. */
final class RegistryContent {

  private final Map<String, Repo> repos = new ConcurrentHashMap<>();
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final List<Path> stores = new ArrayList<>();

  /** A manifest as it is served. */
  record Served(String mediaType, String digest, byte[] bytes) {}

  private static final class Repo {
    final Map<String, String> tags = new ConcurrentHashMap<>();
    final Map<String, String> mediaTypes = new ConcurrentHashMap<>();
    final Map<String, byte[]> overrides = new ConcurrentHashMap<>();
    volatile boolean hasReferrersApi;
  }

  /** Adds what a store directory describes: {@code registry.json} and {@code blobs}. */
  void addStore(Path store) {
    try {
      JsonObject all =
          JsonReader.read(Files.readAllBytes(store.resolve("registry.json")))
              .requireObject("repos");
      for (String name : all.names()) {
        JsonObject json = all.requireObject(name);
        Repo repo = repo(name);
        repo.tags.putAll(json.texts("tags"));
        repo.mediaTypes.putAll(json.texts("manifests"));
        repo.hasReferrersApi = json.requireText("mode").equals("referrers-api");
        for (Map.Entry<String, String> override : json.texts("overrides").entrySet()) {
          repo.overrides.put(
              override.getKey(), Files.readAllBytes(store.resolve(override.getValue())));
        }
      }
      stores.add(store);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedJsonException e) {
      throw new IllegalArgumentException(e);
    }
  }

  Digest putBlob(byte[] bytes) {
    Digest digest = Digest.of(bytes);
    blobs.put(digest.toString(), bytes);
    return digest;
  }

  Digest putManifest(String name, String mediaType, byte[] bytes) {
    Digest digest = putBlob(bytes);
    repo(name).mediaTypes.put(digest.toString(), mediaType);
    return digest;
  }

  void tag(String name, String tag, Digest digest) {
    repo(name).tags.put(tag, digest.toString());
  }

  void enableReferrers(String name) {
    repo(name).hasReferrersApi = true;
  }

  Optional<Served> manifest(String name, String selector) {
    Repo repo = repos.get(name);
    if (repo == null) {
      return Optional.empty();
    }
    String digest = repo.tags.getOrDefault(selector, selector);
    String mediaType = repo.mediaTypes.get(digest);
    if (mediaType == null) {
      return Optional.empty();
    }
    byte[] override = repo.overrides.get(digest);
    return (override == null ? blob(digest) : Optional.of(override))
        .map(bytes -> new Served(mediaType, digest, bytes));
  }

  Optional<byte[]> blob(String digest) {
    byte[] added = blobs.get(digest);
    if (added != null) {
      return Optional.of(added);
    }
    try {
      for (Path store : stores) {
        Path file = store.resolve("blobs").resolve(digest.replace(':', '/'));
        if (Files.isRegularFile(file)) {
          return Optional.of(Files.readAllBytes(file));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Descriptors of the repository's manifests with that subject; empty without the API. */
  Optional<List<Map<String, Object>>> referrers(String name, String subject) {
    Repo repo = repos.get(name);
    if (repo == null || !repo.hasReferrersApi) {
      return Optional.empty();
    }
    List<Map<String, Object>> descriptors = new ArrayList<>();
    for (Map.Entry<String, String> manifest : new TreeMap<>(repo.mediaTypes).entrySet()) {
      byte[] bytes = blob(manifest.getKey()).orElseThrow();
      try {
        JsonObject json = JsonReader.read(bytes);
        Optional<JsonObject> named = json.object("subject");
        if (named.isPresent() && named.get().requireText("digest").equals(subject)) {
          descriptors.add(descriptor(json, manifest, bytes.length));
        }
      } catch (MalformedJsonException _) {
        // Tests also store manifests that are no JSON; they refer to nothing.
      }
    }
    return Optional.of(descriptors);
  }

  static byte[] index(List<Map<String, Object>> descriptors) {
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("schemaVersion", 2);
    index.put("mediaType", TestRegistry.INDEX);
    index.put("manifests", descriptors);
    return JsonText.of(index).getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, Object> descriptor(
      JsonObject json, Map.Entry<String, String> manifest, int size) throws MalformedJsonException {
    Optional<JsonObject> config = json.object("config");
    String configType = config.isEmpty() ? "" : config.get().text("mediaType").orElse("");
    Map<String, Object> descriptor = new LinkedHashMap<>();
    descriptor.put("mediaType", manifest.getValue());
    descriptor.put("digest", manifest.getKey());
    descriptor.put("size", size);
    descriptor.put("artifactType", json.text("artifactType").orElse(configType));
    descriptor.put("annotations", json.texts("annotations"));
    return descriptor;
  }

  private Repo repo(String name) {
    return repos.computeIfAbsent(name, _ -> new Repo());
  }
}
