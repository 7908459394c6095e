import type { Connection } from './database.ts';

/** Settings by key, as JSON. What they mean is the services' business. */
export class SettingsStore {
  readonly #db: Connection;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** The stored value, still to be checked by its schema, or undefined. */
  get(key: string): unknown {
    const text = this.#db.prepare<[string], string>('SELECT value FROM settings WHERE key = ?').pluck().get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  all(): Record<string, unknown> {
    const rows = this.#db.prepare<[], { key: string; value: string }>('SELECT key, value FROM settings').all();
    return Object.fromEntries(rows.map((row) => [row.key, JSON.parse(row.value)]));
  }

  set(values: Readonly<Record<string, unknown>>): void {
    const put = this.#db.prepare(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    this.#db
      .transaction(() => {
        for (const [key, value] of Object.entries(values)) if (value !== undefined) put.run(key, JSON.stringify(value));
      })
      .immediate();
  }
}
