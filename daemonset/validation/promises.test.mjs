// SPDX-License-Identifier: Apache-2.0
// What README.md promises about every overlay and no schema knows.
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {fileURLToPath} from 'node:url';
import {describe, test} from 'node:test';
import {overlays} from './manifests.mjs';
import {only, parse} from './objects.mjs';

const project = fileURLToPath(new URL('../..', import.meta.url));
const kernelgate = process.env.KERNELGATE ?? `${project}agent/target/kernelgate/bin/kernelgate`;

const CHECK = '/opt/kernelgate/bin/kernelgate-check';
const check = `${project}native/build/kernelgate-check`;

/** The agent's options where a configuration says nothing. */
const defaults = parse(readFileSync(`${project}agent/docs/kernelgate.yaml`, 'utf8'))[0];

/** What of the node is mounted, and whether the agent may write there. */
const hostPaths = {
  '/run/kernelgate': 'written',
  '/var/lib/kernelgate': 'written',
  '/var/lib/edera/protect': 'read',
  '/run/systemd/units': 'read',
};

/** A role that an overlay brings along and binds nowhere. */
const unbound = {
  'overlays/pod-pull-secrets': {
    name: 'kernelgate-pull-secrets',
    rules: [{apiGroups: [''], resources: ['secrets'], verbs: ['get']}],
  },
};

/** What an overlay grants beyond the base. */
const moreRights = {
  'overlays/taint': [{apiGroups: [''], resources: ['nodes'], verbs: ['get', 'patch']}],
};

