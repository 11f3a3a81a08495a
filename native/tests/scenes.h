/* SPDX-License-Identifier: Apache-2.0 */
/* What kernelgate-check is called with, what the server then does, and what must come of it. */
#ifndef KERNELGATE_SCENES_H
#define KERNELGATE_SCENES_H

#include "server.h"

/* clang-format off */
#define D "sha256:4f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e61"
#define OTHER "sha256:9999999999999999999999999999999999999999999999999999999999999999"

enum user { USER_SAME, USER_FOREIGN };

struct scene {
  const char *name;
  play *play;           /* NULL: nobody listens */
  const char *argument; /* of the scene: a name of testdata, or a text */
  const char *options[12];
  int status;
  const char *out; /* the whole of standard output */
  const char *err; /* a part of standard error */
  enum user user;
};

#define IMAGE "--image", "ghcr.io/edera-dev/zone-kernel:6.18"
#define ALLOW "--on-unavailable", "allow"
#define SOON "--timeout", "250"

static const struct scene scenes[] = {
    {"prints the digest of a trusted kernel",
     play_file, "accept-boot-signed-index", {IMAGE}, 0, D "\n", ""},
    {"boots when the digest is the one given",
     play_file, "accept-boot-signed-index", {IMAGE, "--digest", D}, 0, D "\n", ""},
    {"refuses a yes about another digest",
     play_file, "accept-boot-signed-index", {IMAGE, "--digest=" OTHER}, 2, "", "another digest"},
    {"says rejected and why",
     play_file, "accept-rejected-no-signature", {IMAGE}, 1, "", "rejected: NoSignature: Neither"},
    {"says undetermined and why",
     play_file, "accept-undetermined-pending", {IMAGE}, 2, "", "undetermined: Pending: The first"},
    {"says that audit mode boots what is rejected",
     play_file, "accept-boot-audit-rejected", {IMAGE}, 0, D "\n", "audit mode boots what"},
    {"prints the given digest when audit mode names none",
     play_file, "accept-boot-audit-undetermined-without-digest", {IMAGE, "--digest", D}, 0,
     D "\n", "RegistryUnreachable"},
    {"prints nothing when audit mode knows no digest",
     play_file, "accept-boot-audit-undetermined-without-digest", {IMAGE}, 0, "", "audit mode"},
    {"shows the agent's error",
     play_file, "accept-error-foreign-peer", {IMAGE}, 2, "", "status 403: uid 1000 is not allowed"},
    {"hears a server that refuses it without reading",
     play_file_unasked, "accept-error-foreign-peer", {IMAGE}, 2, "", "status 403"},
    {"reads an answer that comes byte by byte",
     play_drip, "accept-boot-signed-index", {IMAGE}, 0, D "\n", ""},

    {"gives up on a slow drip", play_slow_drip, "accept-boot-signed-index", {IMAGE, SOON}, 2, "",
     "broke off"},
    {"gives up on silence", play_silence, NULL, {IMAGE, SOON}, 2, "", "no answer came in time"},
    {"gives up on a server that does not read",
     play_deafness, NULL, {IMAGE, SOON}, 2, "", "no answer came in time"},
    {"refuses half an answer", play_half, "accept-boot-signed-index", {IMAGE}, 2, "", "broke off"},
    {"refuses half an answer that stays half",
     play_half_and_silence, "accept-boot-signed-index", {IMAGE, SOON}, 2, "", "broke off"},
    {"refuses a connection that ends unanswered",
     play_end, NULL, {IMAGE}, 2, "", "ended without an answer"},
    {"refuses when the agent is killed before it answers",
     play_death, NULL, {IMAGE}, 2, "", "ended without an answer"},
    {"refuses when the agent is killed while it answers",
     play_half_and_death, "accept-boot-signed-index", {IMAGE}, 2, "", "broke off"},
    {"refuses an endless head", play_endless_head, NULL, {IMAGE}, 2, "", "the answer is"},
    {"refuses an endless body", play_endless_body, NULL, {IMAGE}, 2, "", "too long"},
    {"refuses when nobody listens", NULL, NULL, {IMAGE}, 2, "", "no such socket"},
    {"refuses a server of another user",
     play_surprise, NULL, {IMAGE, SOON}, 2, "", "another user", USER_FOREIGN},

    {"allows silence when told to, loudly",
     play_silence, NULL, {IMAGE, SOON, ALLOW}, 0, "", "WARNING: NOT VERIFIED"},
    {"prints the given digest when silence is allowed",
     play_silence, NULL, {IMAGE, SOON, ALLOW, "--digest", D}, 0, D "\n", "WARNING: NOT VERIFIED"},
    {"allows a killed agent when told to",
     play_death, NULL, {IMAGE, ALLOW}, 0, "", "WARNING: NOT VERIFIED"},
    {"allows a missing agent when told to",
     NULL, NULL, {IMAGE, ALLOW}, 0, "", "WARNING: NOT VERIFIED"},
    {"never allows a rejected kernel",
     play_file, "accept-rejected-no-signature", {IMAGE, ALLOW}, 1, "", "NoSignature"},
    {"never allows an undetermined kernel",
     play_file, "accept-undetermined-pending", {IMAGE, ALLOW}, 2, "", "Pending"},
    {"never allows an error of the agent",
     play_file, "accept-error-internal", {IMAGE, ALLOW}, 2, "", "status 500"},
    {"never allows a malformed answer",
     play_file, "reject-garbage", {IMAGE, ALLOW}, 2, "", "malformed"},
    {"never allows an answer that had begun",
     play_half_and_death, "accept-rejected-no-signature", {IMAGE, ALLOW}, 2, "", "broke off"},
    {"never allows an answer that began and stalled",
     play_half_and_silence, "accept-rejected-no-signature", {IMAGE, SOON, ALLOW}, 2, "",
     "broke off"},
    {"never allows a yes about another digest",
     play_file, "accept-boot-signed-index", {IMAGE, ALLOW, "--digest", OTHER}, 2, "", "another"},
    {"never allows a server of another user",
     play_surprise, NULL, {IMAGE, SOON, ALLOW}, 2, "", "another user", USER_FOREIGN},
    {"denies silence when told to deny",
     play_silence, NULL, {IMAGE, SOON, "--on-unavailable", "deny"}, 2, "", "no answer"},

    {"asks for an image, a digest and a pod",
     play_expecting_request,
     "{\"image\":\"a\\\"b\",\"digest\":\"" D "\",\"pod\":{\"uid\":\"u-1\",\"namespace\":\"default\""
     ",\"name\":\"web-0\"},\"deadlineMillis\":1800}",
     {"--image", "a\"b", "--digest", D, "--pod", "default/web-0/u-1", "--timeout", "2000"},
     0, D "\n", "NoSignature"},
    {"asks for a variant",
     play_expecting_request, "{\"variant\":\"debug\",\"deadlineMillis\":9500}",
     {"--variant=debug"}, 0, "", "NoSignature"},
    {"asks for the default kernel",
     play_expecting_request, "{\"default\":true,\"deadlineMillis\":59500}",
     {"--default", "--timeout=60000"}, 0, "", "NoSignature"},
    {"takes a value that looks like an option as a value",
     play_expecting_request, "{\"image\":\"--default\",\"deadlineMillis\":9500}",
     {"--image", "--default"}, 0, "", "NoSignature"},

    {"asks whether the agent lives",
     play_expecting_probe, "/healthz", {"--live"}, 0, "live\n", ""},
    {"asks whether the agent is ready",
     play_expecting_probe, "/readyz", {"--ready"}, 0, "ready\n", ""},
    {"finds an agent alive", play_file, "accept-probe-live", {"--live"}, 0, "live\n", ""},
    {"finds an agent ready byte by byte",
     play_drip, "accept-probe-ready", {"--ready"}, 0, "ready\n", ""},
    {"says why the agent is not ready",
     play_file, "accept-error-not-ready", {"--ready"}, 1, "",
     "not ready: the agent answered with an error instead of a verdict: status 503: the agent"
     " cannot decide yet"},
    {"says no when it may not ask",
     play_file, "accept-error-foreign-peer", {"--live"}, 1, "", "not live: the agent answered"},
    {"finds a hung agent",
     play_silence, NULL, {"--live", SOON}, 2, "", "not known to be live: no answer came in time"},
    {"finds an agent that does not read",
     play_deafness, NULL, {"--live", SOON}, 2, "", "no answer came in time"},
    {"finds an agent that stalls",
     play_half_and_silence, "accept-probe-live", {"--live", SOON}, 2, "", "broke off"},
    {"finds no agent", NULL, NULL, {"--ready"}, 2, "", "not known to be ready: there is no such"},
    {"does not probe a server of another user",
     play_surprise, NULL, {"--live", SOON}, 2, "", "another user", USER_FOREIGN},
    {"refuses two probes", NULL, NULL, {"--live", "--ready"}, 64, "", "exclude"},
    {"refuses a probe with a kernel", NULL, NULL, {"--live", IMAGE}, 64, "", "exclude"},
    {"refuses a probe of what is to be pulled",
     NULL, NULL, {"--ready", "-name", "a", "-digest", D}, 64, "", "exclude"},
    {"never allows an agent that is away for one that is ready",
     NULL, NULL, {"--ready", ALLOW}, 64, "", "exclude"},

    {"refuses to ask for nothing", NULL, NULL, {NULL}, 64, "", "exactly one"},
    {"refuses two kernels", NULL, NULL, {IMAGE, "--default"}, 64, "", "exactly one"},
    {"refuses an option given twice", NULL, NULL, {IMAGE, IMAGE}, 64, "", "given twice"},
    {"refuses an abbreviation", NULL, NULL, {"--imag", "a"}, 64, "", "unknown argument"},
    {"refuses arguments", NULL, NULL, {IMAGE, "x\033[1m"}, 64, "", "x?[1m: unknown argument"},
    {"refuses a missing value", NULL, NULL, {"--image"}, 64, "", "value missing"},
    {"refuses a value too many", NULL, NULL, {"--default=yes"}, 64, "", "takes no value"},
    {"refuses a short digest",
     NULL, NULL, {IMAGE, "--digest", "sha256:4f"}, 64, "", "--digest: not"},
    {"refuses a pod without uid", NULL, NULL, {IMAGE, "--pod", "a/b"}, 64, "", "--pod: not"},
    {"refuses a pod with empty parts", NULL, NULL, {IMAGE, "--pod", "a//b"}, 64, "", "--pod: not"},
    {"refuses a pod of four parts", NULL, NULL, {IMAGE, "--pod", "a/b/c/d"}, 64, "", "--pod: not"},
    {"refuses no time at all", NULL, NULL, {IMAGE, "--timeout", "0"}, 64, "", "--timeout: not"},
    {"refuses too much time", NULL, NULL, {IMAGE, "--timeout", "60001"}, 64, "", "--timeout: not"},
    {"refuses a huge time", NULL, NULL, {IMAGE, "--timeout=4294967297"}, 64, "", "7: not a"},
    {"refuses a negative uid",
     NULL, NULL, {IMAGE, "--server-uid=-1"}, 64, "", "--server-uid=-1: not"},
    {"refuses the uid that is none",
     NULL, NULL, {IMAGE, "--server-uid=4294967295"}, 64, "", "--server-uid=4294967295: not"},
    {"refuses an unknown action", NULL, NULL, {IMAGE, "--on-unavailable=maybe"}, 64, "", "not a"},
    {"refuses an empty image even when all is allowed",
     NULL, NULL, {"--image", "", ALLOW}, 64, "", "not valid"},
    {"refuses an image that is not ASCII",
     NULL, NULL, {"--image", "caf\xc3\xa9"}, 64, "", "not valid"},

    {"verifies a pull, and why",
     play_file, "accept-boot-signed-index", {"-name", "a/b:1", "-digest", D}, 0,
     "kernelgate: trusted: SignedIndex: An index that lists the platform manifest is signed by an"
     " accepted signer.\n", ""},
    {"asks for the digest that is pulled, not for the tag",
     play_expecting_request, "{\"image\":\"h:5000/a:1@" OTHER "\",\"deadlineMillis\":8500}",
     {"-name", "h:5000/a:1", "-digest", OTHER, "-stdin-media-type", "x", "-operation", "pull"},
     0, "kernelgate: audit mode: rejected: NoSignature\n", ""},
    {"does not pin twice",
     play_expecting_request, "{\"image\":\"a@" D "\",\"deadlineMillis\":8500}",
     {"-name", "a@" D, "-digest", D}, 0, "kernelgate: audit mode: rejected: NoSignature\n", ""},
    {"refuses to pull what the name does not pin", NULL, NULL,
     {"-name", "a@" OTHER, "-digest", D}, 1, "kernelgate: the name and the digest to pull differ\n",
     ""},
    {"refuses to pull by another algorithm", NULL, NULL,
     {"-name", "a", "-digest", "sha512:ab"}, 1, "kernelgate: not a SHA-256 digest\n", ""},
    {"refuses to pull a rejected image",
     play_file, "accept-rejected-invalid-reference-without-digest", {"-name", "a", "-digest", D}, 1,
     "kernelgate: rejected: InvalidReference: x.\n", ""},
    {"refuses to pull an undetermined image",
     play_file, "accept-undetermined-pending", {"-name", "a", "-digest", D}, 1,
     "kernelgate: undetermined: Pending: The first check of this kernel has not finished.\n", ""},
    {"refuses to pull without an agent", NULL, NULL, {"-name", "a", "-digest", D}, 1,
     "kernelgate: there is no such socket; is the agent running? (No such file or directory)\n",
     ""},
    {"refuses half of containerd's arguments",
     NULL, NULL, {"-name", "a"}, 64, "", "belong together"},
    {"refuses containerd's arguments beside a launcher's",
     NULL, NULL, {"-name", "a", "-digest", D, IMAGE}, 64, "", "exclude"},
};
/* clang-format on */

#endif
