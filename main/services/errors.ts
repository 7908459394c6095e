import type { AppError } from '#core/model.ts';

export const notFound = (what: string, where: string): AppError => ({
  code: 'notFound',
  what: `${what} is not there.`,
  where,
  why: 'It was never stored, or was deleted since.',
  next: 'Go to History and choose another run.',
});

export const invalidInput = (what: string, where: string, why: string, next: string): AppError => ({
  code: 'invalidInput',
  what,
  where,
  why,
  next,
});
