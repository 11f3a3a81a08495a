// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import dev.kernelgate.oci.BlobStream;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bytes, a little at a time.
 *
 * @param at how many were read
 */
public record MemoryBlob(byte[] bytes, AtomicInteger at) implements BlobStream {

  private static final int AT_ONCE = 1000;

  public MemoryBlob(byte[] bytes) {
    this(bytes, new AtomicInteger());
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    int count = Math.min(Math.min(AT_ONCE, length), bytes.length - at.get());
    if (count <= 0) {
      return -1;
    }
    System.arraycopy(bytes, at.getAndAdd(count), buffer, offset, count);
    return count;
  }

  @Override
  public void close() {}
}
