import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { SETTINGS } from '../../src/config/settings.ts';
import { type Manifest, manifestsOf } from '../support/chart.ts';

const CHART = 'ops/helm/lockstep';
const manifests = manifestsOf(CHART);

const ofKind = (kind: string, of = manifests): Manifest => of.find((manifest) => manifest.kind === kind);
const podIn = (of: Manifest[], kind = 'Deployment') => ofKind(kind, of).spec.template.spec;
const podOf = (kind: string) => podIn(manifests, kind);

test('the chart gives the objects of an installation, each with its kind and name', () => {
  expect(manifests.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
    ['Deployment', 'demo'],
    ['PodDisruptionBudget', 'demo'],
    ['Job', 'demo-migrate'],
    ['NetworkPolicy', 'demo'],
    ['Service', 'demo'],
  ]);
});

test.each(['Deployment', 'Job'])(
  'the pods of the %s run without root, rights or a writable image',
  (kind) => {
    const pod = podOf(kind);
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    for (const { securityContext } of pod.containers)
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
  },
);

test('every variable of the pods is a setting, and secrets come from the secret alone', () => {
  const { env, envFrom } = podOf('Deployment').containers[0];
  const known = readFileSync('README.md', 'utf8');
  const names = env.map(({ name }: { name: string }) => name);
  expect(names.filter((name: string) => !known.includes(`| \`${name}\` |`))).toEqual([]);
  expect(Object.keys(SETTINGS).length).toBeGreaterThan(names.length);
  expect(names.filter((name: string) => /SECRET|PASSWORD|TOKEN|_URL/.test(name))).toEqual([]);
  expect(envFrom).toEqual([{ secretRef: { name: 'lockstep' } }]);
});

test('all nodes keep attachments on the claim that the values name, and mount none without it', () => {
  const claimed = podIn(manifestsOf(CHART, { attachments: { claimName: 'files' } }));
  const [{ env, volumeMounts }] = claimed.containers;
  const dir = env.find(({ name }: { name: string }) => name === 'ATTACHMENTS_DIR').value;
  expect(volumeMounts).toContainEqual({ name: 'attachments', mountPath: dir });
  expect(claimed.volumes).toContainEqual({
    name: 'attachments',
    persistentVolumeClaim: { claimName: 'files' },
  });
  expect(claimed.securityContext.fsGroup).toBe(claimed.securityContext.runAsGroup);
  expect(podOf('Deployment').volumes).toEqual([{ name: 'tmp', emptyDir: {} }]);
});

test('a pod has longer to stop than its drain takes, and a new one is ready before an old one goes', () => {
  const pod = podOf('Deployment');
  const value = (name: string) =>
    Number(pod.containers[0].env.find((one: Manifest) => one.name === name).value);
  expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(
    value('DRAIN_NOTICE_MS') + value('DRAIN_MS'),
  );
  const { periodSeconds, failureThreshold } = pod.containers[0].readinessProbe;
  expect(value('DRAIN_NOTICE_MS')).toBeGreaterThan(periodSeconds * failureThreshold * 1_000);
  expect(ofKind('Deployment').spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
});

test('the budget, the policy and the service select the pods of the deployment', () => {
  const { labels } = ofKind('Deployment').spec.template.metadata;
  for (const selector of [
    ofKind('PodDisruptionBudget').spec.selector.matchLabels,
    ofKind('NetworkPolicy').spec.podSelector.matchLabels,
    ofKind('Service').spec.selector,
    ofKind('Deployment').spec.selector.matchLabels,
  ])
    expect(labels).toMatchObject(selector);
});

test('the autoscaler replaces the number of replicas and reads a series that is recorded', () => {
  const scaled = manifestsOf(CHART, { autoscaling: { enabled: true } });
  const recorded = parse(readFileSync('ops/prometheus/recordings.yaml', 'utf8')).groups[0].rules;
  expect(ofKind('Deployment').spec.replicas).toBe(2);
  expect(ofKind('Deployment', scaled).spec).not.toHaveProperty('replicas');
  const [external] = ofKind('HorizontalPodAutoscaler', scaled).spec.metrics;
  expect(recorded.map(({ record }: { record: string }) => record)).toContain(external.external.metric.name);
});

test('an option that is off takes its object away', () => {
  const off = { enabled: false };
  const few = manifestsOf(CHART, { migration: off, disruptionBudget: off, networkPolicy: off });
  expect(few.map(({ kind }) => kind)).toEqual(['Deployment', 'Service']);
});
