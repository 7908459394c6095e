import { EventEmitter } from 'node:events';
import { rawPort } from './ports.ts';
import { strict } from './strict.ts';

type Deliver = (channel: string, message: unknown, ports: readonly unknown[]) => void;
type OpenHandler = (details: { readonly url: string }) => { readonly action: string };

/** An event as Electron hands it to listeners: may be prevented. */
export class FakeEvent {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

export class FakeFrame {
  url: string;
  parent: unknown = null;
  readonly #deliver: Deliver;
  constructor(url: string, deliver: Deliver) {
    this.url = url;
    this.#deliver = deliver;
  }
  postMessage(channel: string, message: unknown, transfer: readonly unknown[] = []): void {
    this.#deliver(channel, message, transfer.map(rawPort));
  }
}

export class FakeWebContents extends EventEmitter {
  readonly mainFrame: FakeFrame;
  destroyed = false;
  #openHandler: OpenHandler | undefined;

  constructor(deliver: Deliver) {
    super();
    this.mainFrame = strict<FakeFrame>('webFrameMain', new FakeFrame('about:blank', deliver));
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  /** As Chromium would: what `window.open(url)` of the page leads to. */
  open(url: string): string {
    if (this.#openHandler === undefined) throw new Error('no window-open handler: Electron would open a window');
    return this.#openHandler({ url }).action;
  }
  /** True where the page may go there. */
  navigate(name: 'will-navigate' | 'will-frame-navigate' | 'will-redirect', url: string, isMainFrame = true): boolean {
    const event = Object.assign(new FakeEvent(), { url, isMainFrame, isSameDocument: false });
    if (this.listenerCount(name) === 0) throw new Error(`nobody listens to ${name}`);
    this.emit(name, event);
    return !event.defaultPrevented;
  }
}

export class FakeBrowserWindow extends EventEmitter {
  static readonly all: FakeBrowserWindow[] = [];
  /** Set by the fake module: windows before `ready` throw, and each web contents is announced. */
  static ready: () => boolean = () => false;
  static announce: (contents: FakeWebContents) => void = () => undefined;
  static deliver: Deliver = () => undefined;

  readonly options: unknown;
  readonly webContents: FakeWebContents;
  readonly shown: string[] = [];
  minimized = false;

  constructor(options: unknown) {
    super();
    if (!FakeBrowserWindow.ready()) throw new Error('Cannot create BrowserWindow before app is ready');
    this.options = options;
    this.webContents = strict<FakeWebContents>(
      'webContents',
      new FakeWebContents((...args) => FakeBrowserWindow.deliver(...args)),
    );
    FakeBrowserWindow.all.push(this);
    FakeBrowserWindow.announce(this.webContents);
  }
  async loadURL(url: string): Promise<void> {
    this.webContents.mainFrame.url = url;
    queueMicrotask(() => this.emit('ready-to-show'));
  }
  show(): void {
    this.shown.push('show');
  }
  focus(): void {
    this.shown.push('focus');
  }
  restore(): void {
    this.minimized = false;
    this.shown.push('restore');
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  close(): void {
    this.webContents.destroyed = true;
    FakeBrowserWindow.all.splice(FakeBrowserWindow.all.indexOf(this), 1);
    this.emit('closed');
  }
}
