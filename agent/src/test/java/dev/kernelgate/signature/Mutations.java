// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.testing.FakeCrypto.base64;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.kernelgate.testing.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Changes bytes and JSON at random, but the same way for the same generator: blindly, by structure,
 * inside base64, inside JSON inside base64, and by parts of other documents.
 */
final class Mutations {

  /** What attackers and bugs put where something else is expected. */
  private static final List<String> ODD_VALUES =
      List.of(
          "null",
          "\"\"",
          "0",
          "-1",
          "9223372036854775807",
          "\"9223372036854775807\"",
          "1e400",
          "true",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "\"\\u0000\"",
          "\"AAAA\"");

  private final RandomGenerator random;

  Mutations(RandomGenerator random) {
    this.random = random;
  }

  /** Changes a document by one or two mutations; parts may come from the donors. */
  byte[] ofJson(byte[] json, List<JsonTree> donors) {
    byte[] mutant = json;
    for (int i = random.nextInt(1, 3); i > 0; i--) {
      mutant = random.nextInt(4) == 0 ? ofBytes(mutant) : ofStructure(mutant, donors);
    }
    return mutant;
  }

  /** Flips, replaces, removes or adds a few bytes. */
  byte[] ofBytes(byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    byte[] mutant = bytes.clone();
    int at = random.nextInt(mutant.length);
    return switch (random.nextInt(5)) {
      case 0 -> {
        mutant[at] ^= (byte) (1 << random.nextInt(8));
        yield mutant;
      }
      case 1 -> {
        mutant[at] = (byte) random.nextInt(256);
        yield mutant;
      }
      case 2 -> Arrays.copyOf(mutant, at);
      case 3 -> {
        byte[] shorter = new byte[mutant.length - 1];
        System.arraycopy(mutant, 0, shorter, 0, at);
        System.arraycopy(mutant, at + 1, shorter, at, shorter.length - at);
        yield shorter;
      }
      default -> {
        byte[] longer = new byte[mutant.length + 1];
        System.arraycopy(mutant, 0, longer, 0, at);
        longer[at] = (byte) random.nextInt(256);
        System.arraycopy(mutant, at, longer, at + 1, mutant.length - at);
        yield longer;
      }
    };
  }

  private byte[] ofStructure(byte[] json, List<JsonTree> donors) {
    JsonTree tree;
    try {
      tree = JsonTree.parse(json);
    } catch (RuntimeException e) {
      return ofBytes(json);
    }
    List<String> paths = tree.paths();
    if (paths.isEmpty()) {
      return ofBytes(json);
    }
    String path = paths.get(random.nextInt(paths.size()));
    switch (random.nextInt(6)) {
      case 0 -> tree.remove(path);
      case 1 -> tree.set(path, JsonParser.parseString(pick(ODD_VALUES)));
      case 2 -> tree.set(path, tree.get(pick(paths)).deepCopy());
      case 3 -> donate(tree, path, donors);
      default -> ofText(tree, path, donors);
    }
    return tree.bytes();
  }

  private void donate(JsonTree tree, String path, List<JsonTree> donors) {
    JsonTree donor = pick(donors);
    if (donor.paths().contains(path)) {
      tree.set(path, donor.get(path).deepCopy());
    }
  }

  /** Text is mostly base64, of DER, of a signature, or of JSON again. */
  private void ofText(JsonTree tree, String path, List<JsonTree> donors) {
    JsonElement value = tree.get(path);
    if (!value.isJsonPrimitive()) {
      return;
    }
    String text = value.getAsString();
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      byte[] mutant = ofBytes(text.getBytes(StandardCharsets.UTF_8));
      tree.set(path, new String(mutant, StandardCharsets.UTF_8));
      return;
    }
    boolean isJson = decoded.length > 0 && decoded[0] == '{';
    tree.set(
        path,
        base64(isJson && random.nextBoolean() ? ofStructure(decoded, donors) : ofBytes(decoded)));
  }

  private <T> T pick(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }
}