for (const {name, objects} of overlays) {
  describe(name, () => {
    const daemonSet = only(objects, 'DaemonSet');
    const pod = daemonSet.spec.template.spec;
    const containers = [...(pod.initContainers ?? []), ...pod.containers];
    const configuration = parse(only(objects, 'ConfigMap').data['kernelgate.yaml'])[0];
    const hostMounts = pod.volumes
      .filter((volume) => volume.hostPath)
      .flatMap(({name: volume, hostPath}) =>
        containers
          .flatMap((it) => it.volumeMounts.filter((mount) => mount.name === volume))
          .map((mount) => ({...mount, path: hostPath.path})),
      );

    test('gives a namespace to what has one, and to nothing else', () => {
      const ofCluster = /^(Cluster|ValidatingAdmissionPolicy)/;
      for (const {kind, metadata} of objects) {
        assert.equal(metadata.namespace, ofCluster.test(kind) ? undefined : 'kube-system', kind);
      }
    });

    test('runs on every Edera node, outside of any zone, where protect-webhook leaves it alone', () => {
      assert.equal(daemonSet.metadata.namespace, 'kube-system');
      assert.deepEqual(pod.nodeSelector, {runtime: 'edera'});
      assert.equal(pod.runtimeClassName, undefined);
      assert.deepEqual(pod.tolerations, [{operator: 'Exists'}]);
      assert.equal(pod.priorityClassName, 'system-node-critical');
    });

    test('shares no namespace with the node', () => {
      for (const shared of ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace']) {
        assert.ok(!pod[shared], shared);
      }
    });

    test('listens on no port, or on one of its own, where it says so', () => {
      const port = configuration.metrics?.listen?.match(/:(\d+)$/)[1];
      const declared = containers.flatMap((it) => it.ports ?? []);
      assert.deepEqual(declared, port ? [{name: 'metrics', containerPort: Number(port), protocol: 'TCP'}] : []);
      assert.equal(port !== undefined, name === 'overlays/metrics');
    });

    test('has no privilege and cannot write to its image', () => {
      assert.deepEqual(pod.securityContext.seccompProfile, {type: 'RuntimeDefault'});
      for (const {securityContext} of containers) {
        assert.deepEqual(securityContext, {
          privileged: false,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: {drop: ['ALL']},
        });
      }
    });

    test('sees of the node what it needs, and writes to its own', () => {
      const seen = {};
      for (const {mountPath, readOnly, path} of hostMounts) {
        assert.equal(mountPath, path);
        seen[path] = readOnly ? 'read' : 'written';
      }
      assert.deepEqual(seen, hostPaths);
    });

    // A file that is not mounted is one that is not there: no cache, no variants, a daemon that never started.
    test('has every file of the node that the configuration names', () => {
      const node = {...defaults.node, ...configuration.node};
      const files = [node.daemonToml, node.zoneDirectory, node.daemonStart, node.imageCache];
      for (const file of [...files, defaults.evidence.directory, defaults.socket.path]) {
        assert.ok(hostMounts.some((it) => file.startsWith(`${it.mountPath}/`)), file);
      }
    });

    test("sees what is mounted on the node's side later", () => {
      const edera = hostMounts.find((it) => it.path === '/var/lib/edera/protect');
      assert.equal(edera.mountPropagation, 'HostToContainer');
    });

    // A new start mends no registry and no trust root: only silence may cause one.
    test('is started again when it is silent, and waited for until it is ready', () => {
      const asks = (probe) => pod.containers[0][probe].exec.command.slice(0, 2);
      assert.deepEqual(asks('startupProbe'), [CHECK, '--live']);
      assert.deepEqual(asks('livenessProbe'), [CHECK, '--live']);
      assert.deepEqual(asks('readinessProbe'), [CHECK, '--ready']);
    });

    test('has probes that end by themselves, and that kernelgate-check understands', (t) => {
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
        const {exec, timeoutSeconds} = pod.containers[0][probe];
        const timeout = Number(exec.command[exec.command.indexOf('--timeout') + 1]);
        assert.ok(timeout < timeoutSeconds * 1000, probe);
        if (!existsSync(check)) {
          t.skip(`there is no ${check} yet`);
          return;
        }
        const nobody = spawnSync(check, [...exec.command.slice(1), '--socket', '/nonexistent']);
        assert.equal(nobody.status, 2, `${probe}: ${nobody.stderr}`);
      }
    });

    test('has its images by digest', () => {
      for (const container of containers) {
        assert.match(container.image, /^[^@]+@sha256:[0-9a-f]{64}$/);
      }
    });

    test('never waits for the socket of the agent that it replaces', () => {
      assert.equal(daemonSet.spec.updateStrategy.rollingUpdate.maxSurge, 0);
    });

    test('is found by those that look for its port', () => {
      for (const {spec, metadata} of objects.filter((it) => it.kind === 'PodMonitor')) {
        assert.equal(metadata.namespace, daemonSet.metadata.namespace);
        assert.deepEqual(spec.selector.matchLabels, daemonSet.spec.template.metadata.labels);
        assert.deepEqual(
          spec.podMetricsEndpoints.map((it) => it.port),
          containers.flatMap((it) => it.ports).map((it) => it.name),
        );
      }
    });

    test('has these rights and no others', () => {
      const [bound, ...others] = objects
        .filter((it) => it.kind === 'ClusterRole')
        .toSorted((one, other) => one.metadata.name.localeCompare(other.metadata.name));
      assert.deepEqual(bound.rules, [
        {apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch']},
        {apiGroups: [''], resources: ['nodes/status'], verbs: ['patch']},
        {apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch']},
        ...(moreRights[name] ?? []),
      ]);
      assert.deepEqual(
        others.map((it) => ({name: it.metadata.name, rules: it.rules})),
        unbound[name] ? [unbound[name]] : [],
      );
      assert.equal(only(objects, 'ClusterRoleBinding').roleRef.name, bound.metadata.name);
      assert.deepEqual(
        only(objects, 'ClusterRoleBinding').subjects.map((it) => `${it.kind} ${it.namespace}/${it.name}`),
        ['ServiceAccount kube-system/kernelgate'],
      );
      assert.ok(!objects.some((it) => ['Role', 'RoleBinding', 'Secret'].includes(it.kind)));
      assert.equal(pod.serviceAccountName, 'kernelgate');
    });

    test('starts again when its configuration changes', () => {
      const named = pod.volumes.find((volume) => volume.name === 'configuration').configMap.name;
      assert.match(named, /^kernelgate-[a-z0-9]{10}$/);
      assert.equal(only(objects, 'ConfigMap').metadata.name, named);
    });

    test('enforces, unless it is called audit', () => {
      assert.equal(configuration.policy.mode, name === 'overlays/audit' ? 'audit' : 'enforce');
    });

    test('has a configuration that the agent accepts', (t) => {
      if (!existsSync(kernelgate)) {
        t.skip(`there is no ${kernelgate} yet`);
        return;
      }
      const folder = mkdtempSync(`${tmpdir()}/kernelgate-configuration-`);
      try {
        const file = `${folder}/kernelgate.yaml`;
        writeFileSync(file, only(objects, 'ConfigMap').data['kernelgate.yaml']);
        execFileSync(kernelgate, ['config', 'check', file]);
      } finally {
        rmSync(folder, {recursive: true});
      }
    });

    // Not a failure: the option may land before the overlays turn it on.
    test('watches the pods of the cluster', (t) => {
      const options = readFileSync(`${project}agent/docs/kernelgate.yaml`, 'utf8');
      if (!/^#?kubernetes:/m.test(options)) {
        t.skip('this agent has no option "kubernetes"');
        return;
      }
      if (!configuration.kubernetes?.enabled) {
        t.skip('the agent has the option "kubernetes", and this overlay does not turn it on yet');
        return;
      }
      const node = pod.containers[0].env.find((it) => it.name === 'NODE_NAME');
      assert.equal(node.valueFrom.fieldRef.fieldPath, 'spec.nodeName');
    });
  });
}
