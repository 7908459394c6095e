import { defineConfig } from 'vite';
import main from './vite.main.config.ts';

/** The command line as a package of its own (scripts/pack-cli.ts): what `plimsoll` needs, without Electron's side. */
export default defineConfig({
  ...main,
  build: {
    ...main.build,
    outDir: 'out/cli-package/out/main',
    sourcemap: false,
    rolldownOptions: {
      ...main.build?.rolldownOptions,
      input: { cli: 'cli/index.ts', 'scan.worker': 'main/scan/worker.ts' },
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: 'chunk-[name]-[hash].js',
        // npm links it into node_modules/.bin and the system starts it.
        banner: (chunk) => (chunk.isEntry && chunk.name === 'cli' ? '#!/usr/bin/env node' : ''),
      },
    },
  },
});
