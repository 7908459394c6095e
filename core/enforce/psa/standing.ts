import { isChecked } from '#core/enforce/psa/levels.ts';
import type { PssChecked, PssLevel } from '#core/enforce/psa/levels.ts';

/** What is known of one namespace under the rules of the Pod Security Standards. */
export interface NamespaceFacts {
  readonly name: string;
  /** Pods and objects that make Pods, each once. */
  readonly pods: number;
  /** Why not all of them could be looked at; absent where they were. */
  readonly unseen?: string;
  /** One for each control that something in the namespace fails, or that could not be judged there. */
  readonly controls: readonly ControlFacts[];
}

export interface ControlFacts {
  readonly rule: string;
  readonly level: PssChecked;
  /** Upstream's check id. */
  readonly control: string;
  /** `Kind/name`, in order. A waiver lets nothing off here: admission knows none. */
  readonly failing: readonly string[];
  /** Reasons why some objects could not be judged, each once. */
  readonly open: readonly string[];
}

export type Standing =
  | { readonly type: 'meets'; readonly level: PssLevel; readonly next?: NextLevel }
  /** Nothing there makes Pods: every level would be met, and none was tried. */
  | { readonly type: 'empty' }
  | { readonly type: 'unknown'; readonly why: string };

/** The first level that is not met for certain. */
export interface NextLevel {
  readonly level: PssChecked;
  readonly refused: readonly Pick<ControlFacts, 'rule' | 'control' | 'failing'>[];
  /** Why more may be refused. */
  readonly open: readonly string[];
}

/** The strictest level that everything in a namespace meets for certain. `minor` is that of the standards' version. */
export function standingOf({ pods, unseen, controls }: NamespaceFacts, minor: number): Standing {
  if (unseen !== undefined) return { type: 'unknown', why: unseen };
  if (pods === 0) return { type: 'empty' };
  const at = (level: PssChecked): NextLevel => {
    const checked = controls.filter((control) => isChecked(control, level, minor));
    return {
      level,
      refused: checked
        .filter(({ failing }) => failing.length > 0)
        .map(({ rule, control, failing }) => ({ rule, control, failing })),
      open: [...new Set(checked.flatMap(({ open }) => open))].toSorted(),
    };
  };
  const isMet = ({ refused, open }: NextLevel): boolean => refused.length + open.length === 0;
  const [baseline, restricted] = [at('baseline'), at('restricted')];
  if (!isMet(baseline)) {
    // Whether it meets baseline is what nobody knows.
    if (baseline.refused.length === 0) return { type: 'unknown', why: baseline.open.join('; ') };
    return { type: 'meets', level: 'privileged', next: baseline };
  }
  return isMet(restricted) ? { type: 'meets', level: 'restricted' } : { type: 'meets', level: 'baseline', next: restricted };
}
