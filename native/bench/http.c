/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

struct connection {
  int fd;
  int64_t start;
  size_t size;
  char answer[ANSWER_MAX + 1];
};

static struct connection connections[CONNECTIONS_MAX];

/* Whether the answer is complete; *ret_status is written when it is. */
static bool is_complete(struct connection *connection, int *ret_status) {
  const char *body;
  const char *length;

  connection->answer[connection->size] = '\0';
  body = strstr(connection->answer, "\r\n\r\n");
  if (body == NULL)
    return false;
  body += 4;
  length = strcasestr(connection->answer, "\r\ncontent-length:");
  if (length == NULL || length >= body)
    die("an answer without Content-Length");
  if (connection->size - (size_t) (body - connection->answer) < strtoul(length + 17, NULL, 10))
    return false;
  *ret_status = atoi(connection->answer + strlen("HTTP/1.1 "));
  return true;
}

static void ask(const struct load *load, struct connection *connection) {
  connection->size = 0;
  if (send(connection->fd, load->request, load->request_size, MSG_NOSIGNAL) !=
      (ssize_t) load->request_size)
    die("sending failed: %s", strerror(errno));
}

/* Receives once, waiting if need be; returns whether the answer is complete. */
static bool receive(struct connection *connection, int *ret_status) {
  ssize_t n =
      recv(connection->fd, connection->answer + connection->size, ANSWER_MAX - connection->size, 0);

  if (n <= 0)
    die("an answer broke off after %zu bytes: %s", connection->size, strerror(n < 0 ? errno : 0));
  connection->size += (size_t) n;
  return is_complete(connection, ret_status);
}

static void count(const struct load *load, int status, int64_t ns, struct measurement *ret) {
  histogram_add(&ret->latency, ns);
  if (status != load->expected_status)
    ret->unexpected++;
}

/* One connection needs no epoll, whose own system call would be measured, too. */
static void measure_one(const struct load *load, int64_t begin, struct measurement *ret) {
  struct connection *connection = &connections[0];
  int64_t end = begin + load->duration_ns;
  int64_t start = now_ns();

  if (!load->reconnect)
    connection->fd = connect_to(load->socket_path);
  while (start < end) {
    int64_t stop;
    int status;

    if (load->reconnect)
      connection->fd = connect_to(load->socket_path);
    ask(load, connection);
    while (!receive(connection, &status))
      continue;
    if (load->reconnect)
      (void) close(connection->fd);
    stop = now_ns();
    if (start >= begin)
      count(load, status, stop - start, ret);
    start = stop;
  }
  ret->seconds = (double) (start - begin) / 1e9;
}

static void measure_many(const struct load *load, int64_t begin, struct measurement *ret) {
  struct epoll_event events[CONNECTIONS_MAX];
  int64_t end = begin + load->duration_ns;
  int64_t stop = 0;
  int poller = epoll_create1(EPOLL_CLOEXEC);

  for (unsigned i = 0; i < load->connections; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};

    connections[i].fd = connect_to(load->socket_path);
    if (epoll_ctl(poller, EPOLL_CTL_ADD, connections[i].fd, &event) < 0)
      die("epoll_ctl failed: %s", strerror(errno));
  }
  for (unsigned i = 0; i < load->connections; i++) {
    connections[i].start = now_ns();
    ask(load, &connections[i]);
  }
  while (stop < end) {
    int ready = epoll_wait(poller, events, (int) load->connections, -1);

    for (int i = 0; i < ready; i++) {
      struct connection *connection = events[i].data.ptr;
      int status;

      if (!receive(connection, &status))
        continue;
      stop = now_ns();
      if (connection->start >= begin)
        count(load, status, stop - connection->start, ret);
      connection->start = stop;
      ask(load, connection);
    }
  }
  ret->seconds = (double) (stop - begin) / 1e9;
}

void measure_http(const struct load *load, struct measurement *ret) {
  int64_t begin = now_ns() + load->warm_up_ns;

  if (load->connections == 1)
    measure_one(load, begin, ret);
  else
    measure_many(load, begin, ret);
}
