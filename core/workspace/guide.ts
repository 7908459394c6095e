import type { GuideStep } from '#core/api/workspace.ts';
import { counted } from '#core/ratchet/counts.ts';

/** What was really done, as the guide ticks it off. */
export interface GuideFacts {
  readonly teams: number;
  readonly products: number;
  readonly environments: number;
  /** Teams and products are listed, but none says what it needs. */
  readonly needs: number;
  /** The latest scan that came to its end. */
  readonly scan?: { readonly source: string; readonly objects: number; readonly complete: boolean };
  readonly baseline?: { readonly name: string; readonly rules: number; readonly evidence: number };
  readonly strict?: { readonly name: string; readonly rules: number };
  /** Rules of the strict policy that the baseline does not hold, and those of them that are ready; where a scan shows it. */
  readonly gap?: { readonly missing: number; readonly ready: number };
  /** Rules that fail, and those without a decision; where a scan shows it. */
  readonly decisions?: { readonly failing: number; readonly undecided: number };
  /** Policies exported for enforcement, by target. */
  readonly enforced: number;
  /** Absent while there is no such thing. */
  readonly tokens?: number;
  /** Cells of product × environment that have bindings of their own. */
  readonly cells: number;
  readonly feedback: { readonly rounds: number; readonly isDue: boolean; readonly due?: string };
}

type Step = Pick<GuideStep, 'done' | 'detail'>;

const done = (detail: string): Step => ({ done: true, detail });
const open = (detail: string): Step => ({ done: false, detail });

/** The guide's steps (design/product.md, The loop), in order. */
export const guideSteps = (facts: GuideFacts): readonly GuideStep[] => [
  { id: 'teams', title: 'List teams, products and environments', ...teams(facts), href: '/workspace' },
  { id: 'scan', title: 'Scan a production cluster', ...scan(facts), href: '/overview' },
  { id: 'baseline', title: 'Accept a baseline', ...baseline(facts), href: '/ratchet' },
  { id: 'strict', title: 'Choose a strict policy for CI', ...strict(facts), href: '/policies' },
  { id: 'gap', title: 'Close the gap', ...gap(facts), href: '/ratchet' },
  { id: 'decisions', title: 'Decide every failure', ...decisions(facts), href: '/inbox' },
  { id: 'enforce', title: 'Enforce in the cluster', ...enforce(facts), href: '/enforce' },
  { id: 'separate', title: 'Keep products and environments apart', ...separate(facts), href: '/policies' },
  { id: 'share', title: 'Share with CI and other clusters', ...share(facts) },
  { id: 'feedback', title: 'Ask the teams', ...feedback(facts), href: '/workspace' },
];

function teams({ teams: listed, products, environments, needs }: GuideFacts): Step {
  const found = [counted(listed, 'team'), counted(products, 'product'), counted(environments, 'environment')].join(', ');
  if (listed === 0 || products === 0 || environments === 0) {
    return open(listed + products + environments === 0 ? 'Nobody is listed yet' : `${found}: not all is listed yet`);
  }
  return needs === 0 ? open(`${found}; no team says what it needs`) : done(found);
}

function scan({ scan: latest }: GuideFacts): Step {
  if (latest === undefined) return open('No scan yet');
  const seen = `${counted(latest.objects, 'object')} of ${latest.source}`;
  return latest.complete ? done(`${seen} judged`) : done(`${seen} judged; not everything could be read`);
}

function baseline({ baseline: held }: GuideFacts): Step {
  if (held === undefined) return open('No baseline yet: a scan proposes one');
  if (held.rules === 0) return open(`'${held.name}' holds no rule yet`);
  const evidence = held.evidence === 0 ? '' : `, with ${counted(held.evidence, 'scan')} as evidence`;
  return done(`'${held.name}' holds ${counted(held.rules, 'rule')}${evidence}`);
}

function strict({ strict: wanted }: GuideFacts): Step {
  if (wanted === undefined) return open('No strict policy is bound yet');
  return done(`'${wanted.name}' wants ${counted(wanted.rules, 'rule')}`);
}

function gap({ gap: between, baseline: held, strict: wanted }: GuideFacts): Step {
  if (held === undefined || wanted === undefined) return open('Needs a baseline and a strict policy');
  if (between === undefined) return open('No scan shows the gap yet');
  if (between.missing === 0) return done('The baseline holds everything that the strict policy wants');
  const ready = between.ready === 0 ? 'none is ready yet' : `${between.ready} ${between.ready === 1 ? 'is' : 'are'} ready`;
  return open(`${counted(between.missing, 'rule')} to go, ${ready}`);
}

function decisions({ decisions: made }: GuideFacts): Step {
  if (made === undefined) return open('No scan shows failures yet');
  if (made.undecided > 0) return open(`${made.undecided} of ${counted(made.failing, 'failing rule')} undecided`);
  return done(made.failing === 0 ? 'Nothing fails' : `${counted(made.failing, 'failing rule')}, all decided`);
}

function enforce({ enforced }: GuideFacts): Step {
  if (enforced > 0) return done(`${counted(enforced, 'export')} made`);
  return open('Nothing is exported yet: Enforce shows first what would be denied, as does plimsoll enforce replay');
}

function separate({ cells, products, environments }: GuideFacts): Step {
  if (cells > 0) return done(`${counted(cells, 'binding')} for a product or an environment`);
  return open(
    products + environments === 0 ? 'No products or environments yet' : 'Every product and environment has the same policies',
  );
}

function share({ tokens }: GuideFacts): Step {
  if (tokens === undefined) return open('Comes with a later version');
  return tokens === 0 ? open('No token yet') : done(counted(tokens, 'token'));
}

function feedback({ feedback: { rounds, isDue, due } }: GuideFacts): Step {
  if (isDue) return open(`A round is due since ${due ?? 'today'}`);
  if (rounds === 0) return open(due === undefined ? 'No round yet' : `The first round is due on ${due}`);
  return done(due === undefined ? 'A round is open' : `${counted(rounds, 'round')}, the next on ${due}`);
}
