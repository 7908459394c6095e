/** Who pays for work of which the API server's cost says nothing: values that hold one another many times over, searches. */
export interface Effort {
  /** Takes steps; false where there are none left. */
  spend(steps: number): boolean;
}

/** For values that are small. */
export const UNMETERED: Effort = { spend: () => true };

/** Pays for going over so many characters or elements. */
export const spendOnAll = (effort: Effort, length: number): boolean => effort.spend((length >>> 3) + 1);
