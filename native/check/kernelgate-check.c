/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks the kernelgate agent whether a kernel may boot and says so by exit status; as containerd's
 * image verifier, whether an image may be pulled; as kubelet's probe, how the agent is. See
 * kernelgate-check(1).
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "options.h"

enum { EXIT_BOOT = 0, EXIT_REJECTED = 1, EXIT_UNDETERMINED = 2 };
enum { EXIT_YES = EXIT_BOOT, EXIT_NO = EXIT_REJECTED, EXIT_NO_ANSWER = EXIT_UNDETERMINED };

static const char usage[] =
    "Usage: kernelgate-check --image REF | --variant NAME | --default [OPTION...]\n"
    "       kernelgate-check --live | --ready [OPTION...]\n"
    "Asks the kernelgate agent of this node whether a kernel may boot, or how it is itself.\n"
    "\n"
    "      --image REF               the kernel image's reference\n"
    "      --variant NAME            a kernel variant of daemon.toml\n"
    "      --default                 the node's default kernel\n"
    "      --live                    does the agent answer\n"
    "      --ready                   has the agent all that it needs to trust a kernel\n"
    "      --digest DIGEST           what is about to boot, sha256:...\n"
    "      --pod NAMESPACE/NAME/UID  the pod it is for\n"
    "      --timeout MS              give up after so many milliseconds, 1 to 60000 [10000]\n"
    "      --socket PATH             the agent's socket [" KG_SOCKET_PATH
    "]\n"
    "      --server-uid UID          who must be listening there [0]\n"
    "      --on-unavailable ACTION   without any answer: deny or allow [deny]\n"
    "      --help, --version\n"
    "\n"
    "Exit status: 0 boot, the digest is on standard output; 1 rejected; 2 undetermined or\n"
    "no usable answer; 64 wrong usage. Whatever is not 0 means: do not boot.\n"
    "Of --live and --ready: 0 yes, 1 no, 2 no usable answer.\n"
    "As containerd's image verifier: -name REF -digest DIGEST -stdin-media-type TYPE.\n";

/*
 * Makes sure that descriptors 0 to 2 are open, as a caller may have closed them: else the socket
 * would become standard output and be sent our own answer.
 */
static int open_standard_descriptors(void) {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
      return -EBADF;
  return 0;
}

static const char *verdict_word(enum kg_verdict verdict) {
  switch (verdict) {
    case KG_VERDICT_TRUSTED:
      return "trusted";
    case KG_VERDICT_REJECTED:
      return "rejected";
    case KG_VERDICT_UNDETERMINED:
      return "undetermined";
    case KG_VERDICT_NONE:
      break;
  }
  return "no verdict";
}

/* One line that says why, without its end. */
static void explain(FILE *out, int r, const struct kg_decision *decision) {
  if (r == -EBADE)
    fprintf(out, "%s: %s", kg_describe(r), decision->digest);
  else if (decision->verdict != KG_VERDICT_NONE)
    fprintf(out, "%s: %s", verdict_word(decision->verdict), decision->reason);
  else if (decision->status != 0)
    fprintf(out, "%s: status %d", kg_describe(r), decision->status);
  else
    fprintf(out, "%s (%s)", kg_describe(r), strerror(-r));
  if (r != -EBADE && decision->message[0] != '\0')
    fprintf(out, ": %s", decision->message);
}

/* Whether to boot for want of an agent; says so loudly, as nothing was verified then. */
static bool boots_without_answer(const struct options *options, int r) {
  if (!options->boot_when_unavailable || !kg_is_unavailable(r))
    return false;
  fprintf(
      stderr,
      "kernelgate-check: WARNING: NOT VERIFIED: %s; allowed only because of"
      " --on-unavailable allow\n",
      kg_describe(r));
  return true;
}

/* A yes that nobody can read is no yes. */
static int finish(int status) {
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fprintf(stderr, "kernelgate-check: cannot write the answer: %s\n", strerror(errno));
    return status == EXIT_BOOT ? EXIT_UNDETERMINED : status;
  }
  return status;
}

static int check(const struct options *options) {
  struct kg_decision decision;
  const char *digest = options->request.digest;
  int r = kg_check(&options->request, &decision);

  if (r < 0 && !boots_without_answer(options, r)) {
    fprintf(stderr, "kernelgate-check: do not boot: ");
    explain(stderr, r, &decision);
    fprintf(stderr, "\n");
    if (r == -EINVAL)
      return EX_USAGE;
    return r == -EKEYREJECTED ? EXIT_REJECTED : EXIT_UNDETERMINED;
  }
  if (r == 0 && decision.verdict != KG_VERDICT_TRUSTED) {
    fprintf(stderr, "kernelgate-check: audit mode boots what enforcing would not: ");
    explain(stderr, r, &decision);
    fprintf(stderr, "\n");
  }
  if (decision.digest[0] != '\0')
    digest = decision.digest;
  if (digest)
    printf("%s\n", digest);
  return finish(EXIT_BOOT);
}

