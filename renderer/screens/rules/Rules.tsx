import type { Current } from '../../state/current.ts';
export function Rules(_: { current: Current; diff?: boolean; id?: string }) { return null; }
