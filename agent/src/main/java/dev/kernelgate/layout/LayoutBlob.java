// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layout;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.oci.BlobStream;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.io.InputStream;

/** A blob's file, read as far as somebody wants to. */
record LayoutBlob(LayoutDirectory directory, InputStream file, Deadline deadline)
    implements BlobStream {

  @Override
  public int read(byte[] buffer, int offset, int length) throws ProblemException {
    LayoutImageSource.requireTime(deadline);
    try {
      return file.read(buffer, offset, length);
    } catch (IOException e) {
      throw directory.problem("a blob cannot be read: " + Untrusted.quote(e.toString()));
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException _) {
      // It was read only; nothing is lost.
    }
  }
}
