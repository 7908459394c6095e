import { settings as settingsSchema } from '#core/api/settings.ts';
import type { Settings } from '#core/api/settings.ts';
import { err, ok } from '#core/result.ts';
import type { Services } from '#main/rpc/services.ts';
import type { ScanManager } from '#main/scan/manager.ts';
import { notFound } from '#main/services/errors.ts';
import { toSource } from '#main/services/runs.ts';
import type { Store } from '#main/store/index.ts';

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  policy: 'default',
  teamLabel: 'team',
  dropEnvValues: false,
  views: {},
};

/** Stored settings over the defaults; a value that no longer fits its schema falls back to its default. */
export function readSettings(store: Store): Settings {
  const stored = store.settings.all();
  const read = <K extends keyof Settings>(key: K): Settings[K] => {
    const parsed = settingsSchema.shape[key].safeParse(stored[key]);
    return parsed.success ? (parsed.data as Settings[K]) : DEFAULT_SETTINGS[key];
  };
  return {
    theme: read('theme'),
    policy: read('policy'),
    teamLabel: read('teamLabel'),
    dropEnvValues: read('dropEnvValues'),
    views: read('views'),
  };
}

export function settingsService(store: Store, scans: ScanManager, changed: () => void): Services['settings'] {
  return {
    get: async () => ok(readSettings(store)),
    set: async (patch) => {
      store.settings.set(patch);
      changed();
      scans.emit({ type: 'changed', what: 'settings' });
      return ok(readSettings(store));
    },
    source: async ({ id, ...patch }) => {
      if (store.sources.get(id) === undefined) return err(notFound(`Source ${id}`, 'the database'));
      const updated = store.sources.update(id, {
        ...(patch.name === undefined ? {} : { name: patch.name }),
        ...(patch.colour === undefined ? {} : { colour: patch.colour }),
        ...(patch.production === undefined ? {} : { production: patch.production }),
      });
      if (!updated.ok) return updated;
      changed();
      scans.emit({ type: 'changed', what: 'sources' });
      return ok(toSource(updated.value, store));
    },
  };
}
