import type { JsonValue } from '#core/json.ts';

/** Lines and columns count from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A step into a policies.yaml: `['policies', 0, 'rules', 2]`. */
export type TextPath = readonly (string | number)[];

/** A line that holds nothing but a comment: its text without `#`, white space kept. */
export interface CommentLine {
  readonly line: number;
  readonly text: string;
}

/** A policies.yaml as it was parsed: its value, where things stand in it, and the comments that a value forgets. */
export interface DatreeText {
  readonly value: JsonValue;
  readonly comments: readonly CommentLine[];
  /** Where the value at a path begins; the nearest place around it where it has none of its own. */
  place(path: TextPath): TextPlace | undefined;
}

/** Something wrong in a policies.yaml, or something that was put right while reading it. */
export interface DatreeProblem extends Partial<TextPlace> {
  /** Dot path, empty for the whole. */
  readonly path: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly next?: string;
}

/** Collects problems with their places. */
export class Problems {
  readonly list: DatreeProblem[] = [];
  readonly #text: Pick<DatreeText, 'place'>;

  constructor(text: Pick<DatreeText, 'place'>) {
    this.#text = text;
  }

  error(path: TextPath, message: string, next?: string): void {
    this.#add('error', path, message, next);
  }

  warning(path: TextPath, message: string, next?: string): void {
    this.#add('warning', path, message, next);
  }

  #add(severity: DatreeProblem['severity'], path: TextPath, message: string, next: string | undefined): void {
    this.list.push({
      ...this.#text.place(path),
      path: path.map(String).join('.'),
      severity,
      message,
      ...(next === undefined ? {} : { next }),
    });
  }
}
