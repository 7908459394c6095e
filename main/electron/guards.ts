import type { App, Session, WebContents } from 'electron';
import type { OpenExternal } from './external.ts';
import { isOurBlob, isOurs } from './origin.ts';

interface Navigation {
  readonly url: string;
  preventDefault: () => void;
}

const staysHome = (navigation: Navigation): void => {
  if (!isOurs(navigation.url)) navigation.preventDefault();
};

function guard(contents: WebContents, openLink: OpenExternal): void {
  contents.on('will-navigate', staysHome);
  contents.on('will-frame-navigate', (navigation) => {
    // The page has no frames; whatever opens one, nothing is loaded into it.
    if (!navigation.isMainFrame) navigation.preventDefault();
    else staysHome(navigation);
  });
  contents.on('will-redirect', staysHome);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openLink(url);
    return { action: 'deny' };
  });
}

/** Keeps every web contents that is ever made on our page: no navigation, frame, window or webview leads elsewhere. */
export function guardAllContents(app: Pick<App, 'on'>, openLink: OpenExternal): void {
  app.on('web-contents-created', (_event, contents) => guard(contents, openLink));
}

/** Copy buttons write text to the clipboard on a click; nothing is ever read from it. */
const CLIPBOARD_WRITE = 'clipboard-sanitized-write';

/** The page needs one permission, to copy: no other is asked for, checked as granted, or granted for a device. It may save exports that it made. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(permission === CLIPBOARD_WRITE));
  session.setPermissionCheckHandler((_contents, permission) => permission === CLIPBOARD_WRITE);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler(null);
  session.on('will-download', (event, item) => {
    // What the page itself made is saved where the person says in the system's own dialog; nothing comes from elsewhere.
    if (isOurBlob(item.getURL())) item.setSaveDialogOptions({ title: 'Save', defaultPath: item.getFilename() });
    else event.preventDefault();
  });
}
