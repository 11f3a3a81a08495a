// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Looks up groups by name. */
public final class UnixGroups {

  private static final Path GROUPS = Path.of("/etc/group");
  private static final Pattern ID = Pattern.compile("[0-9]{1,9}");

  private UnixGroups() {}

  /**
   * The id of a local group (group(5)); groups of a directory service need their number.
   *
   * @throws IOException if there is no such group; the message is a sentence
   */
  public static int gid(String name) throws IOException {
    return gid(GROUPS, name);
  }

  static int gid(Path groups, String name) throws IOException {
    if (ID.matcher(name).matches()) {
      return Integer.parseInt(name);
    }
    for (String line :
        new String(BoundedFile.read(groups), StandardCharsets.UTF_8).lines().toList()) {
      List<String> fields = List.of(line.split(":", -1));
      if (fields.size() >= 3
          && fields.getFirst().equals(name)
          && ID.matcher(fields.get(2)).matches()) {
        return Integer.parseInt(fields.get(2));
      }
    }
    throw new IOException("There is no group named '" + name + "' in " + groups + ".");
  }
}
