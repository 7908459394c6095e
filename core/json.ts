/** The values that objects are made of. They stand with the engine, which is a module of its own and imports nothing of Plimsoll. */
export * from './cel/json.ts';
