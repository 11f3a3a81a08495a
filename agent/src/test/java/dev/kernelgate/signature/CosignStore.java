// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.layout.LayoutImageSource;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.oci.SignatureSearch;
import dev.kernelgate.testing.Fixtures;
import dev.kernelgate.verdict.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is attached to the images that real cosign signed. */
final class CosignStore {

  private final ImageSource source;

  CosignStore() {
    try {
      source = LayoutImageSource.open(Fixtures.store());
    } catch (ProblemException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] trustedRoot() {
    try {
      return Files.readAllBytes(Fixtures.root().resolve("trust/trusted_root.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is attached to the image with this tag, in the order in which it is found. */
  List<SignatureCandidate> candidates(String repository, String tag) {
    Repository store = new Repository("store.test", repository);
    Deadline deadline = Deadline.after(Duration.ofMinutes(1), () -> 0);
    try {
      Digest subject = Digest.of(source.manifest(store, tag, deadline).orElseThrow().body());
      SignatureSearch search = new SignatureSearch(source, store, List.of(subject), deadline);
      List<SignatureCandidate> candidates = new ArrayList<>();
      for (Optional<SignatureCandidate> next = search.next();
          next.isPresent();
          next = search.next()) {
        candidates.add(next.get());
      }
      return candidates;
    } catch (ProblemException e) {
      throw new AssertionError(e);
    }
  }
}
