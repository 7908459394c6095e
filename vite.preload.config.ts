import { defineConfig } from 'vite';

// A sandboxed preload script is one CommonJS file that requires nothing but `electron`.
const external = ['electron'];

export default defineConfig({
  publicDir: false,
  ssr: { target: 'node', noExternal: true, external },
  build: {
    ssr: true,
    target: 'chrome140',
    outDir: 'out/preload',
    emptyOutDir: true,
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: 'preload/index.ts',
      external,
      output: { format: 'cjs', entryFileNames: 'index.cjs', codeSplitting: false },
    },
  },
});
