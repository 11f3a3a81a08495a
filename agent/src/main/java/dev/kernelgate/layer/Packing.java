// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** How a layer's archive is packed, by its media type (OCI image-spec, layer.md). */
enum Packing {
  /** Not at all. */
  NONE,
  /** By gzip, in one member or several. */
  GZIP;

  private static final int BUFFER = 64 * 1024;

  /**
   * The packing that a media type names.
   *
   * @throws ProblemException {@code LayerUnreadable} for any other type
   */
  static Packing of(String mediaType) throws ProblemException {
    return switch (mediaType) {
      case "application/vnd.oci.image.layer.v1.tar" -> NONE;
      case "application/vnd.oci.image.layer.v1.tar+gzip",
          "application/vnd.docker.image.rootfs.diff.tar.gzip" ->
          GZIP;
      default ->
          throw new ProblemException(
              Reason.LAYER_UNREADABLE,
              "a layer is of type " + Untrusted.quote(mediaType) + ", which is not read");
    };
  }

  /**
   * The archive. The JDK's gzip keeps nothing of a header but its flags, where commons-compress
   * would hold a name of any length.
   */
  InputStream unpacked(InputStream packed) throws IOException {
    return switch (this) {
      case NONE -> packed;
      case GZIP -> new GZIPInputStream(packed, BUFFER);
    };
  }
}
