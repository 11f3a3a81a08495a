#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Applies an overlay to the cluster that kubectl is set to, and checks what README.md promises about it.
#
#   verify.sh [--overlay NAME] [--image REPOSITORY@sha256:DIGEST] [--no-pods] [--keep] [--yes]
#
#   --overlay NAME  of overlays/, enforce by default
#   --image IMAGE   the agent's image; without one, --no-pods
#   --no-pods       only what the API server decides: for one without nodes
#   --keep          leave the manifests in place
#   --yes           do not ask before changing the cluster
#
# It creates what the overlay and policies/kubernetes name, tries them out by dry run and deletes them
# again, however it ends: not for a cluster where kernelgate is in use, which it refuses to touch. Where
# there is no node it makes one. Needs the rights of a cluster's administrator, impersonation among them.
#
# One line for each promise, as TAP has them: "ok", "not ok" and why, "ok ... # SKIP" and why. Exit status 0
# when every promise is kept, 1 when one is not, 64 for wrong usage.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)

readonly NAMESPACE=kube-system
readonly ACCOUNT=system:serviceaccount:kube-system:kernelgate
# A group that exists here only: what kubectl itself needs beyond the agent's rights.
readonly HANDS=kernelgate-verify
readonly ZEROS=0000000000000000000000000000000000000000000000000000000000000000

overlay=enforce
image=
pods=yes
keep=no
sure=no

usage() {
  sed -n '/^#   /s/^#   //p' "$0" >&2
  exit 64
}

while [ $# -gt 0 ]; do
  case $1 in
    --overlay | --image)
      [ $# -ge 2 ] || usage
      case $1 in
        --overlay) overlay=$2 ;;
        --image) image=$2 ;;
      esac
      shift
      ;;
    --no-pods) pods=no ;;
    --keep) keep=yes ;;
    --yes) sure=yes ;;
    *) usage ;;
  esac
  shift
done
[ -d "$here/overlays/$overlay" ] || usage
[ "$pods" = no ] || [ -n "$image" ] || usage

made_node=
work=$(mktemp -d "${TMPDIR:-/tmp}/kernelgate-verify.XXXXXX")
applied=
clean() {
  trap - EXIT INT TERM
  if [ -n "$applied" ] && [ "$keep" = no ]; then
    echo "# Removing what was applied"
    for file in manifests pinning; do
      kubectl delete --ignore-not-found --wait=false -f "$work/$file.yaml" >/dev/null || :
    done
  fi
  if [ -n "$applied" ]; then
    kubectl delete --ignore-not-found --wait=false -f "$work/hands.yaml" >/dev/null || :
  fi
  [ -z "$made_node" ] || kubectl delete --ignore-not-found node "$made_node" >/dev/null || :
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

passed=0
failed=0
skipped=0
kept() {
  echo "ok - $1"
  passed=$((passed + 1))
}
broken() {
  echo "not ok - $1${2:+: $2}"
  failed=$((failed + 1))
}
skip() {
  echo "ok - $1 # SKIP $2"
  skipped=$((skipped + 1))
}

# promise TEXT COMMAND...: kept when the command succeeds.
promise() {
  promise=$1
  shift
  if "$@" >"$work/said" 2>&1; then
    kept "$promise"
  else
    broken "$promise" "$(tail -n 1 "$work/said")"
  fi
}

# refused TEXT MESSAGE COMMAND...: kept when the command fails and says so.
refused() {
  promise=$1
  message=$2
  shift 2
  if "$@" >"$work/said" 2>&1; then
    broken "$promise" "it was allowed"
  elif grep -qF -- "$message" "$work/said"; then
    kept "$promise"
  else
    broken "$promise" "refused, but not for this: $(tail -n 1 "$work/said")"
  fi
}

# may VERB RESOURCE [OPTION...]: whether the agent's account may; cannot: that it may not.
# kubectl says "no" and "no - why"; whatever else it says is no answer.
may() {
  [ "$(kubectl auth can-i "$@" --as="$ACCOUNT" 2>/dev/null)" = yes ]
}
cannot() {
  case $(kubectl auth can-i "$@" --as="$ACCOUNT" 2>/dev/null) in
    no | "no - "*) ;;
    *) return 1 ;;
  esac
}

