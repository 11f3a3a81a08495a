// SPDX-License-Identifier: Apache-2.0

/**
 * A report on the kernel that the host itself runs: whether its file is that of an image which is
 * verified like a pod's. {@link dev.kernelgate.host.HostKernelWatch} looks and tells; no verdict
 * and no condition depends on what it finds.
 */
@NullMarked
package dev.kernelgate.host;

import org.jspecify.annotations.NullMarked;
