/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of kernelgate-check. */
#ifndef KERNELGATE_OPTIONS_H
#define KERNELGATE_OPTIONS_H

#include "kernelgate.h"

enum mode {
  MODE_CHECK,    /* a launcher asks whether to boot */
  MODE_VERIFIER, /* containerd asks whether to pull */
  MODE_PROBE,    /* kubelet asks how the agent is */
  MODE_HELP,
  MODE_VERSION,
};

struct options {
  enum mode mode;
  struct kg_request request;
  enum kg_probe probe;
  bool boot_when_unavailable;
  const char *verifier_name;
  const char *verifier_digest;
  char pod[3 * (KG_POD_FIELD_MAX + 1)]; /* what the pod fields of the request point into */
};

/*
 * Reads the arguments; options are exact and may be given once each, "--option VALUE" or
 * "--option=VALUE". Returns 0, or -EINVAL with *ret_error naming what is wrong and
 * *ret_culprit the argument, NULL when there is none to name.
 */
int options_parse(
    int argc,
    char *const argv[],
    struct options *ret_options,
    const char **ret_error,
    const char **ret_culprit);

#endif
