// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.verification.Peer;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds the questions that wait for a check: so many at all, and of one user no more than three
 * quarters of them, so that others always find a place. Confined to the event loop.
 */
final class WaitingRoom {

  private final int places;
  private final int placesOfOneUser;
  private final Map<Integer, Integer> takenByUser = new HashMap<>();
  private int taken;

  WaitingRoom(int places) {
    this.places = places;
    this.placesOfOneUser = Math.max(1, places * 3 / 4);
  }

  /**
   * Takes a place for one question.
   *
   * @return false when the peer's user has too many, or everybody together
   */
  boolean enter(Peer peer) {
    int ofUser = takenByUser.getOrDefault(peer.uid(), 0);
    if (taken >= places || ofUser >= placesOfOneUser) {
      return false;
    }
    takenByUser.put(peer.uid(), ofUser + 1);
    taken++;
    return true;
  }

  /** Gives a place back. */
  void leave(Peer peer) {
    takenByUser.computeIfPresent(peer.uid(), (_, count) -> count == 1 ? null : count - 1);
    taken--;
  }
}
