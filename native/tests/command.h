/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a program and catches what it says. */
#ifndef KERNELGATE_COMMAND_H
#define KERNELGATE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct result {
  int status;     /* exit status, or 128 + signal */
  long ms;        /* wall-clock time */
  char out[4096]; /* standard output */
  char err[4096]; /* standard error */
  bool input_taken;
};

enum output { OUTPUT_CAUGHT, OUTPUT_FULL, OUTPUT_CLOSED };

/* Standard input is a pipe into which input_size blanks are written, more than it can hold. */
struct result command_run(const char *const arguments[], size_t input_size, enum output output);

#endif
