// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.BlobStream;
import dev.kernelgate.oci.KernelLayer;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * A layer's bytes on their way to who unpacks them, hashed as they pass, no more of them than the
 * manifest says there are.
 */
final class HashedStream extends InputStream {

  private final KernelLayer layer;
  private final BlobStream blob;
  private final MessageDigest sha256 = Digest.sha256();
  private final byte[] one = new byte[1];
  private long count;
  private boolean hasEnded;

  /** The source failed, not the layer. */
  static final class SourceFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    SourceFailedException(Problem problem) {
      super(problem.detail());
      this.problem = problem;
    }

    Problem problem() {
      return problem;
    }
  }

  HashedStream(KernelLayer layer, BlobStream blob) {
    this.layer = layer;
    this.blob = blob;
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      int read = length == 0 ? 0 : blob.read(buffer, offset, length);
      if (read < 0) {
        hasEnded = true;
        return read;
      }
      count += read;
      if (count > layer.size()) {
        throw misbehaved("sends more than the " + layer.size() + " bytes that it has");
      }
      sha256.update(buffer, offset, read);
      return read;
    } catch (ProblemException e) {
      throw new SourceFailedException(e.problem());
    }
  }

  /** Gzip looks here whether another member may follow. */
  @Override
  public int available() {
    return hasEnded ? 0 : 1;
  }

  /**
   * Reads what is left, and makes sure that all of it together is the layer.
   *
   * @throws ProblemException {@code RegistryMisbehaved} if it is not, or as the source fails
   */
  void requireDigest() throws ProblemException {
    byte[] rest = new byte[64 * 1024];
    try {
      while (read(rest, 0, rest.length) >= 0) {
        // Only the hash is wanted.
      }
    } catch (SourceFailedException e) {
      throw new ProblemException(e.problem());
    } catch (IOException e) {
      throw new IllegalStateException("nothing else fails", e);
    }
    Digest actual = Digest.ofHash(sha256.digest());
    if (!actual.equals(layer.digest())) {
      throw misbehaved("is sent as %d bytes of %s".formatted(count, actual));
    }
  }

  private ProblemException misbehaved(String what) {
    return new ProblemException(Reason.REGISTRY_MISBEHAVED, "layer " + layer.digest() + " " + what);
  }
}
