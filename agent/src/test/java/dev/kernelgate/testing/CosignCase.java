// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One image that was signed, or tampered with, using real cosign.
 *
 * @param reference image without a host
 * @param isAllowed whether a gate that looks for a signature over the index or the platform
 *     manifest should trust it
 * @param isAmbiguous whether a stricter gate may differ
 * @param hasOverride whether the registry is to serve other bytes than the digest names
 * @param description what is special about it
 * @param cosign2 whether cosign 2.5.0 accepts the reference
 * @param cosign3 whether cosign 3.1.1 accepts the reference
 */
public record CosignCase(
    String name,
    String reference,
    Architecture architecture,
    boolean isAllowed,
    boolean isAmbiguous,
    boolean hasOverride,
    String description,
    boolean cosign2,
    boolean cosign3) {

  /** All of them. */
  public static List<CosignCase> all() {
    try {
      List<CosignCase> cases = new ArrayList<>();
      byte[] file = Files.readAllBytes(Fixtures.root().resolve("cases.json"));
      for (JsonObject json : JsonReader.read(file).objects("cases")) {
        cases.add(parse(json));
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedJsonException e) {
      throw new AssertionError(e);
    }
  }

  private static CosignCase parse(JsonObject json) throws MalformedJsonException {
    return new CosignCase(
        json.requireText("name"),
        json.requireText("reference"),
        Architecture.parsePlatform(json.requireText("platform")).orElseThrow(),
        json.requireText("expected").equals("allow"),
        json.truth("ambiguous").orElse(false),
        json.has("override"),
        json.requireText("reason"),
        accepts(json, "2.5.0"),
        accepts(json, "3.1.1"));
  }

  private static boolean accepts(JsonObject json, String cosign) throws MalformedJsonException {
    for (JsonObject answer : json.objects("oracle")) {
      if (answer.text("on").equals(Optional.of("reference"))
          && answer.text("cosign").equals(Optional.of(cosign))) {
        return answer.number("exit").equals(Optional.of(0L));
      }
    }
    throw new MalformedJsonException("no answer of cosign " + cosign);
  }

  @Override
  public String toString() {
    return name;
  }
}
