import { createPortServer } from '#main/rpc/message-port.ts';
import type { ServerPort } from '#main/rpc/message-port.ts';
import { createRouter } from '#main/rpc/router.ts';
import type { OnError, Services } from '#main/rpc/router.ts';
import { CONNECT, STOP } from './services-messages.ts';

/** As much of Electron's ParentPort as serving needs. */
export interface Parent {
  on(event: 'message', listener: (event: { readonly data: unknown; readonly ports: readonly ServerPort[] }) => void): unknown;
}

export interface ServeParentOptions {
  readonly parentPort: Parent;
  readonly services: Services;
  readonly onError: OnError;
  /** Ends what runs and closes the database. */
  readonly close: () => Promise<void>;
  readonly exit: (code: number) => void;
}

/** The services' side of ServicesHost: serves each port the main process brings, until it says stop. */
export function serveParent({ parentPort, services, onError, close, exit }: ServeParentOptions): void {
  const serve = createPortServer(createRouter(services, onError));
  parentPort.on('message', ({ data, ports }) => {
    const port = ports[0];
    if (data === CONNECT && port !== undefined) serve(port);
    else if (data === STOP) {
      close().then(
        () => exit(0),
        (thrown: unknown) => {
          onError('close', thrown);
          exit(1);
        },
      );
    }
  });
}
