/* SPDX-License-Identifier: Apache-2.0 */
#include "load.h"

/* The position of the highest set bit chooses a group, the bits after it a bucket within. */
static unsigned bucket_of(uint64_t ns) {
  unsigned shift = 0;

  while (ns >> shift >= 2u << HISTOGRAM_BITS)
    shift++;
  return (shift << HISTOGRAM_BITS) + (unsigned) (ns >> shift);
}

/* The middle of a bucket. */
static double value_of(unsigned bucket) {
  unsigned shift = bucket >> HISTOGRAM_BITS;
  uint64_t rest = bucket & ((1u << HISTOGRAM_BITS) - 1);

  if (shift == 0)
    return (double) rest;
  shift--;
  return (double) ((rest + (1u << HISTOGRAM_BITS)) << shift) + (double) (1ull << shift) / 2;
}

void histogram_add(struct histogram *histogram, int64_t ns) {
  histogram->counts[bucket_of(ns > 0 ? (uint64_t) ns : 0)]++;
  histogram->total++;
}

double histogram_quantile(const struct histogram *histogram, double part) {
  uint64_t rank = (uint64_t) (part * (double) histogram->total);
  uint64_t seen = 0;

  for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
    seen += histogram->counts[i];
    if (seen > rank)
      return value_of(i) / 1000;
  }
  return 0;
}
