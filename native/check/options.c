/* SPDX-License-Identifier: Apache-2.0 */
/*
 * getopt_long would take "--im" for "--image" and let the last of two images win. A launcher that
 * passes something odd should hear of it instead.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "options.h"

enum option {
  OPTION_IMAGE,
  OPTION_VARIANT,
  OPTION_DEFAULT,
  OPTION_LIVE,
  OPTION_READY,
  OPTION_DIGEST,
  OPTION_POD,
  OPTION_TIMEOUT,
  OPTION_SOCKET,
  OPTION_SERVER_UID,
  OPTION_ON_UNAVAILABLE,
  OPTION_HELP,
  OPTION_VERSION,
  /* containerd's, from its image verifier contract */
  OPTION_NAME,
  OPTION_NAMED_DIGEST,
  OPTION_STDIN_MEDIA_TYPE,
  OPTION_OPERATION,
  OPTIONS,
};

static const struct {
  const char *name;
  bool has_value;
} rules[OPTIONS] = {
    [OPTION_IMAGE] = {"--image", true},
    [OPTION_VARIANT] = {"--variant", true},
    [OPTION_DEFAULT] = {"--default", false},
    [OPTION_LIVE] = {"--live", false},
    [OPTION_READY] = {"--ready", false},
    [OPTION_DIGEST] = {"--digest", true},
    [OPTION_POD] = {"--pod", true},
    [OPTION_TIMEOUT] = {"--timeout", true},
    [OPTION_SOCKET] = {"--socket", true},
    [OPTION_SERVER_UID] = {"--server-uid", true},
    [OPTION_ON_UNAVAILABLE] = {"--on-unavailable", true},
    [OPTION_HELP] = {"--help", false},
    [OPTION_VERSION] = {"--version", false},
    [OPTION_NAME] = {"-name", true},
    [OPTION_NAMED_DIGEST] = {"-digest", true},
    [OPTION_STDIN_MEDIA_TYPE] = {"-stdin-media-type", true},
    [OPTION_OPERATION] = {"-operation", true},
};

/* containerd gives a verifier ten seconds unless told otherwise, and then drops its reason. */
#define VERIFIER_TIMEOUT_MS 9000u

static int parse_number(const char *text, unsigned max, unsigned *ret_number) {
  unsigned number = 0;

  if (*text == '\0')
    return -EINVAL;
  for (; *text != '\0'; text++) {
    unsigned digit = (unsigned) (*text - '0');

    if (*text < '0' || *text > '9' || number > (max - digit) / 10)
      return -EINVAL;
    number = number * 10 + digit;
  }
  *ret_number = number;
  return 0;
}

/* NAMESPACE/NAME/UID: exactly three parts, none empty. */
static int parse_pod(const char *text, struct options *options) {
  char *slash;

  if (strlen(text) >= sizeof(options->pod))
    return -EINVAL;
  strcpy(options->pod, text);
  options->request.pod_namespace = options->pod;
  slash = strchr(options->pod, '/');
  if (slash == NULL)
    return -EINVAL;
  *slash = '\0';
  options->request.pod_name = slash + 1;
  slash = strchr(slash + 1, '/');
  if (slash == NULL || strchr(slash + 1, '/') != NULL)
    return -EINVAL;
  *slash = '\0';
  options->request.pod_uid = slash + 1;
  return *options->request.pod_namespace && *options->request.pod_name && slash[1] ? 0 : -EINVAL;
}

