import { contextBridge, ipcRenderer } from 'electron';
import { CONNECT_CHANNEL, PORT_MESSAGE } from '#core/bridge.ts';
import type { PlimsollBridge } from '#core/bridge.ts';

// A port cannot cross the context bridge; a window message to ourselves hands it over. The target is this very window,
// which the main process keeps on our page.
ipcRenderer.on(PORT_MESSAGE, (event) => {
  window.postMessage(PORT_MESSAGE, '*', event.ports);
});

const bridge: PlimsollBridge = { connect: () => ipcRenderer.invoke(CONNECT_CHANNEL) };
contextBridge.exposeInMainWorld('plimsoll', bridge);
