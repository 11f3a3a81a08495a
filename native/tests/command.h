/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a program and catches what it says. */
#ifndef KERNELGATE_COMMAND_H
#define KERNELGATE_COMMAND_H

struct result {
  int status;     /* exit status, or 128 + signal */
  long ms;        /* wall-clock time */
  char out[4096]; /* standard output */
  char err[4096]; /* standard error */
};

enum output { OUTPUT_CAUGHT, OUTPUT_FULL, OUTPUT_CLOSED };

/* input is written to standard input, which is /dev/null when it is NULL. */
struct result command_run(const char *const arguments[], const char *input, enum output output);

#endif
