import { describe, expect, it } from 'vitest';
import { inputOf, readAddress, wordsOf, writeAddress } from './address.ts';

const SCAN = '01J8Z3K4M5N6P7Q8R9S0T1V206';
const STAND = { policy: 'harbour-baseline', target: 'vap', scanId: SCAN };
const read = (text: string) => readAddress(new URLSearchParams(text));

describe('the address of the Enforce screen', () => {
  it('asks for everything that the policy says where it says nothing itself', () => {
    expect(inputOf(read(''), STAND)).toEqual({ policy: 'harbour-baseline', target: 'vap', steps: [], scanId: SCAN });
  });

  it('takes modes as the command line does', () => {
    const { steps } = inputOf(read('mode=warn&mode=deny:payments,checkout'), STAND);
    expect(steps).toEqual([{ mode: 'warn' }, { mode: 'deny', namespaces: ['payments', 'checkout'] }]);
  });

  it('tells nothing excluded from what is excluded by default', () => {
    expect(inputOf(read('exclude='), STAND).excludedNamespaces).toEqual([]);
    expect(inputOf(read('exclude=kube-system,ci-*'), STAND).excludedNamespaces).toEqual(['kube-system', 'ci-*']);
    expect('excludedNamespaces' in inputOf(read(''), STAND)).toBe(false);
  });

  it('follows the rollout plan, on a day and to a step', () => {
    expect(inputOf(read('rollout=plan'), STAND).rollout).toEqual({});
    expect(inputOf(read('rollout=warn&start=2026-11-01&on=2026-12-01'), STAND).rollout).toEqual({
      step: 'warn',
      start: '2026-11-01',
      on: '2026-12-01',
    });
  });

  it('passes over what nobody could have meant', () => {
    const address = read(
      'mode=shout&mode=warn:&kubernetes=banana&failure=Maybe&rollout=x&start=soon&tab=attic&by=luck&outcome=y',
    );
    expect(inputOf(address, STAND)).toEqual({ ...STAND, steps: [{ mode: 'warn' }] });
    expect(address).toMatchObject({ tab: 'effect', by: 'team', filter: {} });
  });

  it.each([
    '',
    'target=kyverno&mode=audit&mode=deny%3Aa%2Cb&exclude=&kubernetes=1.30&failure=Fail&rollout=plan&start=2026-11-01&on=2026-12-01',
    'tab=objects&by=rule&outcome=denied&rule=memory-limit&namespace=&team=data&text=api',
    'tab=files&file=rollback.yaml',
  ])('is written as it was read, and leaves what is not its own: %s', (text) => {
    expect(writeAddress(read(text), new URLSearchParams(`scan=${SCAN}&mode=warn&outcome=denied`)).toString()).toBe(
      [`scan=${SCAN}`, text].filter((part) => part !== '').join('&'),
    );
  });

  it('takes lists as people type them', () => {
    expect(wordsOf(' payments,  checkout payments\n')).toEqual(['payments', 'checkout']);
  });
});
