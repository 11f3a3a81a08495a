// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.ImageSources;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.verification.BootKernels;
import dev.kernelgate.verification.BootName;
import dev.kernelgate.verification.BootNames;
import dev.kernelgate.verification.BootNode;
import dev.kernelgate.verification.CheckSlots;
import dev.kernelgate.verification.KernelVerifier;
import dev.kernelgate.verification.SignatureVerifier;
import java.time.Duration;
import java.util.List;

/** Verifiers of an amd64 node without an image cache, variants or kept evidence. */
public final class TestVerifiers {

  private TestVerifiers() {}

  /** A node that boots what it is asked for, by the name it is asked with. */
  public static BootKernels asAsked() {
    return asked -> BootNames.only(BootName.parse(asked.toString()));
  }

  /** A verifier of one source. */
  public static KernelVerifier of(
      ImageSource images,
      SignatureVerifier signatures,
      Policy policy,
      CheckSlots slots,
      FakeTime time) {
    return new KernelVerifier(
        new BootNode(asAsked(), NodeImageCache.none()),
        new KernelImages(new ImageSources(List.of(), images), Architecture.AMD64),
        signatures,
        policy,
        slots,
        time);
  }

  /** A verifier with Edera's policy that works on the thread of whoever asks. */
  public static KernelVerifier edera(
      ImageSource images, SignatureVerifier signatures, FakeTime time) {
    return of(
        images,
        signatures,
        Policy.edera(),
        new CheckSlots(Runnable::run, time::nanoTime, Duration.ofSeconds(5), 16, 256),
        time);
  }
}
