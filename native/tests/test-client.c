/* SPDX-License-Identifier: Apache-2.0 */
/* kg_check() against a real socket, for what a command line cannot show. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "expect.h"
#include "kernelgate.h"
#include "server.h"

static char folder[] = "/tmp/kernelgate-client.XXXXXX";
static char socket_path[128];
static const char *testdata;
static volatile sig_atomic_t alarms;

static void count_alarm(int signal) {
  (void) signal;
  alarms++;
}

static struct kg_request request(unsigned timeout_ms) {
  return (struct kg_request){
      .image = "ghcr.io/edera-dev/zone-kernel:6.18",
      .socket_path = socket_path,
      .server_uid = getuid(),
      .timeout_ms = timeout_ms,
  };
}

static const char *answer(const char *name) {
  static char path[4096];

  require(snprintf(path, sizeof(path), "%s/%s.http", testdata, name) < (int) sizeof(path));
  return path;
}

/* Signals every so many microseconds, each of which interrupts a system call; 0 stops them. */
static void set_storm(suseconds_t us) {
  struct itimerval storm = {.it_interval = {.tv_usec = us}, .it_value = {.tv_usec = us}};

  require(setitimer(ITIMER_REAL, &storm, NULL) == 0);
}

/* Asks a server that plays the scene; *ret_ms is how long that took. */
static int ask_in_storm(
    suseconds_t us,
    play *scene,
    const char *name,
    unsigned timeout_ms,
    struct kg_decision *ret,
    long *ret_ms) {
  struct kg_request asked = request(timeout_ms);
  pid_t server = server_start(socket_path, getuid(), scene, name ? answer(name) : NULL);
  struct timespec start;
  struct timespec end;
  int r;

  (void) clock_gettime(CLOCK_MONOTONIC, &start);
  set_storm(us);
  r = kg_check(&asked, ret);
  set_storm(0);
  (void) clock_gettime(CLOCK_MONOTONIC, &end);
  server_stop(server, socket_path);
  *ret_ms = (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000;
  return r;
}

static int ask(
    play *scene, const char *name, unsigned timeout_ms, struct kg_decision *ret, long *ret_ms) {
  return ask_in_storm(0, scene, name, timeout_ms, ret, ret_ms);
}

static void survives_a_storm_of_signals(void) {
  struct sigaction action = {.sa_handler = count_alarm}; /* without SA_RESTART */
  struct kg_decision decision;
  long ms;
  int r;

  require(sigaction(SIGALRM, &action, NULL) == 0);
  r = ask_in_storm(200, play_drip, "accept-boot-signed-index", 10000, &decision, &ms);
  expect(r == 0, "gave %d", r);
  r = ask_in_storm(200, play_silence, NULL, 300, &decision, &ms);
  expect(r == -ETIMEDOUT, "gave %d", r);
  expect(ms >= 299 && ms < 3000, "took %ld ms", ms);
  expect(alarms > 20, "only %d signals came", (int) alarms);
}

static void gives_up_in_time_when_nobody_accepts(void) {
  struct kg_request asked = request(200);
  struct kg_decision decision;
  int listener = server_start_deaf(socket_path);
  struct timespec start;
  struct timespec end;
  int r;

  (void) clock_gettime(CLOCK_MONOTONIC, &start);
  r = kg_check(&asked, &decision);
  (void) clock_gettime(CLOCK_MONOTONIC, &end);
  expect(r == -ETIMEDOUT, "gave %d", r);
  expect(end.tv_sec - start.tv_sec < 2, "took %ld s", (long) (end.tv_sec - start.tv_sec));
  (void) close(listener);
  (void) unlink(socket_path);
}

static unsigned open_descriptors(void) {
  DIR *descriptors = opendir("/proc/self/fd");
  unsigned count = 0;

  require(descriptors);
  while (readdir(descriptors))
    count++;
  (void) closedir(descriptors);
  return count;
}

static void keeps_no_descriptor(void) {
  struct kg_decision decision;
  unsigned before = open_descriptors();
  long ms;

  (void) ask(play_file, "accept-boot-signed-index", 5000, &decision, &ms);
  (void) ask(play_file, "reject-garbage", 5000, &decision, &ms);
  (void) ask(play_silence, NULL, 50, &decision, &ms);
  (void) ask(play_death, NULL, 5000, &decision, &ms);
  expect(open_descriptors() == before, "%u descriptors, were %u", open_descriptors(), before);
}

static void reports_the_whole_decision(void) {
  struct kg_decision decision;
  long ms;
  int r = ask(play_file, "accept-rejected-no-signature", 5000, &decision, &ms);

  expect(r == -EKEYREJECTED, "gave %d", r);
  expect(decision.verdict == KG_VERDICT_REJECTED && decision.status == 403, "verdict and status");
  expect(strcmp(decision.reason, "NoSignature") == 0, "reason %s", decision.reason);
  expect(kg_is_digest(decision.digest), "digest %s", decision.digest);
  expect(
      strcmp(
          decision.message,
          "Neither the platform manifest nor an index that lists it is signed.") == 0,
      "message %s",
      decision.message);
}

/* A caller that looks only at the decision, and not at the result, must find nothing to boot. */
static void leaves_nothing_of_the_last_answer(void) {
  struct kg_decision decision;
  long ms;

  (void) ask(play_file, "accept-boot-signed-index", 5000, &decision, &ms);
  expect(decision.verdict == KG_VERDICT_TRUSTED, "the first answer");
  (void) ask(play_end, NULL, 5000, &decision, &ms);
  expect(decision.verdict == KG_VERDICT_NONE && decision.status == 0, "left over a verdict");
  expect(decision.digest[0] == '\0', "left over: %s", decision.digest);
}

static void refuses_requests_that_cannot_be_meant(void) {
  struct kg_decision decision;
  struct kg_request asked = request(KG_TIMEOUT_MAX_MS + 1);
  char long_path[200];

  expect(kg_check(&asked, &decision) == -EINVAL, "more than a minute");
  asked = request(100);
  asked.socket_path = "kernelgate.sock";
  expect(kg_check(&asked, &decision) == -EINVAL, "relative path");
  memset(long_path, '/', sizeof(long_path));
  long_path[sizeof(long_path) - 1] = '\0';
  asked.socket_path = long_path;
  expect(kg_check(&asked, &decision) == -EINVAL, "path longer than sun_path");
}

static void calls_only_missing_answers_unavailable(void) {
  static const int unavailable[] = {-ENOENT, -ECONNREFUSED, -ECONNRESET, -ETIMEDOUT};

  for (int r = 0; r > -200; r--) {
    bool expected = false;

    for (unsigned i = 0; i < 4; i++)
      expected |= r == unavailable[i];
    expect(kg_is_unavailable(r) == expected, "%d", r);
    expect(kg_describe(r)[0] != '\0', "%d", r);
  }
}

int main(int argc, char *argv[]) {
  require(argc == 2);
  testdata = argv[1];
  require(mkdtemp(folder));
  (void) snprintf(socket_path, sizeof(socket_path), "%s/socket", folder);
  survives_a_storm_of_signals();
  gives_up_in_time_when_nobody_accepts();
  keeps_no_descriptor();
  reports_the_whole_decision();
  leaves_nothing_of_the_last_answer();
  refuses_requests_that_cannot_be_meant();
  calls_only_missing_answers_unavailable();
  (void) rmdir(folder);
  return report("test-client");
}
