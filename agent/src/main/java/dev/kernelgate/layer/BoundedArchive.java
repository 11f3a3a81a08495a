// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The bytes of an archive, bounded in all and for each step: the tar reader holds an entry's
 * extended headers in memory, as long as they claim to be, so it gets no more than may be held.
 */
final class BoundedArchive extends FilterInputStream {

  private final long maxBytes;
  private long left;
  private long step;

  BoundedArchive(InputStream archive, long maxBytes) {
    super(archive);
    this.maxBytes = maxBytes;
    this.left = maxBytes;
  }

  /** Lets the next step have so many bytes. */
  void allow(long bytes) {
    step = bytes;
  }

  /** The tar reader takes part of a header for the end, but archives consist of whole records. */
  void requireWholeRecords() throws IOException {
    if ((maxBytes - left) % TarConstants.DEFAULT_RCDSIZE != 0) {
      throw new IOException("it ends within a header");
    }
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    count(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    count(Math.max(0, read));
    return read;
  }

  /** By reading, so that what is skipped counts. */
  @Override
  public long skip(long count) throws IOException {
    byte[] skipped = new byte[(int) Math.min(8192, Math.max(0, count))];
    return Math.max(0, read(skipped, 0, skipped.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(int read) throws IOException {
    left -= read;
    step -= read;
    if (left < 0) {
      throw new IOException("it unpacks to more than " + maxBytes + " bytes");
    }
    if (step < 0) {
      throw new IOException("the headers of an entry are too long");
    }
  }
}