/* A 0 is about the agent and never about a kernel, so nothing looks like a digest. */
static int probe(const struct options *options) {
  const char *what = options->probe == KG_PROBE_READY ? "ready" : "live";
  struct kg_decision decision;
  int r = kg_probe(options->probe, &options->request, &decision);

  if (r == 0) {
    printf("%s\n", what);
    return finish(EXIT_YES);
  }
  fprintf(stderr, "kernelgate-check: %s %s: ", r == -EREMOTEIO ? "not" : "not known to be", what);
  explain(stderr, r, &decision);
  fprintf(stderr, "\n");
  if (r == -EINVAL)
    return EX_USAGE;
  return r == -EREMOTEIO ? EXIT_NO : EXIT_NO_ANSWER;
}

/*
 * Reads what containerd writes to standard input, so that its write does not fail: at most 64 KiB,
 * for at most two seconds, and at most one of silence: a node that boots schedules badly. The
 * descriptor in it says nothing that -digest does not.
 */
static void drain_standard_input(void) {
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  char bytes[4096];
  size_t size = 0;
  struct timespec begin;
  struct timespec now;
  ssize_t n;

  (void) clock_gettime(CLOCK_MONOTONIC, &begin);
  do {
    if (poll(&input, 1, 1000) <= 0)
      return;
    n = read(STDIN_FILENO, bytes, sizeof(bytes));
    if (n <= 0)
      return;
    size += (size_t) n;
    (void) clock_gettime(CLOCK_MONOTONIC, &now);
  } while (size < 65536 && now.tv_sec - begin.tv_sec < 2);
}

/*
 * NAME@DIGEST: the digest decides what is pulled, so it is what must be asked for. Returns what is
 * wrong with the two, or NULL.
 */
static const char *pin(const struct options *options, char *ret_image, size_t capacity) {
  const char *name = options->verifier_name;
  const char *digest = options->verifier_digest;
  size_t size = strcspn(name, "@");
  int n;

  if (!kg_is_digest(digest))
    return "not a SHA-256 digest";
  if (name[size] == '@' && strcmp(name + size + 1, digest) != 0)
    return "the name and the digest to pull differ";
  n = snprintf(ret_image, capacity, "%.*s@%s", (int) size, name, digest);
  return size > 0 && n > 0 && (size_t) n < capacity ? NULL : "the name is empty or too long";
}

/* containerd shows the reason from standard output and knows two answers: 0 and anything else. */
static int verify_pull(struct options *options) {
  struct kg_decision decision;
  char image[KG_IMAGE_MAX + 1];
  const char *error = pin(options, image, sizeof(image));
  int r;

  if (error) {
    drain_standard_input();
    printf("kernelgate: %s\n", error);
    return finish(EXIT_REJECTED);
  }
  options->request.image = image;
  r = kg_check(&options->request, &decision);
  drain_standard_input();
  printf("kernelgate: %s", r == 0 && decision.verdict != KG_VERDICT_TRUSTED ? "audit mode: " : "");
  explain(stdout, r, &decision);
  printf("\n");
  return finish(r == 0 || boots_without_answer(options, r) ? EXIT_BOOT : EXIT_REJECTED);
}

/* Arguments may come from a pod's annotation, and standard error may be a terminal. */
static void print_printable(FILE *out, const char *text) {
  for (; *text != '\0'; text++)
    fputc(*text >= 0x20 && *text < 0x7f ? *text : '?', out);
}

static int refuse_usage(const char *error, const char *culprit) {
  fprintf(stderr, "kernelgate-check: ");
  if (culprit) {
    print_printable(stderr, culprit);
    fprintf(stderr, ": ");
  }
  fprintf(stderr, "%s; see --help\n", error);
  return EX_USAGE;
}

int main(int argc, char *argv[]) {
  struct options options;
  const char *error;
  const char *culprit;

  if (open_standard_descriptors() < 0)
    return EXIT_UNDETERMINED;
  if (options_parse(argc, argv, &options, &error, &culprit) < 0)
    return refuse_usage(error, culprit);
  switch (options.mode) {
    case MODE_CHECK:
      return check(&options);
    case MODE_VERIFIER:
      return verify_pull(&options);
    case MODE_PROBE:
      return probe(&options);
    case MODE_HELP:
      printf("%s", usage);
      return finish(0);
    case MODE_VERSION:
      printf("kernelgate-check " KERNELGATE_VERSION "\n");
      return finish(0);
  }
  return EXIT_UNDETERMINED;
}
