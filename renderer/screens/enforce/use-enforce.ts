import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import type { DriftRow, DriftView, EnforceInput, EnforcePreview, ReplayRow } from '#core/api/enforce.ts';
import type { ReplayOutcome } from '#core/enforce/replay/words.ts';
import { ok } from '#core/result.ts';
import { usePages, type Pages } from '../../state/pages.ts';
import { useQuery, type Topic } from '../../state/query.ts';
import { readAddress, writeAddress, type Address, type ObjectFilter } from './address.ts';

export type Asked = EnforceInput & { readonly scanId: string };

/** What any of the answers stands on. */
const ON: readonly Topic[] = ['workspace', 'runs', 'settings'];

export interface Where {
  readonly address: Address;
  readonly put: (change: Partial<Address>, replace?: boolean) => void;
  readonly href: (change: Partial<Address>) => string;
  /** Another policy; what is said besides stays. */
  readonly choosePolicy: (policy: string) => void;
}

/** The address, and ways to another one. */
export function useAddress(): Where {
  const [params, setParams] = useSearchParams();
  return useMemo(() => {
    const address = readAddress(params);
    return {
      address,
      put: (change, replace = false) =>
        setParams((before) => writeAddress({ ...readAddress(before), ...change }, before), { replace }),
      choosePolicy: (policy) =>
        setParams((before) => {
          const next = writeAddress({ ...readAddress(before), filter: {}, file: undefined }, before);
          next.set('policy', policy);
          return next;
        }),
      href: (change) => {
        const text = writeAddress({ ...address, ...change }, params).toString();
        return text === '' ? '/enforce' : `/enforce?${text}`;
      },
    };
  }, [params, setParams]);
}

export const objectsAt = (filter: ObjectFilter): Partial<Address> => ({ tab: 'objects', filter });

/** The answer with the question that it answers: until a new one is answered, the old one stands. */
export interface Shown {
  readonly asked: Asked;
  readonly preview: EnforcePreview;
}

export const usePreview = (asked: Asked) =>
  useQuery({
    key: ['enforce', asked],
    ask: async (client, signal) => {
      const answer = await client.enforce.preview(asked, { signal });
      return answer.ok ? ok({ asked, preview: answer.value }) : answer;
    },
    on: ON,
    keep: true,
  });

/** Runs of the source that the plan is tried on. */
export const PAST_RUNS = 10;

export const usePast = (asked: Asked) =>
  useQuery({
    key: ['enforce-history', asked],
    ask: (client, signal) => client.enforce.history({ ...asked, runs: PAST_RUNS }, { signal }),
    on: ON,
    keep: true,
  });

export const useRollout = ({ policy, scanId }: Asked, start: string | undefined) =>
  useQuery({
    key: ['enforce-rollout', policy, scanId, start ?? null],
    ask: (client, signal) => client.enforce.rollout({ policy, scanId, ...(start === undefined ? {} : { start }) }, { signal }),
    on: ON,
    keep: true,
  });

export function useObjects(asked: Asked, { outcome, rule, namespace, team, text }: ObjectFilter): Pages<ReplayRow> {
  const question = {
    ...asked,
    ...(outcome === undefined ? {} : { outcomes: [outcome] satisfies ReplayOutcome[] }),
    ...(rule === undefined ? {} : { rule }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(team === undefined ? {} : { team }),
    ...(text === undefined ? {} : { text }),
  };
  return usePages({
    key: ['enforce-objects', question],
    ask: (client, page, options) => client.enforce.objects({ ...question, ...page }, options),
    on: ON,
  });
}

export type DriftState = DriftRow['state'];

export const useDrift = (asked: Asked, state: DriftState | undefined): Pages<DriftRow, DriftView> =>
  usePages<DriftRow, DriftView>({
    key: ['enforce-drift', asked, state ?? null],
    ask: (client, page, options) =>
      client.enforce.drift({ ...asked, ...(state === undefined ? {} : { states: [state] }), ...page }, options),
    on: ON,
  });

export type ForeignRow = Pick<ReplayRow, 'object' | 'team' | 'outcome' | 'message' | 'why'>;

export const useForeign = (scanId: string, name: string): Pages<ForeignRow> =>
  usePages({
    key: ['enforce-foreign', scanId, name],
    ask: (client, page, options) => client.enforce.foreign({ scanId, name, ...page }, options),
    on: ON,
  });

/** Lines of a file that are drawn at once. */
export const FILE_LINES = 1000;

export const useFile = (asked: Asked, name: string | undefined, offset: number) =>
  useQuery({
    key: name === undefined ? null : ['enforce-file', asked, name, offset],
    ask: async (client, signal) => {
      const answer = await client.enforce.file({ ...asked, name: name ?? '', offset, limit: FILE_LINES }, { signal });
      return answer.ok ? ok({ ...answer.value, offset }) : answer;
    },
    on: ON,
    keep: true,
  });
