import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  protocol,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { startApp } from './electron/app.ts';
import { entryPath, preloadPath, rendererPath } from './resources.ts';

// No top-level await in here, nor in anything imported: see startApp.
startApp({
  electron: { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, protocol, session, shell, utilityProcess },
  paths: {
    preload: preloadPath(),
    renderer: rendererPath(),
    services: entryPath('services-process', 'electron/services-process.ts'),
  },
  platform: process.platform,
  debug: process.env['PLIMSOLL_DEBUG'] === '1',
  log: (text) => void process.stderr.write(`plimsoll: ${text}\n`),
});
