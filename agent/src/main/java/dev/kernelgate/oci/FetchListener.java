// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.verdict.ProblemException;

/** Is told what became of each question to a source. Safe for any thread; must not wait. */
public interface FetchListener {

  /** The source answered, be it with "not there". */
  void answered(BootSource source, Repository repository, boolean isThere);

  /** The source did not answer usably. */
  void failed(BootSource source, Repository repository, ProblemException failure);
}
