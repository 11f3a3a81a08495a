// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.JsonText;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.oci.Limits;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Joins the pages of a referrers list (distribution-spec, "Listing Referrers") into one index. What
 * it lists is neither signed nor addressed by digest, so it may be written anew; a single page is
 * passed on as it came. Used by one call.
 */
final class ReferrerPages {

  /** Pages that are fetched. */
  static final int MAX_PAGES = 4;

  private static final Pattern LINK =
      Pattern.compile("\\s*<([^>]{1,2048})>\\s*((?:;[^;,<>]{1,128}){1,8})\\s*");
  private static final Pattern NEXT =
      Pattern.compile("(?i).*;\\s*rel\\s*=\\s*\"?next\"?\\s*(;.*)?");

  private final List<Reply> pages = new ArrayList<>();
  private long bytes;

  /**
   * Takes a page.
   *
   * @return where the next one is; empty after the last
   * @throws ProblemException {@code LimitExceeded} if there are more pages or bytes than are read:
   *     a list with its end missing could hide the one good signature
   */
  Optional<URI> add(Reply page) throws ProblemException {
    pages.add(page);
    bytes += page.body().bytes().length;
    Optional<URI> next = next(page.uri(), page.headers());
    if (bytes > Limits.MANIFEST_BYTES || (next.isPresent() && pages.size() == MAX_PAGES)) {
      throw new ProblemException(
          Reason.LIMIT_EXCEEDED,
          "the referrers list has more than "
              + MAX_PAGES
              + " pages or "
              + Limits.MANIFEST_BYTES
              + " bytes");
    }
    return next;
  }

  /** All pages as one index. */
  FetchedManifest join() throws ProblemException {
    String mediaType = pages.getFirst().mediaType();
    if (pages.size() == 1) {
      return new FetchedManifest(mediaType, pages.getFirst().body().bytes());
    }
    List<Map<String, Object>> entries = new ArrayList<>();
    for (Reply page : pages) {
      try {
        for (JsonObject entry : JsonReader.read(page.body().bytes()).objects("manifests")) {
          entries.add(descriptor(entry));
        }
      } catch (MalformedJsonException e) {
        throw new ProblemException(
            Reason.REGISTRY_MISBEHAVED,
            "a page of the referrers list is malformed: " + e.getMessage(),
            e);
      }
    }
    String index = JsonText.of(indexOf(entries));
    return new FetchedManifest(mediaType, index.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, Object> indexOf(List<Map<String, Object>> entries) {
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("schemaVersion", 2);
    index.put("mediaType", "application/vnd.oci.image.index.v1+json");
    index.put("manifests", entries);
    return index;
  }

  private static Map<String, Object> descriptor(JsonObject entry) throws MalformedJsonException {
    Map<String, Object> descriptor = new LinkedHashMap<>();
    descriptor.put("mediaType", entry.text("mediaType"));
    descriptor.put("digest", entry.requireText("digest"));
    descriptor.put("size", entry.number("size"));
    descriptor.put("artifactType", entry.text("artifactType"));
    descriptor.put("annotations", entry.texts("annotations"));
    return descriptor;
  }

  /** The target of {@code Link: <...>; rel="next"} (RFC 8288), at the same registry only. */
  private static Optional<URI> next(URI page, HttpHeaders headers) throws ProblemException {
    for (String link : headers.allValues("Link")) {
      Matcher matcher = LINK.matcher(link);
      if (!matcher.matches() || !NEXT.matcher(matcher.group(2)).matches()) {
        throw unusable(link);
      }
      try {
        URI next = Call.resolve(page, matcher.group(1));
        if (!Call.isUsable(next) || !Call.isSameOrigin(page, next) || next.equals(page)) {
          throw unusable(link);
        }
        return Optional.of(next);
      } catch (IllegalArgumentException _) {
        throw unusable(link);
      }
    }
    return Optional.empty();
  }

  private static ProblemException unusable(String link) {
    return new ProblemException(
        Reason.REGISTRY_MISBEHAVED,
        "the referrers list continues at " + Untrusted.quote(link) + ", which is not followed");
  }
}
