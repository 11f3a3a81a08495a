/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks whether a kernel may boot, with libkernelgate.
 *
 *   cc ask.c $(pkg-config --cflags --libs kernelgate)
 *   ./a.out IMAGE [SOCKET [SERVER_UID]]
 */
#include <errno.h>
#include <kernelgate.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char *argv[]) {
  struct kg_request request = {.timeout_ms = 2000};
  struct kg_decision decision;
  int r;

  if (argc < 2) {
    fprintf(stderr, "usage: ask IMAGE [SOCKET [SERVER_UID]]\n");
    return 64;
  }
  request.image = argv[1];
  if (argc > 2)
    request.socket_path = argv[2];
  if (argc > 3)
    request.server_uid = (uid_t) strtoul(argv[3], NULL, 10);

  r = kg_check(&request, &decision);
  if (r < 0) {
    fprintf(stderr, "do not boot: %s: %s\n", kg_describe(r), decision.reason);
    return r == -EKEYREJECTED ? 1 : 2;
  }
  printf("%s\n", decision.digest);
  return 0;
}
