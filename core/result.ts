/** Values or errors across boundaries. They stand with the engine, which is a module of its own and imports nothing of Plimsoll. */
export * from './cel/result.ts';
