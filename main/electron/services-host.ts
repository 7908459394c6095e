import type { MessageChannelMain as MessageChannelMainClass, MessagePortMain, UtilityProcess, utilityProcess } from 'electron';
import { CONNECT, STOP } from './services-messages.ts';

export interface ServicesHostDeps {
  readonly utilityProcess: Pick<typeof utilityProcess, 'fork'>;
  readonly MessageChannelMain: typeof MessageChannelMainClass;
  /** The built entry of the services, main/electron/services-process.ts. */
  readonly entry: string;
  readonly log: (text: string) => void;
}

const STOP_WAIT_MS = 3_000;

/**
 * Runs the services in a process of their own, so that a scan never blocks the window and a crash never takes it along.
 * Started by the first connection, and again by the next one after a crash: the page's port closes with the process, and
 * its client then asks for a new one.
 */
export class ServicesHost {
  readonly #deps: ServicesHostDeps;
  #child: UtilityProcess | undefined;

  constructor(deps: ServicesHostDeps) {
    this.#deps = deps;
  }

  /** The page's end of a new channel to the services. */
  connect(): MessagePortMain {
    const child = (this.#child ??= this.#start());
    const { port1, port2 } = new this.#deps.MessageChannelMain();
    child.postMessage(CONNECT, [port1]);
    return port2;
  }

  /** Asks the services to end (a running scan is marked so), and ends them after three seconds if they do not. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    child.once('exit', () => resolve());
    const timer = setTimeout(() => {
      if (!child.kill()) resolve();
    }, STOP_WAIT_MS);
    child.postMessage(STOP);
    await promise;
    clearTimeout(timer);
  }

  #start(): UtilityProcess {
    const child = this.#deps.utilityProcess.fork(this.#deps.entry, [], { serviceName: 'Plimsoll services', stdio: 'inherit' });
    child.once('exit', (code) => {
      if (this.#child === child) this.#child = undefined;
      if (code !== 0) this.#deps.log(`the services ended with code ${code}`);
    });
    return child;
  }
}
