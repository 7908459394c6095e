import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { parseAllDocuments } from 'yaml';
import { readManifests } from '#main/sources/manifests/files.ts';
import { splitManifest } from '#main/sources/manifests/split.ts';
import { readYaml } from '#main/yaml/read.ts';

const FILES = 2000;

/** A Deployment and its Service of about 2.6 kB, as people write them: comments, quotes, flow lists, block text. */
function manifest(number: number): string {
  const name = `shop-${number}`;
  const container = (role: string, port: number): string => `      - name: ${role}
        image: registry.example.com/shop/${role}:1.${number % 40}.${number % 7}
        imagePullPolicy: IfNotPresent
        args: ["--listen=:${port}", '--verbose', --cache-size=${number}]
        env:
        - name: LOG_LEVEL
          value: "info"
        - name: GREETING
          value: hello ${number}
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        ports:
        - containerPort: ${port}
          protocol: TCP
        resources:
          requests: {cpu: 100m, memory: 128Mi}
          limits:
            cpu: 500m
            memory: 256Mi
        readinessProbe:
          httpGet:
            path: /ready
            port: ${port}
          initialDelaySeconds: 5
          periodSeconds: 10
        securityContext:
          runAsNonRoot: true
          readOnlyRootFilesystem: ${number % 3 === 0}
          capabilities:
            drop:
            - ALL
`;
  return `# generated
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: team-${number % 5}
  labels:
    app.kubernetes.io/name: ${name}
    team: team-${number % 5}
  annotations:
    description: |
      The ${name} service.
      It answers on two ports.
spec:
  replicas: ${number % 4}
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${name}
    spec:
      serviceAccountName: ${name}
      containers:
${container('web', 8080)}${container('metrics', 9090)}      volumes:
      - name: config
        configMap:
          name: ${name}
          defaultMode: 0644
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app.kubernetes.io/name: ${name}
  ports:
  - {name: http, port: 80, targetPort: 8080}
`;
}

async function best(runs: number, work: () => void | Promise<void>): Promise<number> {
  let fastest = Infinity;
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    await work();
    fastest = Math.min(fastest, performance.now() - started);
  }
  return fastest;
}

/** Reading 2,000 manifests in one thread: js-yaml alone, ours (values as the API server reads them), `yaml`, and ours from disk. */
export async function benchYaml(): Promise<{ name: string; rows: string[][] }> {
  const texts = Array.from({ length: FILES }, (_, number) => manifest(number));
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-yaml-'));
  for (const [number, text] of texts.entries()) writeFileSync(join(folder, `m${number}.yaml`), text);
  try {
    const fromDisk = async (): Promise<void> => {
      for await (const entry of readManifests([folder], { signal: new AbortController().signal })) {
        if (entry.type === 'file') splitManifest(entry.text, entry.name);
      }
    };
    const plain = await best(5, () => texts.forEach((text) => loadAll(text)));
    const ours = await best(5, () => texts.forEach((text) => readYaml(text)));
    const disk = await best(5, fromDisk);
    const other = await best(1, () =>
      texts.forEach((text) => parseAllDocuments(text).map((document): unknown => (document as { toJS(): unknown }).toJS())),
    );
    const row = (label: string, ms: number): string[] => [
      label,
      `${ms.toFixed(0)} ms`,
      `${(characters / 1000 / ms).toFixed(1)} MB/s`,
      (ms / plain).toFixed(2),
    ];
    return {
      name: `YAML: ${FILES} manifests, ${(characters / 1e6).toFixed(1)} MB, one thread`,
      rows: [
        ['reader', 'time', 'speed', 'to js-yaml'],
        row('js-yaml, plain', plain),
        row('ours, from memory', ours),
        row('ours, from disk to objects', disk),
        row('yaml, values', other),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { name, rows } = await benchYaml();
  process.stdout.write(
    `${name}\n${rows.map((cells) => cells.map((cell, column) => (column === 0 ? cell.padEnd(30) : cell.padStart(12))).join('')).join('\n')}\n`,
  );
}
