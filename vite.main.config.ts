import { defineConfig } from 'vite';

// Everything is bundled except Electron itself and the native module.
const external = ['electron', 'better-sqlite3'];

export default defineConfig({
  publicDir: false,
  ssr: { target: 'node', noExternal: true, external },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out/main',
    emptyOutDir: true,
    minify: true,
    sourcemap: true,
    reportCompressedSize: false,
    rolldownOptions: {
      // Workers and processes are entries of their own: a bundler leaves `new Worker(path)` alone. main/resources.ts names them.
      input: {
        index: 'main/index.ts',
        cli: 'cli/index.ts',
        'scan.worker': 'main/scan/worker.ts',
        'services-process': 'main/electron/services-process.ts',
      },
      external,
      // Flat: paths are computed from import.meta.url.
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
    },
  },
});
