/** A share 0..1 as `86.8 %`. It never rounds up to 100 nor down to 0: those two words are promises. */
export function percent(share: number, digits = 0): string {
  if (share <= 0) return '0 %';
  if (share >= 1) return '100 %';
  const scale = 10 ** digits;
  const step = 1 / scale;
  const rounded = Math.round(share * 100 * scale) / scale;
  return `${Math.min(100 - step, Math.max(step, rounded)).toFixed(digits)} %`;
}