# The overlay with the image, in a copy: kustomize takes nothing that is not beside its own file.
render() {
  cp -R "$here/base" "$here/overlays" "$here/policies" "$work"
  mkdir "$work/overlays/verify"
  {
    printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../%s]\n' "$overlay"
    if [ "$pods" = yes ]; then
      printf 'images:\n  - name: ghcr.io/OWNER/kernelgate\n    newName: %s\n    digest: %s\n' \
        "${image%@*}" "${image#*@}"
    else
      # On no node, and so without an image.
      printf 'patches:\n  - target: {kind: DaemonSet}\n    patch: |-\n'
      printf '      [{"op": "add", "path": "/spec/template/spec/nodeSelector/example.org~1none", "value": "yes"}]\n'
    fi
  } >"$work/overlays/verify/kustomization.yaml"
  kubectl kustomize "$work/overlays/verify" >"$work/manifests.yaml"
  kubectl kustomize "$work/policies/kubernetes" >"$work/pinning.yaml"
  # "kubectl patch" gets what it patches, and the agent may not; and only who may patch a node at all can
  # be refused by the policy. So whoever speaks as the agent below is in a group that may.
  cat >"$work/hands.yaml" <<EOF
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: $HANDS}
rules:
  - {apiGroups: [""], resources: [nodes, nodes/status], verbs: [get, patch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: $HANDS}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: $HANDS}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: $HANDS}]
EOF
}

check_rights() {
  echo "# Rights"
  promise "the agent may list all pods" may list pods --all-namespaces
  promise "the agent may watch all pods" may watch pods --all-namespaces
  promise "the agent may patch the status of nodes" may patch nodes --subresource=status
  promise "the agent may create events" may create events.events.k8s.io --all-namespaces
  promise "the agent may patch events" may patch events.events.k8s.io --all-namespaces
  for forbidden in "get secrets" "list secrets" "get configmaps" "create pods" "patch pods" "delete pods" \
    "create pods --subresource=exec" "update nodes --subresource=status" "patch nodes" "update nodes" \
    "delete nodes" "get nodes --subresource=proxy" "create serviceaccounts --subresource=token" \
    "delete events.events.k8s.io"; do
    # The one overlay that needs this; the policy on the own node bounds it.
    [ "$overlay $forbidden" != "taint patch nodes" ] || continue
    # shellcheck disable=SC2086 # a verb, a resource and an option
    promise "the agent may not $forbidden" cannot $forbidden --all-namespaces
  done
}

# Writes a kubeconfig for this cluster that speaks as the agent, with a token as if of a pod on the node.
# A file and not --as, because only newest kubectls have an option for extra fields of the user.
become_agent() {
  kubectl config view --raw --minify --flatten -o yaml | awk -v account="$ACCOUNT" -v node="$1" -v hands="$HANDS" '
    /^users:/ { users = 1 }
    users && /^  user:/ {
      print "  user:"
      print "    as: " account
      print "    as-groups: [\"" hands "\"]"
      if (node != "") {
        print "    as-user-extra:"
        print "      authentication.kubernetes.io/node-name: [\"" node "\"]"
      }
      next
    }
    { print }' >"$work/agent.kubeconfig"
  chmod 600 "$work/agent.kubeconfig"
}

# patch_as_agent NODE CLAIM PATCH [SUBRESOURCE]: by dry run, with a token as if of a pod on the node CLAIM.
patch_as_agent() {
  become_agent "$2"
  kubectl --kubeconfig "$work/agent.kubeconfig" patch node "$1" ${4+"$4"} --type=strategic \
    --dry-run=server -p "$3"
}

patch_status_as_agent() {
  patch_as_agent "$@" --subresource=status
}

condition() {
  printf '{"status":{"conditions":[{"type":"%s","status":"Unknown","reason":"Verify","message":"a dry run"}]}}' "$1"
}