static int apply(enum option option, const char *value, struct options *options) {
  struct kg_request *request = &options->request;

  switch (option) {
    case OPTION_IMAGE:
      request->image = value;
      return 0;
    case OPTION_VARIANT:
      request->variant = value;
      return 0;
    case OPTION_DEFAULT:
      request->node_default = true;
      return 0;
    case OPTION_LIVE:
      options->probe = KG_PROBE_LIVE;
      return 0;
    case OPTION_READY:
      options->probe = KG_PROBE_READY;
      return 0;
    case OPTION_DIGEST:
      request->digest = value;
      return kg_is_digest(value) ? 0 : -EINVAL;
    case OPTION_POD:
      return parse_pod(value, options);
    case OPTION_TIMEOUT:
      if (parse_number(value, KG_TIMEOUT_MAX_MS, &request->timeout_ms) < 0)
        return -EINVAL;
      return request->timeout_ms > 0 ? 0 : -EINVAL;
    case OPTION_SOCKET:
      request->socket_path = value;
      return value[0] == '/' ? 0 : -EINVAL;
    case OPTION_SERVER_UID:
      return parse_number(value, UINT_MAX - 1, &request->server_uid);
    case OPTION_ON_UNAVAILABLE:
      options->boot_when_unavailable = strcmp(value, "allow") == 0;
      return options->boot_when_unavailable || strcmp(value, "deny") == 0 ? 0 : -EINVAL;
    case OPTION_HELP:
      options->mode = MODE_HELP;
      return 0;
    case OPTION_VERSION:
      options->mode = MODE_VERSION;
      return 0;
    case OPTION_NAME:
      options->verifier_name = value;
      return 0;
    case OPTION_NAMED_DIGEST:
      options->verifier_digest = value;
      return 0;
    case OPTION_STDIN_MEDIA_TYPE:
    case OPTION_OPERATION:
      return 0;
    case OPTIONS:
      break;
  }
  return -EINVAL;
}

/* The option that the argument names; *ret_value is what follows a '=', or NULL. */
static enum option find(const char *argument, const char **ret_value) {
  const char *equals = strchr(argument, '=');
  size_t size = equals ? (size_t) (equals - argument) : strlen(argument);
  unsigned i = 0;

  while (i < OPTIONS &&
         (strlen(rules[i].name) != size || memcmp(rules[i].name, argument, size) != 0))
    i++;
  *ret_value = equals ? equals + 1 : NULL;
  return (enum option) i;
}

/* What the options mean together. */
static const char *complete(struct options *options, unsigned given) {
  const unsigned kernels = 1u << OPTION_IMAGE | 1u << OPTION_VARIANT | 1u << OPTION_DEFAULT;
  const unsigned verifier = 1u << OPTION_NAME | 1u << OPTION_NAMED_DIGEST |
                            1u << OPTION_STDIN_MEDIA_TYPE | 1u << OPTION_OPERATION;
  const unsigned probes = 1u << OPTION_LIVE | 1u << OPTION_READY;
  const unsigned of_probes =
      probes | 1u << OPTION_TIMEOUT | 1u << OPTION_SOCKET | 1u << OPTION_SERVER_UID;
  struct kg_request *request = &options->request;

  if (options->mode != MODE_CHECK)
    return NULL;
  if (given & probes) {
    if ((given & probes) == probes || given & ~of_probes)
      return "--live and --ready exclude each other and all but --timeout, --socket, --server-uid";
    options->mode = MODE_PROBE;
    return NULL;
  }
  if (given & verifier) {
    if (!options->verifier_name || !options->verifier_digest)
      return "-name and -digest belong together";
    if (given & (kernels | 1u << OPTION_DIGEST | 1u << OPTION_POD))
      return "-name and -digest exclude what names a kernel or a pod";
    options->mode = MODE_VERIFIER;
    if (request->timeout_ms == 0)
      request->timeout_ms = VERIFIER_TIMEOUT_MS;
    return NULL;
  }
  if ((request->image != NULL) + (request->variant != NULL) + request->node_default != 1)
    return "give exactly one of --image, --variant, --default, --live and --ready";
  return NULL;
}

int options_parse(
    int argc,
    char *const argv[],
    struct options *ret_options,
    const char **ret_error,
    const char **ret_culprit) {
  unsigned given = 0;

  *ret_options = (struct options){0};
  for (int i = 1; i < argc; i++) {
    const char *value;
    enum option option = find(argv[i], &value);

    *ret_culprit = argv[i];
    *ret_error = "unknown argument";
    if (option == OPTIONS)
      return -EINVAL;
    *ret_error = "given twice";
    if (given & 1u << option)
      return -EINVAL;
    given |= 1u << option;
    *ret_error = rules[option].has_value ? "value missing" : "takes no value";
    if (rules[option].has_value && value == NULL && i + 1 < argc)
      value = argv[++i];
    if (rules[option].has_value != (value != NULL))
      return -EINVAL;
    *ret_error = "not a valid value";
    if (apply(option, value, ret_options) < 0)
      return -EINVAL;
  }
  *ret_culprit = NULL;
  *ret_error = complete(ret_options, given);
  return *ret_error == NULL ? 0 : -EINVAL;
}
