import type { DocumentDirective } from 'js-yaml';

export type TagHandles = ReadonlyMap<string, string>;

const YAML_PREFIX = 'tag:yaml.org,2002:';
export const NO_HANDLES: TagHandles = new Map();

export const tagHandles = (directives: readonly DocumentDirective[]): TagHandles =>
  directives.length === 0
    ? NO_HANDLES
    : new Map(directives.flatMap((directive) => (directive.kind === 'tag' ? [[directive.handle, directive.prefix]] : [])));

/**
 * A tag as written, in full: `!!int` gives `tag:yaml.org,2002:int`, `!local` stays. The lone `!` stays too: text, whatever it holds.
 */
export function fullTag(written: string, handles: TagHandles): string {
  if (written === '!') return written;
  if (written.startsWith('!<')) return written.slice(2, -1);
  const end = written.indexOf('!', 1);
  const handle = end === -1 ? '!' : written.slice(0, end + 1);
  const prefix = handles.get(handle) ?? (handle === '!!' ? YAML_PREFIX : handle);
  return prefix + written.slice(handle.length);
}
