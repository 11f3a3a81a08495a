// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.verdict.Untrusted;
import dev.kernelgate.verification.NodePods;
import dev.kernelgate.verification.PodSource;
import dev.kernelgate.yaml.YamlNode;
import dev.kernelgate.yaml.YamlProblems;
import dev.kernelgate.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Pods as files in a directory, the way kubelet takes its static pods: Pod manifests in YAML or
 * JSON, names with a leading dot left alone. A file that cannot be used is reported and the others
 * count. Confined to one thread.
 */
public final class PodManifestDirectory implements PodSource {

  /** Most files that are looked at, in the order of their names. */
  static final int MAX_FILES = 1000;

  private final Path directory;
  private final Set<String> runtimeClasses;
  private List<BoundedFile.Version> versions = List.of();
  private State state = State.NEW;

  private enum State {
    NEW,
    READ,
    UNREADABLE
  }

  /**
   * A directory, not looked at yet.
   *
   * @param runtimeClasses runtime classes whose pods boot a zone kernel
   */
  public PodManifestDirectory(Path directory, Set<String> runtimeClasses) {
    this.directory = directory;
    this.runtimeClasses = Set.copyOf(runtimeClasses);
  }

  @Override
  public Optional<NodePods> readIfChanged() {
    List<String> problems = new ArrayList<>();
    List<BoundedFile.Version> current;
    try {
      current = list(problems);
    } catch (IOException e) {
      boolean isNews = state != State.UNREADABLE;
      state = State.UNREADABLE;
      return isNews ? Optional.of(NodePods.unknown(List.of(unlisted(e)))) : Optional.empty();
    }
    if (state == State.READ && current.equals(versions)) {
      return Optional.empty();
    }
    versions = current;
    state = State.READ;
    Map<PodIdentity, AskedKernel> kernels = new LinkedHashMap<>();
    for (BoundedFile.Version version : current) {
      read(version.path(), kernels, problems);
    }
    return Optional.of(new NodePods(kernels, problems));
  }

  /** As kubelet does it: without a directory there are no pods, but that is worth telling. */
  private List<BoundedFile.Version> list(List<String> problems) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (!entry.getFileName().toString().startsWith(".")) {
          files.add(entry);
        }
      }
    } catch (NoSuchFileException e) {
      problems.add(unlisted(e));
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (files.size() > MAX_FILES) {
      problems.add(directory + ": only the first " + MAX_FILES + " files are looked at");
    }
    return files.stream()
        .sorted()
        .limit(MAX_FILES)
        .map(BoundedFile::version)
        .flatMap(Optional::stream)
        .toList();
  }

  private String unlisted(IOException e) {
    return directory + ": it cannot be listed: " + Untrusted.quote(e.toString());
  }

  private void read(Path file, Map<PodIdentity, AskedKernel> kernels, List<String> problems) {
    YamlProblems found = new YamlProblems();
    try {
      for (YamlNode document : YamlReader.readAll(BoundedFile.read(file), found)) {
        PodManifest.read(document, found)
            .filter(pod -> runtimeClasses.contains(pod.runtimeClass()))
            .filter(pod -> kernels.putIfAbsent(pod.identity(), pod.kernel()) != null)
            .ifPresent(
                again ->
                    found.add(
                        document.position(),
                        "the Pod %s is in the directory twice, and only the first is looked at; remove one"
                            .formatted(Untrusted.quote(again.identity().qualifiedName()))));
      }
    } catch (IOException e) {
      problems.add(file + ": " + Untrusted.quote(String.valueOf(e.getMessage())));
    }
    problems.addAll(found.in(file.toString()));
  }
}
