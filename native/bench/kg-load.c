/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of the load generator; bench/run is what people call. */
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

static const char usage[] =
    "usage: kg-load ping                                      one byte to a child and back\n"
    "       kg-load http --socket PATH --body JSON [OPTION...]  POST /v1/decide\n"
    "       kg-load spawn [--runs N] COMMAND...               start a program and wait for it\n"
    "       kg-load server --socket PATH                      the constant server\n"
    "       kg-load peer --socket PATH                        print the server's process id\n"
    "options: --cpu N  --seconds S [5]  --warm-up S [1]  --connections N [1]  --reconnect\n"
    "         --status CODE [200]\n"
    "prints: p50, p99 and p99.9 in microseconds, requests a second, requests, unexpected answers\n";

struct arguments {
  const char *body;
  unsigned runs;
  struct load load;
};

void die(const char *format, ...) {
  va_list arguments;

  va_start(arguments, format);
  fprintf(stderr, "kg-load: ");
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n");
  va_end(arguments);
  exit(1);
}

int64_t now_ns(void) {
  struct timespec now;

  (void) clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

struct sockaddr_un address_of(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};

  if (strlen(path) >= sizeof(address.sun_path))
    die("the path of the socket is too long");
  strcpy(address.sun_path, path);
  return address;
}

int connect_to(const char *path) {
  struct sockaddr_un address = address_of(path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect(fd, (struct sockaddr *) &address, sizeof(address)) < 0)
    die("cannot connect to %s: %s", path, strerror(errno));
  return fd;
}

static unsigned number(const char *text) {
  char *end;
  unsigned long value = strtoul(text, &end, 10);

  if (*text == '\0' || *end != '\0' || value > 1000000)
    die("not a number: %s", text);
  return (unsigned) value;
}

static void pin_to(unsigned cpu) {
  cpu_set_t set;

  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof(set), &set) < 0)
    die("cannot run on CPU %u: %s", cpu, strerror(errno));
}

static void apply(const char *option, const char *value, struct arguments *arguments) {
  struct load *load = &arguments->load;

  if (strcmp(option, "--socket") == 0)
    load->socket_path = value;
  else if (strcmp(option, "--body") == 0)
    arguments->body = value;
  else if (strcmp(option, "--cpu") == 0)
    pin_to(number(value));
  else if (strcmp(option, "--seconds") == 0)
    load->duration_ns = (int64_t) number(value) * 1000000000;
  else if (strcmp(option, "--warm-up") == 0)
    load->warm_up_ns = (int64_t) number(value) * 1000000000;
  else if (strcmp(option, "--connections") == 0)
    load->connections = number(value);
  else if (strcmp(option, "--status") == 0)
    load->expected_status = (int) number(value);
  else if (strcmp(option, "--runs") == 0)
    arguments->runs = number(value);
  else
    die("unknown option %s\n%s", option, usage);
}

/* Reads the options after the mode; returns the index of the first other argument. */
static int parse(int argc, char *argv[], struct arguments *arguments) {
  int i = 2;

  while (i < argc && strncmp(argv[i], "--", 2) == 0) {
    if (strcmp(argv[i], "--reconnect") == 0) {
      arguments->load.reconnect = true;
      i++;
      continue;
    }
    if (i + 1 == argc)
      die("%s needs a value", argv[i]);
    apply(argv[i], argv[i + 1], arguments);
    i += 2;
  }
  if (arguments->load.connections < 1 || arguments->load.connections > CONNECTIONS_MAX)
    die("1 to %u connections", CONNECTIONS_MAX);
  if (arguments->load.reconnect && arguments->load.connections != 1)
    die("--reconnect is for one connection");
  return i;
}

static void load_http(struct arguments *arguments, struct measurement *ret) {
  char request[8192];
  int size;

  if (arguments->load.socket_path == NULL || arguments->body == NULL)
    die("--socket and --body are needed");
  size = snprintf(
      request,
      sizeof(request),
      "POST /v1/decide HTTP/1.1\r\nHost: kernelgate\r\nContent-Type: application/json\r\n"
      "Content-Length: %zu\r\n\r\n%s",
      strlen(arguments->body),
      arguments->body);
  if (size < 0 || size >= (int) sizeof(request))
    die("the body is too long");
  arguments->load.request = request;
  arguments->load.request_size = (size_t) size;
  measure_http(&arguments->load, ret);
}

static void print_peer(const char *path) {
  struct ucred server;
  socklen_t size = sizeof(server);

  if (getsockopt(connect_to(path), SOL_SOCKET, SO_PEERCRED, &server, &size) < 0)
    die("SO_PEERCRED: %s", strerror(errno));
  printf("%d\n", server.pid);
}

static void print(const struct measurement *measurement) {
  const struct histogram *latency = &measurement->latency;

  printf(
      "%.2f\t%.2f\t%.2f\t%.0f\t%llu\t%llu\n",
      histogram_quantile(latency, 0.5),
      histogram_quantile(latency, 0.99),
      histogram_quantile(latency, 0.999),
      (double) latency->total / measurement->seconds,
      (unsigned long long) latency->total,
      (unsigned long long) measurement->unexpected);
}

int main(int argc, char *argv[]) {
  static struct measurement measurement;
  struct arguments arguments = {
      .runs = 1000,
      .load = {
          .expected_status = 200,
          .connections = 1,
          .warm_up_ns = 1000000000,
          .duration_ns = 5000000000}};
  const char *mode = argc > 1 ? argv[1] : "";
  int rest = parse(argc, argv, &arguments);

  if (strcmp(mode, "ping") == 0)
    measure_ping(arguments.load.warm_up_ns, arguments.load.duration_ns, &measurement);
  else if (strcmp(mode, "http") == 0)
    load_http(&arguments, &measurement);
  else if (strcmp(mode, "spawn") == 0 && rest < argc)
    measure_spawn(argv + rest, arguments.runs, &measurement);
  else if (strcmp(mode, "server") == 0 && arguments.load.socket_path)
    serve_fixed_answer(arguments.load.socket_path);
  else if (strcmp(mode, "peer") == 0 && arguments.load.socket_path)
    return print_peer(arguments.load.socket_path), 0;
  else
    die("%s", usage);
  print(&measurement);
  return 0;
}
