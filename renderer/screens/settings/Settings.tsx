import type { Current } from '../../state/current.ts';
export function Settings(_: { current: Current; diff?: boolean; id?: string }) { return null; }
