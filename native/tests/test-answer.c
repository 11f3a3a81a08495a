/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer parser on the files of testdata, named {accept,reject}-..., and on what can be derived
 * from them. Every input ends at a page that cannot be read, so that one byte too far is a crash.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "expect.h"
#include "internal.h"

#define INPUT_MAX (2u * KG_ANSWER_MAX)

static const char digest[] =
    "sha256:4f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e61";
static const char other_digest[] =
    "sha256:9999999999999999999999999999999999999999999999999999999999999999";

static char *guard; /* the first byte that cannot be read */

static void set_up_guard(void) {
  size_t page = (size_t) sysconf(_SC_PAGESIZE);
  char *pages =
      mmap(NULL, INPUT_MAX + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  require(pages != MAP_FAILED);
  guard = pages + INPUT_MAX;
  require(mprotect(guard, page, PROT_NONE) == 0);
}

static const char *at_guard(const char *bytes, size_t size) {
  require(size <= INPUT_MAX);
  return memmove(guard - size, bytes, size);
}

static int parse(const char *bytes, size_t size, const char *asked, struct kg_decision *ret) {
  return kg_answer_parse(at_guard(bytes, size), size, asked, ret);
}

static int probe(const char *bytes, size_t size, struct kg_decision *ret) {
  return kg_probe_parse(at_guard(bytes, size), size, NULL, ret);
}

static bool starts_with(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The result that the name of an accepted file promises. */
static int promised(const char *name) {
  if (starts_with(name, "accept-boot-"))
    return 0;
  if (starts_with(name, "accept-rejected-"))
    return -EKEYREJECTED;
  if (starts_with(name, "accept-undetermined-"))
    return -EAGAIN;
  if (starts_with(name, "accept-probe-"))
    return -EPROTO; /* an answer, but none about a kernel */
  require(starts_with(name, "accept-error-"));
  return -EREMOTEIO;
}

static bool is_printable(const char *text) {
  for (; *text != '\0'; text++)
    if (*text < 0x20 || *text > 0x7e)
      return false;
  return true;
}

/* A decision is no answer to a probe, and what is malformed is an answer to nothing. */
static void answers_a_probe_as_promised(const char *name, const char *bytes, size_t size) {
  struct kg_decision decision;
  int r = probe(bytes, size, &decision);

  if (starts_with(name, "accept-probe-"))
    expect(r == 0 && decision.status == 200, "%s gave a probe %d", name, r);
  else if (starts_with(name, "accept-error-"))
    expect(r == -EREMOTEIO && decision.status >= 400, "%s gave a probe %d", name, r);
  else
    expect(r == -EPROTO || r == -EMSGSIZE, "%s gave a probe %d", name, r);
  expect(
      decision.verdict == KG_VERDICT_NONE && is_printable(decision.message),
      "%s left a probe a verdict or control characters",
      name);
  for (size_t i = 0; i < size && starts_with(name, "accept-"); i++)
    expect(probe(bytes, i, &decision) == -ENODATA, "%s cut to %zu bytes answers", name, i);
}

static void refuses_every_beginning(const char *name, const char *bytes, size_t size) {
  struct kg_decision decision;

  for (size_t i = 0; i < size; i++) {
    int r = parse(bytes, i, NULL, &decision);

    expect(r == -ENODATA, "%s cut to %zu bytes gave %d", name, i, r);
    expect(decision.status == 0, "%s cut to %zu bytes left a decision", name, i);
  }
}

/* A yes takes three agreeing fields, so no single changed byte makes a no into one. */
static void stays_no_when_any_byte_changes(
    const char *name, const char *bytes, size_t size, int r) {
  static const char values[] = "\0\t\n\r \"09:AZatf\x7f\x80\xff";
  char changed[KG_ANSWER_MAX];
  struct kg_decision decision;

  memcpy(changed, bytes, size);
  for (size_t i = 0; i < size; i++) {
    for (size_t v = 0; v < sizeof(values) - 1 + 8; v++) {
      int changed_r;

      if (v < 8)
        changed[i] = (char) (bytes[i] ^ (1 << v));
      else
        changed[i] = values[v - 8];
      changed_r = parse(changed, size, NULL, &decision);
      expect(r == 0 || changed_r != 0, "%s with byte %zu changed became a yes", name, i);
      expect(
          is_printable(decision.message) && is_printable(decision.reason),
          "%s with byte %zu changed shows control characters",
          name,
          i);
      expect(
          decision.digest[0] == '\0' || kg_is_digest(decision.digest),
          "%s with byte %zu changed names a broken digest",
          name,
          i);
    }
    changed[i] = bytes[i];
  }
}

static void keeps_the_promise_of(const char *folder, const char *name) {
  char bytes[KG_ANSWER_MAX];
  struct kg_decision decision;
  char path[4096];
  size_t size;
  FILE *file;
  int r;

  require(snprintf(path, sizeof(path), "%s/%s", folder, name) < (int) sizeof(path));
  file = fopen(path, "rb");
  require(file);
  size = fread(bytes, 1, sizeof(bytes), file);
  require(size > 0 && feof(file) && fclose(file) == 0);

  answers_a_probe_as_promised(name, bytes, size);
  r = parse(bytes, size, NULL, &decision);
  if (starts_with(name, "reject-")) {
    expect(r == -EPROTO || r == -EMSGSIZE, "%s gave %d", name, r);
    expect(decision.status == 0 && decision.verdict == KG_VERDICT_NONE, "%s left traces", name);
    return;
  }
  expect(r == promised(name), "%s gave %d", name, r);
  expect(is_printable(decision.message), "%s has a message with control characters", name);
  refuses_every_beginning(name, bytes, size);
  stays_no_when_any_byte_changes(name, bytes, size, r);
  r = parse(bytes, size, other_digest, &decision);
  expect(
      r != 0 || decision.digest[0] == '\0', "%s said yes although another digest was asked", name);
}

static void keeps_the_promises_of_all_files(const char *folder) {
  DIR *files = opendir(folder);
  unsigned count = 0;

  require(files);
  for (struct dirent *file = readdir(files); file; file = readdir(files)) {
    if (file->d_name[0] == '.')
      continue;
    keeps_the_promise_of(folder, file->d_name);
    count++;
  }
  (void) closedir(files);
  expect(count >= 80, "only %u files found", count);
}

/* "Name: value", or nothing for a NULL value. */
static size_t put_field(char *at, const char *name, const char *value) {
  return value ? (size_t) sprintf(at, "%s: %s\r\n", name, value) : 0;
}

/* The only combinations that are answers; everything else must come out as -EPROTO. */
static int expected(
    int status, const char *boot, const char *verdict, const char *reason, const char *named) {
  bool yes = boot && strcmp(boot, "true") == 0;
  bool no = boot && strcmp(boot, "false") == 0;

  if ((!boot || no) && !verdict && !reason && !named)
    return status >= 400 ? -EREMOTEIO : -EPROTO;
  if (!verdict || !reason)
    return -EPROTO;
  if (status == 200 && yes && (named || strcmp(verdict, "trusted") != 0))
    return named && strcmp(named, digest) != 0 ? -EBADE : 0;
  if (status == 403 && no && strcmp(verdict, "rejected") == 0)
    return -EKEYREJECTED;
  if (status == 503 && no && strcmp(verdict, "undetermined") == 0)
    return -EAGAIN;
  return -EPROTO;
}

static void judges_every_combination_of_status_and_fields(void) {
  static const int statuses[] = {200, 201, 204, 302, 400, 403, 404, 500, 503};
  static const char *const boots[] = {NULL, "true", "false", "TRUE"};
  static const char *const verdicts[] = {NULL, "trusted", "rejected", "undetermined"};
  static const char *const reasons[] = {NULL, "SignedIndex"};
  static const char *const digests[] = {NULL, digest, other_digest};

  for (unsigned i = 0; i < 9 * 4 * 4 * 2 * 3; i++) {
    int status = statuses[i % 9];
    const char *boot = boots[i / 9 % 4];
    const char *verdict = verdicts[i / 36 % 4];
    const char *reason = reasons[i / 144 % 2];
    const char *named = digests[i / 288];
    struct kg_decision decision;
    char bytes[1024];
    size_t size;
    int r;

    size = (size_t) sprintf(bytes, "HTTP/1.1 %d \r\nContent-Length: 2\r\n", status);
    size += put_field(bytes + size, "Kernelgate-Boot", boot);
    size += put_field(bytes + size, "Kernelgate-Verdict", verdict);
    size += put_field(bytes + size, "Kernelgate-Reason", reason);
    size += put_field(bytes + size, "Kernelgate-Digest", named);
    size += (size_t) sprintf(bytes + size, "\r\n{}");
    r = parse(bytes, size, digest, &decision);
    expect(r == expected(status, boot, verdict, reason, named), "gave %d for %s", r, bytes);
  }
}

/* The head of a yes whose body is body_size bytes. */
static size_t put_yes(char *bytes, size_t body_size) {
  return (size_t) sprintf(
      bytes,
      "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nKernelgate-Boot: true\r\n"
      "Kernelgate-Verdict: trusted\r\nKernelgate-Reason: SignedIndex\r\nKernelgate-Digest: %s"
      "\r\n\r\n",
      body_size,
      digest);
}

static void takes_answers_up_to_the_limit_and_none_beyond(void) {
  static char bytes[INPUT_MAX];
  struct kg_decision decision;
  size_t head = put_yes(bytes, KG_ANSWER_MAX - 1000);
  size_t fits = KG_ANSWER_MAX - head;

  memset(bytes, ' ', sizeof(bytes));
  expect(put_yes(bytes, fits) == head, "the head changed its size");
  bytes[head] = ' ';
  expect(parse(bytes, KG_ANSWER_MAX, NULL, &decision) == 0, "64 KiB refused");
  expect(parse(bytes, KG_ANSWER_MAX + 1, NULL, &decision) == -EMSGSIZE, "64 KiB + 1 accepted");
  (void) put_yes(bytes, fits + 1);
  bytes[head] = ' ';
  expect(parse(bytes, head, NULL, &decision) == -EMSGSIZE, "announced 64 KiB + 1 not refused");
}

static void shows_only_the_top_level_message_made_printable(const char *folder) {
  char path[4096];
  char bytes[4096];
  struct kg_decision decision;
  FILE *file;
  size_t size;

  (void) snprintf(path, sizeof(path), "%s/accept-rejected-hostile-message.http", folder);
  file = fopen(path, "rb");
  require(file);
  size = fread(bytes, 1, sizeof(bytes), file);
  (void) fclose(file);
  (void) parse(bytes, size, NULL, &decision);
  expect(
      strcmp(decision.message, "?[31mred \"quoted\" caf? ?[0m") == 0,
      "message was: %s",
      decision.message);
}

static void cuts_long_messages(void) {
  char body[2000] = "{\"message\":\"";
  char bytes[4096];
  struct kg_decision decision;
  size_t head;

  memset(body + strlen(body), 'm', sizeof(body) - strlen(body));
  memcpy(body + sizeof(body) - 2, "\"}", 2);
  head = put_yes(bytes, sizeof(body));
  memcpy(bytes + head, body, sizeof(body));
  expect(parse(bytes, head + sizeof(body), NULL, &decision) == 0, "long message refused");
  expect(strlen(decision.message) == KG_MESSAGE_MAX, "length %zu", strlen(decision.message));
}

static void knows_digests(void) {
  expect(kg_is_digest(digest), "a digest");
  expect(!kg_is_digest(NULL), "NULL");
  expect(!kg_is_digest(""), "empty");
  expect(!kg_is_digest("sha256:4f0b"), "short");
  expect(
      !kg_is_digest("sha512:4f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e61"),
      "sha512");
  expect(
      !kg_is_digest("sha256:4F0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e61"),
      "upper case");
  expect(
      !kg_is_digest("sha256:4f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e611"),
      "long");
}

int main(int argc, char *argv[]) {
  require(argc == 2);
  set_up_guard();
  keeps_the_promises_of_all_files(argv[1]);
  judges_every_combination_of_status_and_fields();
  takes_answers_up_to_the_limit_and_none_beyond();
  shows_only_the_top_level_message_made_printable(argv[1]);
  cuts_long_messages();
  knows_digests();
  return report("test-answer");
}
