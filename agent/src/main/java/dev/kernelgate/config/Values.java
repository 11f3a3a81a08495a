// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.verdict.Untrusted;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads single values of the configuration. Every method takes the text as written and throws
 * {@link IllegalArgumentException} with "what is wrong; what to do".
 *
 * @param directory against which relative paths are resolved
 */
record Values(Path directory) {

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,7})(ms|s|m|h|d)");
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9]([a-z0-9.-]{0,253}[a-z0-9])?(:[0-9]{1,5})?");
  private static final Pattern ADDRESS =
      Pattern.compile("([0-9.]+|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))");
  private static final Pattern PATH_SEGMENTS = Pattern.compile("(/[a-z0-9][a-z0-9._-]*)*");
  private static final Pattern NODE_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
  private static final Pattern SOCKET_MODE = Pattern.compile("(?:0o|0)?([0-7])([0-7])([0-7])");

  Path path(String text) {
    try {
      if (!text.isBlank()) {
        return directory.resolve(text).normalize();
      }
    } catch (InvalidPathException e) {
      // Told below.
    }
    throw new IllegalArgumentException("this is no path; write the path of a file or directory");
  }

  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          Untrusted.quote(text) + " is no duration; write one such as 10s, 12h or 30d");
    }
    long number = Long.parseLong(matcher.group(1));
    Duration duration =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        };
    if (duration.isZero()) {
      throw new IllegalArgumentException("the duration is zero; write one such as 10s or 30d");
    }
    return duration;
  }

  static String nodeName(String text) {
    if (!NODE_NAME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          Untrusted.quote(text) + " is no node's name; write it as kubectl get nodes shows it");
    }
    return text;
  }

  static Digest digest(String text) {
    return Digest.parse(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Untrusted.quote(text)
                        + " is no digest; write 'sha256:' and 64 lower-case hexadecimal digits"));
  }

  static String host(String text) {
    if (!HOST.matcher(text).matches()) {
      throw new IllegalArgumentException(
          Untrusted.quote(text) + " is no registry host; write a lower-case host[:port]");
    }
    return text;
  }

  /** An IP address and a port; no names, so that nothing has to be looked up. */
  static InetSocketAddress address(String text) {
    Matcher matcher = ADDRESS.matcher(text);
    try {
      if (matcher.matches()) {
        return new InetSocketAddress(
            InetAddress.ofLiteral(matcher.group(1)), Integer.parseInt(matcher.group(2)));
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new IllegalArgumentException(
        Untrusted.quote(text) + " is no address; write one such as 127.0.0.1:9464 or [::1]:9464");
  }

  /** A host and perhaps leading path segments: what a layout serves, where a mirror is. */
  static String hostAndPath(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    String path = slash < 0 ? "" : text.substring(slash);
    if (!HOST.matcher(host).matches() || !PATH_SEGMENTS.matcher(path).matches()) {
      throw new IllegalArgumentException(
          Untrusted.quote(text)
              + " is no image name prefix; write host[:port][/path] without tag and wildcards");
    }
    return text;
  }

  static URI proxy(String text) {
    try {
      URI uri = new URI(text);
      boolean plain =
          "http".equals(uri.getScheme())
              && uri.getHost() != null
              && uri.getPort() > 0
              && uri.getRawUserInfo() == null
              && (uri.getRawPath() == null || uri.getRawPath().matches("/?"));
      if (plain) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below.
    }
    throw new IllegalArgumentException("this is no proxy; write http://host:port");
  }

  /** An image reference, in full. */
  static String image(String text) {
    return reference(text).toString();
  }

  static KernelReference reference(String text) {
    try {
      return KernelReference.parse(text);
    } catch (InvalidReferenceException e) {
      throw new IllegalArgumentException(
          Untrusted.quote(text)
              + " is no image: "
              + e.getMessage()
              + "; write it as a pod would name it",
          e);
    }
  }

  static String imageByDigest(String text) {
    String image = image(text);
    if (!image.contains("@")) {
      throw new IllegalArgumentException(
          Untrusted.quote(text) + " may lead elsewhere tomorrow; add @sha256:<digest>");
    }
    return image;
  }

  static Architecture platform(String text) {
    return Architecture.parsePlatform(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Untrusted.quote(text)
                        + " is no platform that kernels exist for; write linux/amd64 or"
                        + " linux/arm64"));
  }

  static Set<PosixFilePermission> socketMode(String text) {
    Matcher matcher = SOCKET_MODE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          Untrusted.quote(text) + " is no file mode; write it in octal, as 0660");
    }
    if (!matcher.group(3).equals("0")) {
      throw new IllegalArgumentException(
          "the mode lets every user ask; use 0660 and give a group to who may");
    }
    StringBuilder symbolic = new StringBuilder();
    for (int i = 1; i <= 3; i++) {
      int bits = Integer.parseInt(matcher.group(i));
      symbolic
          .append((bits & 4) == 0 ? '-' : 'r')
          .append((bits & 2) == 0 ? '-' : 'w')
          .append((bits & 1) == 0 ? '-' : 'x');
    }
    return PosixFilePermissions.fromString(symbolic.toString());
  }

  static int userId(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          Untrusted.quote(text) + " is no user id; write its number, as id -u shows it");
    }
    return Integer.parseInt(text);
  }

  static String name(String text) {
    if (text.isBlank() || text.length() > 128) {
      throw new IllegalArgumentException("the name is empty or too long; write a short word");
    }
    return text;
  }

  /** The constant whose lower-case word the text is. */
  static <E extends Enum<E>> E word(Class<E> type, String text) {
    List<E> constants = Arrays.asList(type.getEnumConstants());
    List<String> words =
        constants.stream().map(one -> one.name().toLowerCase(Locale.ROOT)).toList();
    int index = words.indexOf(text);
    if (index < 0) {
      throw new IllegalArgumentException(
          Untrusted.quote(text) + " is not known here; write one of " + String.join(", ", words));
    }
    return constants.get(index);
  }

  /** Completes what a value's own constructor says is wrong with what to do about it. */
  static <T> Function<String, T> advised(Function<String, ? extends T> constructor, String advice) {
    return text -> {
      try {
        return constructor.apply(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(e.getMessage() + "; " + advice, e);
      }
    };
  }
}
