/**
 * Saves a text as a file, by the host's own way: a browser puts it where its downloads go or asks, Electron asks
 * (main/electron/guards.ts). Nothing is sent anywhere.
 */
export function saveFile(name: string, mediaType: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${mediaType};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The file is read from memory while it is written.
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}

const KEPT_MS = 60_000;
