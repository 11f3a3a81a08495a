/* SPDX-License-Identifier: Apache-2.0 */
/* All that these tests need of a test framework. */
#ifndef KERNELGATE_EXPECT_H
#define KERNELGATE_EXPECT_H

#include <stdio.h>
#include <stdlib.h>

static unsigned expectations;
static unsigned failures;

/* Counts, and reports with a printf-style description of the case when the condition is false. */
#define expect(condition, ...)                                \
  do {                                                        \
    expectations++;                                           \
    if (!(condition)) {                                       \
      failures++;                                             \
      fprintf(stderr, "%s:%d: FAILED: ", __FILE__, __LINE__); \
      fprintf(stderr, __VA_ARGS__);                           \
      fprintf(stderr, " (%s)\n", #condition);                 \
    }                                                         \
  } while (0)

/* For what must hold for the test itself to make sense. */
#define require(condition)                                         \
  do {                                                             \
    if (!(condition)) {                                            \
      fprintf(stderr, "%s:%d: broken test: ", __FILE__, __LINE__); \
      perror(#condition);                                          \
      exit(99);                                                    \
    }                                                              \
  } while (0)

static inline int report(const char *what) {
  printf("%-14s %6u checks, %u failed\n", what, expectations, failures);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
