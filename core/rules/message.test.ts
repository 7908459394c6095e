import { expect, it } from 'vitest';
import { messageNames, renderMessage } from '#core/rules/message.ts';

it('puts values into a message', () => {
  expect(renderMessage('{{kind}} {{ name }} has {{value}}', { kind: 'Pod', name: 'web', value: '{{kind}}' })).toBe(
    'Pod web has {{kind}}',
  );
});

it('leaves a name without a value as it is written', () => {
  expect(renderMessage('{{kind}} {{constructor}}', { kind: 'Pod' })).toBe('Pod {{constructor}}');
});

it('lists the names of a message, each once', () => {
  expect(messageNames('{{kind}} {{name}}, {{kind}}')).toEqual(['kind', 'name']);
});
