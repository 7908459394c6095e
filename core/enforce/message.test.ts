import { describe, expect, it } from 'vitest';
import { outcomeOf, plannedRule } from '#core/enforce/request.fixture.ts';
import { variantOf } from '#core/enforce/forms.ts';
import { bindingName, policyName } from '#core/enforce/vap/names.ts';
import type { JsonObject } from '#core/json.ts';
import { MESSAGE_LIMIT } from '#core/rules/message.ts';
import type { Library } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library: Library = shipped.value;

const pod = (name: string, containers: readonly JsonObject[]): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop' },
  spec: { containers },
});
const say = (rule: string, object: JsonObject, message?: string): string | undefined =>
  outcomeOf(plannedRule(library, rule, message === undefined ? {} : { message }), { object }).message;

describe('what a refused developer reads', () => {
  const two = pod('web', [
    { name: 'ok', image: 'ok:1' },
    { name: 'web', image: 'web' },
    { name: 'log', image: 'log' },
  ]);

  it('speaks of the first element that fails', () => {
    expect(say('image-tag-explicit', two)).toBe('container web runs web, which names no version');
  });

  it('speaks of the container around a nested element', () => {
    const ports = pod('web', [{ name: 'ok' }, { name: 'web', ports: [{ containerPort: 80, hostPort: 80 }] }]);
    expect(say('no-host-port', ports)).toBe('container web binds a port of the node');
  });

  it('may be the policy’s own, with every variable and parameter', () => {
    const own = '{{kind}} {{namespace}}/{{name}}: {{container}} has {{value}} at {{path}}';
    expect(say('image-tag-explicit', two, own)).toBe('Pod shop/web: web has web at image');
    const user = pod('web', [{ name: 'web', securityContext: { runAsUser: 7 } }]);
    expect(say('run-as-user-high', user, "it's {{value}}, at least {{lowest}}")).toBe("it's 7, at least 10000");
  });

  it('is one line of at most 110 characters', () => {
    const long = pod('web', [{ name: 'web', image: `${'x'.repeat(200)}\nimage` }]);
    const text = say('image-tag-explicit', long) ?? '';
    expect([text.length, text.endsWith('…'), text.includes('\n')]).toEqual([MESSAGE_LIMIT, true, false]);
    expect(plannedRule(library, 'memory-limit', { message: 'two\nlines' }).message).toBe('two lines');
  });

  it('has the title to fall back on, where it has gaps', () => {
    const { message, messageExpression } = plannedRule(library, 'memory-limit');
    expect([message, messageExpression === undefined]).toEqual(['Containers set a memory limit', false]);
    expect(plannedRule(library, 'memory-limit', { message: 'no limit' }).messageExpression).toBeUndefined();
  });

  it('stays within the 256 characters of a warning, with the longest ids', () => {
    const id = 'x'.repeat(40);
    const binding = bindingName('some-policy', { rule: id }, { mode: 'warn' });
    const name = policyName({ rule: id, variant: variantOf('shop') });
    const prefix = `Validation failed for ValidatingAdmissionPolicy '${name}' with binding '${binding}': `;
    expect(prefix.length + MESSAGE_LIMIT).toBeLessThanOrEqual(256);
    for (const { id: rule } of library.rules)
      expect(plannedRule(library, rule).message.length).toBeLessThanOrEqual(MESSAGE_LIMIT);
  });
});
