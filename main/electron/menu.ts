import type { MenuItemConstructorOptions } from 'electron';
import type { OpenExternal } from './external.ts';

export interface MenuSettings {
  readonly platform: NodeJS.Platform;
  readonly devTools: boolean;
  readonly openLink: OpenExternal;
}

/** The application menu: only roles of the platform, so that shortcuts and texts are the system's own. */
export function menuTemplate({ platform, devTools, openLink }: MenuSettings): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  const tools: MenuItemConstructorOptions[] = [{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }];
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    { role: 'fileMenu' },
    { role: 'editMenu' },
    { label: 'View', submenu: devTools ? [...view, ...tools] : view },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'Kubernetes documentation', click: () => openLink('https://kubernetes.io/docs/') },
        ...(mac ? [] : [{ role: 'about' } as const]),
      ],
    },
  ];
}
