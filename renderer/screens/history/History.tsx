import type { Current } from '../../state/current.ts';
export function History(_: { current: Current; diff?: boolean; id?: string }) { return null; }
