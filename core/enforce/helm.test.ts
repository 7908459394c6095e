import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { chartFiles, helmText } from '#core/enforce/helm.ts';
import { plan } from '#core/enforce/plan.ts';
import { targetFiles, TARGETS, TARGET_TITLES } from '#core/enforce/targets.ts';
import type { Target } from '#core/enforce/targets.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { bodyText, exportText } from '#main/enforce/yaml.ts';

/**
 * What Go's text/template does with the one construct that is written: an action that holds a string in double quotes gives the
 * string. Anything else between two braces is refused, as is a brace pair that is left open.
 */
function render(template: string): string {
  const [first = '', ...rest] = template.split('{{');
  let [text, inside] = [first, ''];
  for (const part of rest) {
    // Within the action the string itself holds the two braces that the text was split at.
    inside = inside === '' ? `${part}{{` : `${inside}${part}`;
    if (inside === ' "{{') continue;
    const end = inside.indexOf('}}');
    const action = /^ "(?<value>\{\{)" $/.exec(end === -1 ? '' : inside.slice(0, end));
    if (action === null) throw new Error(`no action that is known: {{${inside.slice(0, 40)}`);
    text += `${action.groups?.['value'] ?? ''}${inside.slice(end + 2)}`;
    inside = '';
  }
  if (inside !== '') throw new Error('an action is not closed');
  return text;
}

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load');
const library = shipped.value;
/** Messages may hold what Helm would take for an action. */
const RULES = Object.fromEntries(
  library.rules.map(({ id }, at) => [
    id,
    { mode: 'warn' as const, ...(at % 2 === 0 ? { message: 'a {{ .Values.x }} {{- b -}} {{{c}}} {{name}}' } : {}) },
  ]),
);
const made = plan({ name: 'shop', title: '', description: '', rules: RULES }, library, {
  waivers: [{ id: 'w', rule: 'no-privileged', namespaces: ['{{ fail }}'], reason: '{{ include "x" . }}' }],
  today: '2026-01-01',
  excludedNamespaces: ['kube-system'],
  failurePolicy: 'Ignore',
});
const BUNDLE = '0'.repeat(63) + 'a';
const chartOf = (target: Target) =>
  chartFiles(
    targetFiles(target, made, BUNDLE),
    { plan: made, title: TARGET_TITLES[target], target, bundle: BUNDLE, version: '0.1.0' },
    bodyText,
  );

describe('text in a chart', () => {
  it('is given back by Helm as it was, whatever it holds', () => {
    const text = fc.string({ unit: fc.constantFrom('{', '}', '{{', '}}', '-', ' ', '"', '`', '.x', '\n', '{{/*', '*/}}', '\\') });
    fc.assert(
      fc.property(text, (given) => {
        expect(render(helmText(given))).toBe(given);
      }),
    );
  });

  it('is taken for an action without that', () => {
    expect(() => render('a {{ .Values.x }}')).toThrow('no action that is known');
    expect(() => render('a {{ "b" }}')).toThrow('no action that is known');
  });
});

describe.each(TARGETS.map((target) => [target, chartOf(target)] as const).filter(([, chart]) => chart.ok))(
  'a chart of %s',
  (target, chart) => {
    const files = chart.ok ? chart.value : [];
    const named = (name: string): string => {
      const file = files.find((one) => one.name === name);
      return file === undefined ? '' : exportText(file, '0.1.0');
    };

    it('gives the objects of the export, byte for byte', () => {
      const plain = targetFiles(target, made, BUNDLE).filter(
        ({ name }) => !['kustomization.yaml', 'rollback.yaml'].includes(name),
      );
      expect(files.map(({ name }) => name)).toEqual([
        'Chart.yaml',
        'values.yaml',
        ...plain.map(({ name }) => `templates/${name}`),
      ]);
      for (const file of plain) {
        expect(render(named(`templates/${file.name}`))).toBe(exportText(file, '0.1.0'));
        expect(exportText(file, '0.1.0')).toContain('{{');
      }
    });

    it('says what it is, in a version of its own for each bundle', () => {
      const chartFile = parse(named('Chart.yaml')) as Record<string, unknown>;
      expect(chartFile).toMatchObject({
        apiVersion: 'v2',
        name: 'plimsoll-shop',
        type: 'application',
        version: '0.1.0-b000000000000',
      });
      // https://semver.org/#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string
      expect(chartFile['version']).toMatch(/^\d+\.\d+\.\d+-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)$/);
      expect(chartFile['kubeVersion']).toBe('>=1.30.0-0');
    });

    it('has no values: nothing can be made milder in passing', () => {
      expect(parseAllDocuments(named('values.yaml')).map((document) => document.toJS() as unknown)).toEqual([{}]);
    });
  },
);

describe('a chart that Helm could not install', () => {
  it('is refused: objects of kinds that other objects of it make', () => {
    const constraint = { apiVersion: 'constraints.gatekeeper.sh/v1beta1', kind: 'PlimsollNoPrivileged', metadata: { name: 'a' } };
    const chart = chartFiles(
      [{ name: 'constraints.yaml', header: [], documents: [constraint] }],
      { plan: made, title: 'Gatekeeper', target: 'gatekeeper', bundle: BUNDLE, version: '0.1.0' },
      bodyText,
    );
    expect(chart).toEqual({ ok: false, error: expect.stringContaining('Helm wants every kind to be there') as string });
  });

  it('is refused: a file that is no list of objects', () => {
    const chart = chartFiles(
      [{ name: 'run.sh', header: [], text: 'true\n' }],
      { plan: made, title: 'A', target: 'a', bundle: BUNDLE, version: '0.1.0' },
      bodyText,
    );
    expect(chart.ok).toBe(false);
  });
});
