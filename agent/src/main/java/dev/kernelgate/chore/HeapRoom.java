// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.chore;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps the heap near what lives in it. The serial collector lets the old generation grow as far as
 * it may before it collects it, so that an agent that checks an image now and then would hold all
 * of its heap after some days, for good. Here the heap is collected soon after the start, and
 * whenever it has grown by {@link #ROOM}; and once more when what was under way then is over. The
 * virtual machine gives back what is free. The heap of an idle agent does not grow and is left
 * alone. Confined to one thread.
 */
public final class HeapRoom {

  /** Between two looks, and at least between two collections, which stop all threads. */
  public static final Duration LOOK = Duration.ofSeconds(1);

  /** Looks until what only the start needed is collected, when launchers have their answers. */
  static final int START = 5;

  /** How far the heap may grow, in bytes: some hundred checks, or one beside much junk. */
  static final long ROOM = 6 * 1024 * 1024;

  /** Looks from a collection to the one after it: a check takes 60 seconds at most. */
  static final int AFTERWARDS = 75;

  private final LongSupplier taken;
  private final Runnable collection;
  private long looks;
  private long again;
  private long kept;

  /**
   * A heap that has not been collected.
   *
   * @param taken bytes that the heap has of the system now
   * @param collection collects all of it; it has as few bytes as may be when this returns
   */
  HeapRoom(LongSupplier taken, Runnable collection) {
    this.taken = taken;
    this.collection = collection;
  }

  /** The heap of this process. */
  public static HeapRoom ofProcess() {
    return new HeapRoom(Runtime.getRuntime()::totalMemory, System::gc);
  }

  /** One look. */
  public void look() {
    looks++;
    boolean hasGrown = looks > START && taken.getAsLong() - kept >= ROOM;
    if (hasGrown || looks == again) {
      collection.run();
      kept = taken.getAsLong();
      again = hasGrown ? looks + AFTERWARDS : 0;
    }
  }
}
