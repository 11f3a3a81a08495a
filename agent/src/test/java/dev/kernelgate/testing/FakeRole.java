// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The rights in the manifests that the DaemonSet is deployed with, each as {@code verb
 * resource.group}.
 */
public record FakeRole(Set<String> rights) {

  private static final Path MANIFESTS = Path.of("..", "daemonset");
  private static final Pattern RULE =
      Pattern.compile("apiGroups: \\[([^]]*)]\\s+resources: \\[([^]]*)]\\s+verbs: \\[([^]]*)]");

  public FakeRole {
    rights = Set.copyOf(rights);
  }

  /** What every deployment grants. */
  public static FakeRole base() {
    return in("base/rbac.yaml");
  }

  /** What one of the manifests grants. */
  static FakeRole in(String manifest) {
    try {
      String text = Files.readString(MANIFESTS.resolve(manifest));
      Set<String> rights = new TreeSet<>();
      RULE.matcher(text).results().flatMap(FakeRole::rights).forEach(rights::add);
      return new FakeRole(rights);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** These rights and those of another manifest. */
  public FakeRole and(String manifest) {
    Set<String> both = new TreeSet<>(rights);
    both.addAll(in(manifest).rights);
    return new FakeRole(both);
  }

  private static Stream<String> rights(MatchResult rule) {
    return words(rule.group(1))
        .flatMap(
            group ->
                words(rule.group(2))
                    .flatMap(
                        resource ->
                            words(rule.group(3))
                                .map(verb -> verb + " " + inGroup(resource, group))));
  }

  private static String inGroup(String resource, String group) {
    return group.isEmpty() ? resource : resource + "." + group;
  }

  private static Stream<String> words(String list) {
    return Arrays.stream(list.split(",", -1)).map(word -> word.replace("\"", "").strip());
  }
}
