// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.socket.Peer;
import dev.kernelgate.verification.Decision;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes one line for each decision, with the fields that the journal is searched by. Foreign text
 * is made harmless first. Safe for any thread.
 */
final class DecisionLog {

  private static final Logger LOG = LoggerFactory.getLogger("kernelgate");

  private static final int MAX_SHOWN = 1024;

  /** A pod's kernel was judged ahead, or again with another result. */
  void judged(PodIdentity pod, Decision decision) {
    Map<String, Object> fields = fields(decision);
    fields.put("KERNELGATE_POD", shown(pod.qualifiedName()));
    write("pod kernel judged", decision, fields);
  }

  /** An image of the configuration was judged ahead, for the first time or with another result. */
  void warmedUp(Decision decision) {
    write("kernel judged ahead", decision, fields(decision));
  }

  /** A peer was answered. */
  void answered(Peer peer, Decision decision) {
    Map<String, Object> fields = fields(decision);
    decision
        .request()
        .pod()
        .ifPresent(pod -> fields.put("KERNELGATE_POD", shown(pod.qualifiedName())));
    fields.put("KERNELGATE_PEER_UID", peer.uid());
    fields.put("KERNELGATE_PEER_PID", peer.pid());
    write("launcher answered", decision, fields);
  }

  private static Map<String, Object> fields(Decision decision) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("KERNELGATE_VERDICT", decision.verdict().outcome());
    fields.put("KERNELGATE_REASON", decision.verdict().reason());
    fields.put("KERNELGATE_BOOT", decision.mayBoot());
    fields.put("KERNELGATE_IMAGE", shown(decision.image()));
    decision.digest().ifPresent(digest -> fields.put("KERNELGATE_DIGEST", digest));
    if (!decision.verdict().detail().isEmpty()) {
      fields.put("KERNELGATE_DETAIL", shown(decision.verdict().detail()));
    }
    return fields;
  }

  private static void write(String message, Decision decision, Map<String, Object> fields) {
    LoggingEventBuilder line =
        switch (decision.verdict().outcome()) {
          case TRUSTED -> LOG.atInfo();
          case REJECTED, UNDETERMINED -> LOG.atWarn();
        };
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      line = line.addKeyValue(field.getKey(), field.getValue());
    }
    line.log(message);
  }

  /** One printable line, whatever it was; nearly always it is one already. */
  private static String shown(String text) {
    return text.length() <= MAX_SHOWN && isPlain(text) ? text : madePlain(text);
  }

  /** A plain loop: this runs for every answer. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"') {
        return false;
      }
    }
    return true;
  }

  private static String madePlain(String text) {
    StringBuilder line = new StringBuilder(text);
    line.setLength(Math.min(text.length(), MAX_SHOWN));
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c < ' ' || c > '~') {
        line.setCharAt(i, '?');
      } else if (c == '"') {
        line.setCharAt(i, '\'');
      }
    }
    return line.toString();
  }
}
