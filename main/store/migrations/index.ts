import { first } from './0001-first.ts';
import { problems } from './0002-problems.ts';
import { revisions } from './0003-revisions.ts';

/** Every step of the schema, in order: entry n leads from `user_version` n to n + 1. */
export const MIGRATIONS: readonly string[] = [first, problems, revisions];
