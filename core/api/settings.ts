import { z } from 'zod';
import { policyName, sourceText, theme } from './common.ts';

export const settings = z.object({
  theme,
  policy: policyName,
  /** Label whose value names the team that owns an object or namespace (decisions.md 22). */
  teamLabel: z.string().min(1).max(317),
  /** Drop all literal environment values before storing, not only those that look like credentials. */
  dropEnvValues: z.boolean(),
  /** Columns, widths and the like, by view; opaque to the host. */
  views: z.record(z.string().max(100), z.string().max(20_000)),
});
export type Settings = z.infer<typeof settings>;

export const settingsPatch = settings.partial();

export const sourcePatch = z.object({
  id: z.number(),
  name: sourceText.optional(),
  colour: z.enum(['plum', 'teal', 'amber', 'blue', 'moss', 'brick', 'slate', 'rose']).optional(),
  production: z.boolean().optional(),
});

export const appInfo = z.object({
  version: z.string(),
  host: z.enum(['electron', 'loopback', 'inProcess']),
  library: z.object({ hash: z.string(), rules: z.number() }),
  database: z.string(),
  platform: z.string(),
  /** The bundled sample, where it can be opened. */
  sample: z.boolean(),
});
export type AppInfo = z.infer<typeof appInfo>;
