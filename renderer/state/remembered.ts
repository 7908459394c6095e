/** Small facts that belong to this browser, not to the database: they must be there before the host has answered. */
export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(`plimsoll.${name}`, JSON.stringify(value));
  } catch {
    // Storage may be full or forbidden: then it is simply not remembered.
  }
}

export function recall(name: string): unknown {
  try {
    const text = localStorage.getItem(`plimsoll.${name}`);
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
