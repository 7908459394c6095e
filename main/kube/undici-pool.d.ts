/** undici's pool alone: its index also loads fetch, caches and sockets of every kind, which takes a third of the start. */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