check_own_node() {
  echo "# Each agent its own node"
  node=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}' 2>/dev/null || :)
  if [ -z "$node" ]; then
    # An API server and nothing else; no kubelet and no controller will miss it.
    node=kernelgate-verify
    made_node=$node
    printf '{"apiVersion":"v1","kind":"Node","metadata":{"name":"%s"}}' "$node" | kubectl create -f - >/dev/null
  fi
  ours=$(condition ZoneKernelsVerified)
  await_policy kernelgate-own-node-only patch_status_as_agent "$node" "not-$node" "$ours"
  promise "the agent of a node may set its condition" patch_status_as_agent "$node" "$node" "$ours"
  refused "the agent of another node may not" "only the node that it runs on" \
    patch_status_as_agent "$node" "not-$node" "$ours"
  refused "a token of no node may not" "only the node that it runs on" patch_status_as_agent "$node" "" "$ours"
  refused "the condition Ready is not the agent's" "only the conditions" \
    patch_status_as_agent "$node" "$node" "$(condition Ready)"
  refused "the node's capacity is not the agent's" "nothing of the status but its conditions" \
    patch_status_as_agent "$node" "$node" '{"status":{"capacity":{"example.org/verify":"1"}}}'
  refused "the node's labels are not the agent's" "no labels, annotations" \
    patch_status_as_agent "$node" "$node" '{"metadata":{"labels":{"example.org/verify":"yes"}}}'
  refused "the node itself is not the agent's" "nothing else of it" \
    patch_as_agent "$node" "$node" '{"spec":{"unschedulable":true}}'
}

# await_policy POLICY COMMAND...: until the policy refuses the command, as it has to: the API server takes a
# moment to compile a new policy. For which of its reasons is asked later.
await_policy() {
  policy=$1
  shift
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    ! "$@" 2>&1 >/dev/null | grep -qF "'$policy'" || break
    sleep 1
  done
  check_types "$policy"
}

# What the API server's type check found in a policy. A controller does it, if there is one.
check_types() {
  said="the API server has nothing to say against the expressions of $1"
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    observed=$(kubectl get validatingadmissionpolicy "$1" -o jsonpath='{.status.observedGeneration}')
    [ -z "$observed" ] || break
    sleep 1
  done
  warnings=$(kubectl get validatingadmissionpolicy "$1" \
    -o jsonpath='{.status.typeChecking.expressionWarnings[*].warning}')
  if [ -z "$observed" ]; then
    skip "$said" "nobody checks types here"
  elif [ -z "$warnings" ]; then
    kept "$said"
  elif ! printf '%s\n' "$warnings" | grep ERROR: | grep -qv 'undefined field'; then
    # Fields that are newer than this server; an absent field is equal to an absent field.
    skip "$said" "it does not know all fields in them"
  else
    broken "$said" "$(printf '%s' "$warnings" | tr '\n' ' ')"
  fi
}

