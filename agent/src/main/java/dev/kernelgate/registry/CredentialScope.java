// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a key of a docker config covers, by kubelet's rules: a host whose labels may be globs, the
 * exact port, and a path that covers itself and what is below it. Unlike kubelet's, the path ends
 * at a segment: {@code reg/team} does not cover {@code reg/team-b}.
 *
 * @param labels the host's labels, {@code *} and {@code ?} standing for characters of one label
 * @param port the port as text, empty where none is named
 * @param path segments without slashes around, empty for the whole registry
 */
record CredentialScope(List<String> labels, String port, String path) {

  /** Docker Hub's name in references; its keys are known under others. */
  static final String DOCKER_HUB = "docker.io";

  /** Longest path first; among equals a host without globs first, then the longer host. */
  static final Comparator<CredentialScope> MOST_SPECIFIC_FIRST =
      Comparator.comparingInt((CredentialScope scope) -> -scope.path().length())
          .thenComparing(CredentialScope::hasGlob)
          .thenComparingInt(scope -> -scope.labels().size());

  private static final List<String> DOCKER_HUB_NAMES =
      List.of("index.docker.io", "registry-1.docker.io");
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9.*?:_/-]{1,512}");

  CredentialScope {
    labels = List.copyOf(labels);
  }

  /** Reads a key; empty when it is none, and then it covers nothing. */
  static Optional<CredentialScope> parse(String key) {
    String text = key.replaceFirst("^https?://", "");
    if (!KEY.matcher(text).matches() || text.startsWith("/")) {
      return Optional.empty();
    }
    int slash = text.indexOf('/');
    String authority = (slash < 0 ? text : text.substring(0, slash)).toLowerCase(Locale.ROOT);
    String path = slash < 0 ? "" : text.substring(slash + 1).replaceAll("/+$", "");
    // Keys once were the address of the API; the version in it is no repository.
    path = path.equals("v1") || path.equals("v2") ? "" : path;
    String host = hostOf(authority);
    return Optional.of(
        new CredentialScope(
            labelsOf(DOCKER_HUB_NAMES.contains(host) ? DOCKER_HUB : host),
            portOf(authority),
            path));
  }

  /** Whether the credential is meant for the repository. */
  boolean covers(String registry, String repository) {
    List<String> asked = labelsOf(hostOf(registry));
    if (!portOf(registry).equals(port) || asked.size() != labels.size()) {
      return false;
    }
    for (int label = 0; label < labels.size(); label++) {
      if (!matches(labels.get(label), asked.get(label))) {
        return false;
      }
    }
    return path.isEmpty() || repository.equals(path) || repository.startsWith(path + "/");
  }

  private boolean hasGlob() {
    return labels.stream().anyMatch(label -> label.contains("*") || label.contains("?"));
  }

  private static String hostOf(String authority) {
    int colon = authority.indexOf(':');
    return colon < 0 ? authority : authority.substring(0, colon);
  }

  private static String portOf(String authority) {
    int colon = authority.indexOf(':');
    return colon < 0 ? "" : authority.substring(colon + 1);
  }

  private static List<String> labelsOf(String host) {
    return Arrays.asList(host.split("\\.", -1));
  }

  /** Glob match in linear space and quadratic time, without a regular expression to overload. */
  private static boolean matches(String glob, String label) {
    int g = 0;
    int l = 0;
    int star = -1;
    int resume = 0;
    while (l < label.length()) {
      if (g < glob.length() && glob.charAt(g) == '*') {
        star = g++;
        resume = l;
      } else if (g < glob.length()
          && (glob.charAt(g) == '?' || glob.charAt(g) == label.charAt(l))) {
        g++;
        l++;
      } else if (star >= 0) {
        g = star + 1;
        l = ++resume;
      } else {
        return false;
      }
    }
    return glob.substring(g).chars().allMatch(c -> c == '*');
  }
}
