import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiServer, startApiServer } from './apiserver.ts';
import { requireEnvtest } from './envtest.ts';

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver-1.36', 'kube-controller-manager']).available)(
  'the API server harness',
  () => {
    let api: ApiServer;
    beforeAll(async () => {
      api = await startApiServer({ controllers: true, users: [{ name: 'reader' }] });
    });
    afterAll(() => api.stop());

    it('answers with the version asked for', async () => {
      const { status, body } = await api.request('GET', '/version');
      expect(status).toBe(200);
      expect(body).toMatchObject({ major: '1', minor: '36' });
    });

    it('knows its users and gives them no rights', async () => {
      expect((await api.request('GET', '/api/v1/pods', undefined, { user: 'reader' })).status).toBe(403);
      expect((await api.request('GET', '/api/v1/pods', undefined, { user: '' })).status).toBe(403);
      expect(existsSync(api.kubeconfigFor('reader', 'shop'))).toBe(true);
      expect(() => api.kubeconfigFor('nobody')).toThrow('no user nobody');
    });

    it('applies namespaces and CRDs before what needs them', async () => {
      const results = await api.apply([
        {
          apiVersion: 'shop.example/v1',
          kind: 'Basket',
          metadata: { name: 'one', namespace: 'shop' },
          spec: { a: 1 },
        },
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
        {
          apiVersion: 'apiextensions.k8s.io/v1',
          kind: 'CustomResourceDefinition',
          metadata: { name: 'baskets.shop.example' },
          spec: {
            group: 'shop.example',
            scope: 'Namespaced',
            names: { plural: 'baskets', kind: 'Basket' },
            versions: [
              {
                name: 'v1',
                served: true,
                storage: true,
                schema: {
                  openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
            ],
          },
        },
      ]);
      expect(results.map(({ status }) => status)).toEqual([201, 201, 201]);
    });

    it('reports refusals, or throws', async () => {
      const bad = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'UPPER' }, spec: {} };
      await expect(api.apply([bad])).rejects.toThrow('refused (422)');
      expect(
        await api.apply([bad, { apiVersion: 'x/v1', kind: 'Y', metadata: { name: 'z' } }], {
          tolerate: true,
        }),
      ).toMatchObject([{ status: 422 }, { status: 0 }]);
    });

    it('runs controllers: a Deployment gets Pods', async () => {
      const labels = { app: 'web' };
      await api.apply(
        [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'web', namespace: 'web' },
            spec: {
              replicas: 2,
              selector: { matchLabels: labels },
              template: {
                metadata: { labels },
                spec: { containers: [{ name: 'web', image: 'nginx' }] },
              },
            },
          },
        ],
        { createNamespaces: true },
      );
      const pods = async (): Promise<number> =>
        ((await api.request('GET', '/api/v1/namespaces/web/pods')).body as { items: unknown[] }).items.length;
      await vi.waitUntil(async () => (await pods()) === 2, { timeout: 30_000, interval: 200 });
    });

    it('stops everything and leaves no folder', async () => {
      const other = await startApiServer();
      await other.stop();
      expect(existsSync(other.dir)).toBe(false);
      expect(() => process.kill(other.pid, 0)).toThrow();
    });
  },
);