# create_pod ANNOTATION VALUE [ANNOTATION VALUE]: by dry run. In kube-system and with our account, since an API
# server without controllers has neither an account in "default" nor makes one.
create_pod() {
  {
    printf '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"kernelgate-verify","namespace":"%s",' "$NAMESPACE"
    printf '"annotations":{"%s":"%s"' "$1" "$2"
    [ $# -lt 4 ] || printf ',"%s":"%s"' "$3" "$4"
    printf '}},"spec":{"serviceAccountName":"kernelgate","containers":[{"name":"a","image":"registry.example/none"}]}}'
  } | kubectl create --dry-run=server -f -
}

check_pinning() {
  echo "# Kernels by digest"
  kubectl apply -f "$work/pinning.yaml" >/dev/null
  await_policy zone-kernels-are-pinned create_pod dev.edera/kernel not-pinned
  promise "a kernel with a digest passes" \
    create_pod dev.edera/kernel "ghcr.io/edera-dev/zone-kernel:6.18@sha256:$ZEROS"
  promise "a variant passes" create_pod dev.edera/kernel-variant stable
  refused "a kernel with a tag does not" "has to end in @sha256:" \
    create_pod dev.edera/kernel ghcr.io/edera-dev/zone-kernel:6.18
  refused "a kernel and a variant together do not" "either dev.edera/kernel" \
    create_pod dev.edera/kernel "zone-kernel@sha256:$ZEROS" dev.edera/kernel-variant stable
}

# What the API server makes of a pod of the DaemonSet: defaults, priorities and webhooks included, by dry run.
create_agent_pod() {
  printf '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"kernelgate-verify","namespace":"%s"},"spec":%s}' \
    "$NAMESPACE" "$(kubectl --namespace "$NAMESPACE" get daemonset kernelgate -o jsonpath='{.spec.template.spec}')" |
    kubectl create --dry-run=server -o json -f - >"$work/pod.json"
}

# pod_has PATH [VALUE]: what the pod that was made has there; nothing when no value is named.
pod_has() {
  found=$(kubectl create --dry-run=client --validate=false -f "$work/pod.json" -o jsonpath="{$1}")
  [ "$found" = "${2:-}" ] || {
    echo "$1 is $found"
    return 1
  }
}

check_template() {
  echo "# The agent's pod"
  promise "its pod is admitted in $NAMESPACE, at the namespace's pod security level" create_agent_pod
  [ -s "$work/pod.json" ] || return 0
  promise "nobody gave it a runtime class, and so a zone" pod_has .spec.runtimeClassName
  promise "it is bound to Edera's nodes" pod_has .spec.nodeSelector.runtime edera
  promise "it is critical for its node" pod_has .spec.priorityClassName system-node-critical
  promise "it has the runtime's seccomp profile" pod_has .spec.securityContext.seccompProfile.type RuntimeDefault
  for shared in hostNetwork hostPID hostIPC; do
    promise "it has no $shared" pod_has ".spec.$shared"
  done
  for field in privileged allowPrivilegeEscalation; do
    promise "$field is false" pod_has ".spec.containers[*].securityContext.$field" false
  done
  promise "its root file system is read-only" pod_has '.spec.containers[*].securityContext.readOnlyRootFilesystem' true
  promise "it has no capability" pod_has '.spec.containers[*].securityContext.capabilities.drop[*]' ALL
  promise "nothing was added to its capabilities" pod_has '.spec.containers[*].securityContext.capabilities.add'
}

# Every node with the label has the condition ZoneKernelsVerified.
has_condition() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    kubectl get nodes -l runtime=edera \
      -o jsonpath='{range .items[*]}{.status.conditions[?(@.type=="ZoneKernelsVerified")].type}{"\n"}{end}' |
      awk '$0 != "ZoneKernelsVerified" { missing = 1 } END { exit missing || NR == 0 }' && return
    sleep 1
  done
  echo "not after half a minute"
  return 1
}

check_pods() {
  echo "# On the nodes"
  if [ "$pods" = no ]; then
    skip "the agents keep their promises" "--no-pods"
    return
  fi
  if [ -z "$(kubectl get nodes -l runtime=edera -o name)" ]; then
    skip "the agents keep their promises" "no node has the label runtime=edera"
    return
  fi
  promise "every node's agent answers on its socket" \
    kubectl --namespace "$NAMESPACE" rollout status daemonset/kernelgate --timeout=300s
  promise "the probes' program finds the agent ready" kubectl --namespace "$NAMESPACE" exec daemonset/kernelgate -- \
    /opt/kernelgate/bin/kernelgate-check --ready
  promise "kernelgate status works in a pod" kubectl --namespace "$NAMESPACE" exec daemonset/kernelgate -- \
    /opt/kernelgate/bin/kernelgate status --socket /run/kernelgate/kernelgate.sock
  refused "the image cannot be written to" "Read-only file system" \
    kubectl --namespace "$NAMESPACE" exec daemonset/kernelgate -- \
    /bin/sh -c 'echo x >/opt/kernelgate/x'
  refused "Edera's files cannot be written to" "Read-only file system" \
    kubectl --namespace "$NAMESPACE" exec daemonset/kernelgate -- \
    /bin/sh -c 'echo x >/var/lib/edera/protect/x'
  promise "every node has the condition ZoneKernelsVerified" has_condition
}

render
echo "# Cluster: $(kubectl config current-context), overlay: $overlay"
if [ "$sure" = no ]; then
  printf 'Apply it there? [y/N] '
  read -r answer
  [ "$answer" = y ] || exit 64
fi
if kubectl --namespace "$NAMESPACE" get daemonset kernelgate >/dev/null 2>&1; then
  echo "kernelgate is in use here; nothing was changed" >&2
  exit 64
fi
promise "the API server takes the manifests, strictly" \
  kubectl apply --dry-run=server --validate=strict -f "$work/manifests.yaml"
[ "$failed" = 0 ] || exit 1
applied=yes
kubectl apply -f "$work/manifests.yaml" -f "$work/hands.yaml" >/dev/null
check_rights
check_template
check_own_node
check_pinning
check_pods
echo "promises: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
