import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { app } from './build/app';
import { pages } from './build/pages';

/** The script of each page; pages without a life of their own share `plain`. */
const scripts = {
  login: 'login',
  phone: 'phone',
  home: 'home',
  signin: 'signin',
  join: 'join',
  dashboard: 'dashboard',
  collecting: 'collecting',
  admin: 'admin',
  plain: 'plain',
  offline: 'offline',
  refused: 'plain',
  notfound: 'plain',
};

const entries = {
  login: 'src/login/page.ts',
  phone: 'src/phone/page.ts',
  home: 'src/account/home.ts',
  signin: 'src/account/signin.ts',
  join: 'src/account/join.ts',
  dashboard: 'src/account/dashboard.ts',
  collecting: 'src/account/collecting.ts',
  admin: 'src/admin/page.ts',
  plain: 'src/plain.ts',
  offline: 'src/app/offline.ts',
  sw: 'src/app/service-worker.ts',
};

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root,
  plugins: [app('sw', 'offline'), pages(root, scripts)],
  worker: {
    format: 'es',
    rollupOptions: { output: { hashCharacters: 'base36', entryFileNames: 'assets/[name].[hash].js' } },
  },
  build: {
    target: 'es2022',
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: entries,
      output: {
        // One file that every page shares, instead of one for each small module; only the login page makes codes.
        manualChunks: (id) => (/\/src\/shared\/(?!rotation)/.test(id) ? 'shared' : undefined),
        hashCharacters: 'base36',
        // A service worker has one address for ever.
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name].[hash].js'),
        chunkFileNames: 'assets/[name].[hash].js',
        assetFileNames: 'assets/[name].[hash][extname]',
      },
    },
  },
});
