import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The theme is chosen before the first paint by a file of its own: the page's CSP allows no inline script. */
const earlyTheme = (): Plugin => ({
  name: 'early-theme',
  transformIndexHtml: () => [{ tag: 'script', attrs: { src: '/theme.js' }, injectTo: 'head-prepend' }],
})

/** What everybody uses, signed in or not, and what it needs of the libraries. */
const isShared = (id: string) =>
  /src[\\/]web[\\/](?:i18n[\\/](?!parts[\\/])|ui[\\/](?:button|icon|classes)|shell[\\/](?:value|request|session|preferences|gate-place|announce|toasts|brand|splash|error-edge|begin|step-up|lazy-gate))/.test(
    id,
  )

/** The mail's own small modules that several chunks use; not those of a chunk that is loaded later. */
const isMail = (id: string) =>
  /src[\\/](?:web[\\/](?:data|modules[\\/]mail)|base|format[\\/](?:address|mime|jmap))[\\/]/.test(id) &&
  !/sanitise|[\\/]compose[\\/](?!composers|answer)/.test(id)

/** The web app: sources in src/web, result in dist/web. `CONVERGENCE_URL` names the server that development talks to. */
export default defineConfig(() => {
  const target = process.env.CONVERGENCE_URL ?? 'http://localhost:8080'
  const proxied = { target, changeOrigin: false }
  const version: unknown = JSON.parse(readFileSync(here('./package.json'), 'utf8')).version
  return {
    root: here('./src/web'),
    publicDir: here('./src/web/public'),
    plugins: [react(), earlyTheme()],
    define: { __VERSION__: JSON.stringify(version) },
    resolve: {
      alias: [{ find: /^#(base|format|web)\//, replacement: here('./src/') + '$1/' }],
    },
    server: {
      proxy: {
        '/jmap': proxied,
        '/auth': proxied,
        '/.well-known': proxied,
        '/health': proxied,
        '/aide': proxied,
        '/help': proxied,
      },
    },
    build: {
      outDir: here('./dist/web'),
      emptyOutDir: true,
      target: 'es2023',
      cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      manifest: true,
      rolldownOptions: {
        output: {
          codeSplitting: {
            // A handful of files at first, each as old as its contents: what changes seldom stays in the browser.
            groups: [
              { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 3 },
              { name: 'shared', test: isShared, minShareCount: 2, priority: 2 },
              { name: 'mail', test: isMail, minShareCount: 2, priority: 1 },
            ],
          },
        },
      },
    },
  }
})
