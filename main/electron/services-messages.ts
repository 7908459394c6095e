/** What the main process tells the services process. A message with `CONNECT` brings the port to serve. */
export const CONNECT = 'connect';
export const STOP = 'stop';
