import type { ScanObject } from '#core/inventory/model.ts';
import type { Finding } from '#core/policy/finding.ts';
import type { Report } from '#core/report/report.ts';

/** Where something stands, for tools that know nothing but files. Lines and columns count from 1. */
export interface FilePlace {
  /** With `/` between folders, no `./` in front. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  /** False: an object of a cluster, whose path is made of its names. */
  readonly isFile: boolean;
}

/** A finding's file and line; of an object of a cluster `<source>/<namespace>/<Kind>/<name>`. */
export function placeOfFinding(report: Report, { object, place, position }: Finding): FilePlace {
  if (place === undefined) return { path: objectPath(report.run.source.name, object), isFile: false };
  return {
    path: filePath(place.file),
    line: position?.line ?? place.line,
    ...(position === undefined ? {} : { column: position.column }),
    isFile: true,
  };
}

/** The file of an object as it was named, else its path as above. */
export const fileOfObject = (report: Report, object: ScanObject): string =>
  object.place?.file ?? objectPath(report.run.source.name, object);

export const filePath = (file: string): string => file.replaceAll('\\', '/').replace(/^(?:\.\/+)+/, '');

const objectPath = (source: string, { namespace, kind, name }: ScanObject): string =>
  [source, ...(namespace === undefined ? [] : [namespace]), kind, name].map(segment).join('/');

/** A name is one step of the path, and never leads out of it. */
const segment = (name: string): string => {
  const flat = name.replaceAll(/[/\\]/g, '_');
  return flat === '' || /^\.+$/.test(flat) ? `_${flat}` : flat;
};

/** `Deployment shop/web` */
export const objectTitle = ({ kind, namespace, name }: Pick<ScanObject, 'kind' | 'namespace' | 'name'>): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
