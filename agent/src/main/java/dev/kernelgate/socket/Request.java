// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

/**
 * One whole request, within bounds, not yet understood.
 *
 * @param method as sent
 * @param target path and query, as sent
 * @param body empty when there was none
 * @param isFromBrowser whether it carries {@code Origin} or {@code Referer}, which no launcher
 *     sends and a page in a browser cannot leave out
 * @param keepsAlive whether the peer wants to send another one
 */
record Request(
    String method, String target, byte[] body, boolean isFromBrowser, boolean keepsAlive) {

  /** The path, without the query. */
  String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }
}
