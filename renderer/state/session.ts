import { create } from 'zustand';
import { z } from 'zod';
import { scanTarget, type ScanTarget, type Source } from '#core/api/scans.ts';
import { recall, remember } from './remembered.ts';

/** What the frame looks at: a source that has been scanned, or one that was only chosen so far. Choosing contacts nothing. */
const choice = z.discriminatedUnion('type', [
  z.object({ type: z.literal('source'), id: z.number() }),
  z.object({ type: z.literal('target'), target: scanTarget }),
]);
export type Choice = z.infer<typeof choice>;

interface SessionState {
  readonly choice: Choice | undefined;
  choose: (choice: Choice) => void;
}

const remembered = (): Choice | undefined => {
  const parsed = choice.safeParse(recall('choice'));
  return parsed.success ? parsed.data : undefined;
};

export const useSession = create<SessionState>((set) => ({
  choice: remembered(),
  choose: (next) => {
    remember('choice', next);
    set({ choice: next });
  },
}));

/** How to scan a source again; undefined where it cannot be: a snapshot is what it is, and CI results arrive by themselves. */
export function targetOf(source: Source): ScanTarget | undefined {
  switch (source.kind) {
    case 'cluster':
      return source.context === undefined ? undefined : { type: 'context', context: source.context };
    case 'manifests':
      return source.path === undefined ? undefined : { type: 'folder', path: source.path };
    case 'snapshot':
    case 'ci':
      return undefined;
  }
}

/** The last part of a path, for people. */
export const baseName = (path: string): string => path.split(/[/\\]/).findLast((part) => part !== '') ?? path;

export function targetName(target: ScanTarget): string {
  switch (target.type) {
    case 'context':
      return target.context;
    case 'sample':
      return 'sample';
    case 'folder':
    case 'snapshot':
      return baseName(target.path);
  }
}
