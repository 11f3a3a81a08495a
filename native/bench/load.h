/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A closed-loop load generator: each connection has one request under way, and the next is sent
 * when its answer is complete. Latency is from before the first byte is sent, or the connection is
 * made, to after the last byte came.
 */
#ifndef KERNELGATE_LOAD_H
#define KERNELGATE_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/un.h>

#define CONNECTIONS_MAX 1024u
#define ANSWER_MAX 65536u

/* Nanoseconds, counted in buckets whose width is less than 0.4 % of their value. */
#define HISTOGRAM_BITS 8
#define HISTOGRAM_BUCKETS (64u << HISTOGRAM_BITS)

struct histogram {
  uint64_t counts[HISTOGRAM_BUCKETS];
  uint64_t total;
};

void histogram_add(struct histogram *histogram, int64_t ns);
/* The value in microseconds below which the given part of all values lies, such as 0.99. */
double histogram_quantile(const struct histogram *histogram, double part);

struct load {
  const char *socket_path;
  const char *request; /* the bytes of one whole request */
  size_t request_size;
  int expected_status;
  unsigned connections;
  bool reconnect; /* a new connection for each request; then connections is 1 */
  int64_t warm_up_ns;
  int64_t duration_ns;
};

struct measurement {
  struct histogram latency;
  double seconds;
  uint64_t unexpected; /* answers with another status */
};

/* Ends the process with a message when something fails. */
__attribute__((noreturn, format(printf, 1, 2))) void die(const char *format, ...);

int64_t now_ns(void);
struct sockaddr_un address_of(const char *path);
int connect_to(const char *path);

/* One byte back and forth over a socket pair with a child process: the floor of all latencies. */
void measure_ping(int64_t warm_up_ns, int64_t duration_ns, struct measurement *ret);
/* HTTP/1.1 requests to any server on a Unix socket. */
void measure_http(const struct load *load, struct measurement *ret);
/* Starts a program and waits for its end, runs times. */
void measure_spawn(char *const command[], unsigned runs, struct measurement *ret);

/* Answers every request with the same 300 bytes, a yes of the agent; does not return. */
__attribute__((noreturn)) void serve_fixed_answer(const char *path);

#endif
