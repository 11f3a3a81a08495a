// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.JsonText;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.LayerContents;
import dev.kernelgate.oci.LayerContents.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file that says what was found in a layer. Its format changes with what is looked for in
 * layers and how: what another version of the agent wrote is no claim of this one.
 */
final class KeptLayer {

  /** Largest file; a kernel's has 1 KB. */
  static final int MAX_BYTES = 512 * 1024;

  private static final String FORMAT = "dev.kernelgate.layer.v1";

  private KeptLayer() {}

  static byte[] toJson(Digest layer, LayerContents contents) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.put("layer", layer);
    fields.put("entries", contents.entries().stream().map(KeptLayer::fields).toList());
    return JsonText.of(fields).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws MalformedJsonException if it cannot have written this, or about another layer
   */
  static LayerContents parse(byte[] json, Digest layer) throws MalformedJsonException {
    JsonObject file = JsonReader.read(json);
    if (!file.requireText("format").equals(FORMAT)
        || !file.requireText("layer").equals(layer.toString())) {
      throw new MalformedJsonException("it is of another format or about another layer");
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonObject fields : file.objects("entries")) {
      entries.add(entry(fields));
    }
    return new LayerContents(entries);
  }

  private static Map<String, Object> fields(Entry entry) {
    return switch (entry) {
      case Entry.File(String path, Digest digest) -> fields("file", path, digest.toString());
      case Entry.Folder(String path) -> fields("folder", path, "");
      case Entry.Link(String path, String target) -> fields("link", path, target);
      case Entry.HardLink(String path, String target) -> fields("hardLink", path, target);
      case Entry.Special(String path) -> fields("special", path, "");
      case Entry.Whiteout(String path) -> fields("whiteout", path, "");
      case Entry.Opaque(String path) -> fields("opaque", path, "");
    };
  }

  private static Map<String, Object> fields(String type, String path, String value) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", type);
    fields.put("path", path);
    if (!value.isEmpty()) {
      fields.put("is", value);
    }
    return fields;
  }

  private static Entry entry(JsonObject fields) throws MalformedJsonException {
    String path = fields.requireText("path");
    String value = fields.text("is").orElse("");
    try {
      return switch (fields.requireText("type")) {
        case "file" -> new Entry.File(path, digest(value));
        case "folder" -> new Entry.Folder(path);
        case "link" -> new Entry.Link(path, value);
        case "hardLink" -> new Entry.HardLink(path, value);
        case "special" -> new Entry.Special(path);
        case "whiteout" -> new Entry.Whiteout(path);
        case "opaque" -> new Entry.Opaque(path);
        default -> throw new MalformedJsonException("an entry is of no type that is known");
      };
    } catch (IllegalArgumentException e) {
      throw new MalformedJsonException("an entry is malformed: " + e.getMessage());
    }
  }

  private static Digest digest(String text) throws MalformedJsonException {
    return Digest.parse(text)
        .orElseThrow(() -> new MalformedJsonException("a digest is not SHA-256"));
  }
}
