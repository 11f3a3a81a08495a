/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernelgate-check as a process against a scripted server. Whatever the server does, the process
 * ends in time, and with status 0 only when it was told yes.
 *
 * usage: test-check TESTDATA COMMAND...
 */
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "expect.h"
#include "scenes.h"
#include "server.h"

#define NOBODY 65534u
#define ARGUMENTS 32
#define INPUT_SIZE 16384u

static char folder[] = "/tmp/kernelgate-check.XXXXXX";
static char socket_path[128];
static char uid_text[16];
static const char *testdata;
static const char *const *command;

/* The scene's argument: the path of a file of testdata, or itself. */
static const char *argument_of(const struct scene *scene) {
  static char path[4096];

  if (!scene->argument || scene->argument[0] == '{' || scene->argument[0] == '/')
    return scene->argument;
  require(
      snprintf(path, sizeof(path), "%s/%s.http", testdata, scene->argument) < (int) sizeof(path));
  return path;
}

static struct result run(const struct scene *scene, enum output output) {
  const char *arguments[ARGUMENTS] = {0};
  unsigned n = 0;
  uid_t uid = getuid();
  pid_t server = 0;
  struct result result;

  for (unsigned i = 0; command[i]; i++)
    arguments[n++] = command[i];
  arguments[n++] = "--socket";
  arguments[n++] = socket_path;
  /* As root, the default user is ours, and a foreign one can be had; else it is the reverse. */
  if (uid != 0 && scene->user == USER_SAME && !strstr(scene->err, "--server-uid")) {
    arguments[n++] = "--server-uid";
    arguments[n++] = uid_text;
  }
  for (unsigned i = 0; i < 12 && scene->options[i]; i++)
    arguments[n++] = scene->options[i];
  if (uid == 0 && scene->user == USER_FOREIGN)
    uid = NOBODY;
  require(n < ARGUMENTS);

  if (scene->play)
    server = server_start(socket_path, uid, scene->play, argument_of(scene));
  result = command_run(arguments, INPUT_SIZE, output);
  if (scene->play)
    server_stop(server, socket_path);
  return result;
}

static void plays(const struct scene *scene) {
  struct result result = run(scene, OUTPUT_CAUGHT);

  expect(
      result.status == scene->status,
      "%s: status %d, not %d: %s%s",
      scene->name,
      result.status,
      scene->status,
      result.out,
      result.err);
  expect(strcmp(result.out, scene->out) == 0, "%s: said %s", scene->name, result.out);
  expect(strstr(result.err, scene->err), "%s: complained %s", scene->name, result.err);
  expect(scene->err[0] || !result.err[0], "%s: complained %s", scene->name, result.err);
  if (strcmp(scene->options[0] ? scene->options[0] : "", "-name") == 0 && result.status != 64)
    expect(result.input_taken, "%s: left its input to break containerd's pipe", scene->name);
  expect(result.ms < 5000, "%s: took %ld ms", scene->name, result.ms);
}

/* What answers a probe is no answer to a question about a kernel, either. */
static void refuses_every_rejected_file(void) {
  DIR *files = opendir(testdata);

  require(files);
  for (struct dirent *file = readdir(files); file; file = readdir(files)) {
    struct scene scene = {file->d_name, play_file, NULL, {IMAGE, ALLOW}, 2, "", "", USER_SAME};
    char name[sizeof(file->d_name)];
    struct result result;

    if (strncmp(file->d_name, "reject-", 7) != 0 && strncmp(file->d_name, "accept-probe-", 13) != 0)
      continue;
    strcpy(name, file->d_name);
    *strrchr(name, '.') = '\0';
    scene.argument = name;
    result = run(&scene, OUTPUT_CAUGHT);
    expect(result.status == 2, "%s: status %d", name, result.status);
    expect(result.out[0] == '\0', "%s: said %s", name, result.out);
  }
  (void) closedir(files);
}

/* No answer to a question about a kernel, whatever its verdict, is a yes to a probe. */
static void takes_no_decision_for_a_probe(void) {
  static const char *const decisions[] = {
      "accept-boot-signed-index",
      "accept-boot-audit-undetermined-without-digest",
      "accept-rejected-no-signature",
      "accept-undetermined-pending",
  };

  for (unsigned i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++)
    plays(&(struct scene){
        decisions[i], play_file, decisions[i], {"--live"}, 2, "", "malformed", USER_SAME});
}

static void refuses_when_its_yes_cannot_be_written(void) {
  struct result result = run(&scenes[0], OUTPUT_FULL);

  expect(result.status == 2, "full: status %d", result.status);
  expect(strstr(result.err, "cannot write"), "full: complained %s", result.err);
}

/* The socket must not take the place of a closed standard output. */
static void survives_a_closed_standard_output(void) {
  struct result result = run(&scenes[0], OUTPUT_CLOSED);

  expect(result.status == 0, "closed: status %d %s", result.status, result.err);
}

static void refuses_a_socket_that_nobody_listens_on(void) {
  struct scene scene = {"stale", NULL, NULL, {IMAGE}, 2, "", "nobody listens", USER_SAME};
  FILE *file = fopen(socket_path, "w");

  require(file && fclose(file) == 0);
  plays(&scene);
  (void) unlink(socket_path);
}

static void helps(void) {
  static const struct scene help = {"--help", NULL, NULL, {"--help"}, 0, "", "", USER_SAME};
  static const struct scene version = {
      "--version", NULL, NULL, {"--version"}, 0, "kernelgate-check 0.1.0\n", "", USER_SAME};
  struct result result = run(&help, OUTPUT_CAUGHT);

  expect(result.status == 0, "--help: status %d", result.status);
  expect(strstr(result.out, "do not boot"), "--help: said %s", result.out);
  plays(&version);
}

int main(int argc, char *argv[]) {
  require(argc >= 3);
  testdata = argv[1];
  command = (const char *const *) argv + 2;
  (void) snprintf(uid_text, sizeof(uid_text), "%u", getuid());
  require(mkdtemp(folder));
  (void) snprintf(socket_path, sizeof(socket_path), "%s/socket", folder);
  for (unsigned i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
    plays(&scenes[i]);
  refuses_every_rejected_file();
  takes_no_decision_for_a_probe();
  refuses_when_its_yes_cannot_be_written();
  survives_a_closed_standard_output();
  refuses_a_socket_that_nobody_listens_on();
  helps();
  (void) rmdir(folder);
  return report("test-check");
}
