// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

/**
 * Who is on the other side, as the kernel recorded it when the connection was made (unix(7),
 * SO_PEERCRED). The process may have ended or changed since; its ids then were these.
 *
 * @param uid effective user id
 * @param gid effective group id; supplementary groups are not known
 * @param pid process id
 */
public record Peer(int uid, int gid, int pid) {}
