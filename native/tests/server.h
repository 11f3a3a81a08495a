/* SPDX-License-Identifier: Apache-2.0 */
/* A server process on a real Unix socket that plays one scene to each caller. */
#ifndef KERNELGATE_SERVER_H
#define KERNELGATE_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Speaks with one caller; the connection is closed when it returns. */
typedef void play(int fd, const char *argument);

/* Listens at the path when it returns; the kernel names uid to callers as the server's. */
pid_t server_start(const char *path, uid_t uid, play *scene, const char *argument);
void server_stop(pid_t server, const char *path);

/* A socket at the path with a full backlog and nobody who accepts. */
int server_start_deaf(const char *path);

/* Waits; unlike sleep(3) it says for what: the passing of time is the scene. */
void pause_ms(int ms);

play play_file;              /* answers with the file that the argument names */
play play_file_unasked;      /* answers without reading the request, and closes */
play play_drip;              /* the file, byte by byte, as fast as the caller reads */
play play_slow_drip;         /* the file, a byte every 20 milliseconds */
play play_half;              /* half of the file, then the end */
play play_half_and_silence;  /* half of the file, then nothing */
play play_half_and_death;    /* half of the file, then the server is killed */
play play_silence;           /* reads and says nothing */
play play_deafness;          /* neither reads nor says anything */
play play_end;               /* reads the request and closes */
play play_death;             /* is killed after the request */
play play_endless_head;      /* header fields without end */
play play_endless_body;      /* a yes with a body of 1 MB */
play play_surprise;          /* dies loudly when it is asked anything */
play play_expecting_probe;   /* says yes only to a GET of the argument, and nothing else of it */
play play_expecting_request; /* says yes only to a request with the argument as its body */

#endif
