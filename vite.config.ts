import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { build, defineConfig, type Plugin } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * The page's first script is a file of its own, whole, before everything else: the page's CSP allows no inline script. It
 * starts the program, which the page only names and fetches.
 */
const firstScript = (): Plugin => {
  let name = ''
  let isBuild = false
  return {
    name: 'first-script',
    configResolved: ({ command }) => {
      isBuild = command === 'build'
    },
    async buildStart() {
      if (!isBuild) return
      const built = await build({
        configFile: false,
        logLevel: 'warn',
        publicDir: false,
        build: {
          write: false,
          target: 'es2023',
          rolldownOptions: { input: here('./src/web/first/first.ts'), output: { format: 'iife' } },
        },
      })
      const [chunk] = 'output' in built ? built.output : Array.isArray(built) ? (built[0]?.output ?? []) : []
      if (chunk?.type !== 'chunk') throw new Error('no first script')
      const source = chunk.code
      name = `assets/starter-${createHash('sha256').update(source).digest('base64url').slice(0, 8)}.js`
      this.emitFile({ type: 'asset', fileName: name, source })
    },
    transformIndexHtml: {
      order: 'post',
      handler: (html) => {
        const first = { tag: 'script', attrs: { src: `/${name}` }, injectTo: 'head-prepend' } as const
        if (!isBuild) return [{ ...first, attrs: { type: 'module', src: '/first/first.ts' } }]
        const [, src = ''] = /<script type="module" crossorigin src="([^"]+)"><\/script>/.exec(html) ?? []
        if (src === '') throw new Error('the page has no program')
        const named = `<meta name="start" content="${src}"><link rel="modulepreload" crossorigin href="${src}">`
        return { html: html.replace(/<script type="module" crossorigin[^>]*><\/script>/, named), tags: [first] }
      },
    },
  }
}

/** The page names the files of the mail's program, so that the first script can ask for them before the program that would. */
const namedProgram = (): Plugin => ({
  name: 'named-program',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle = {} }) => {
      const files = new Set<string>()
      const add = (name: string): void => {
        const chunk = bundle[name]
        if (chunk?.type !== 'chunk' || files.has(`/${name}`)) return
        files.add(`/${name}`)
        // Style sheets in the order in which the program would add them.
        for (const used of chunk.imports) add(used)
        for (const css of chunk.viteMetadata?.importedCss ?? []) files.add(`/${css}`)
      }
      const program = Object.values(bundle).find(
        (one) => one.type === 'chunk' && one.facadeModuleId?.endsWith('/shell/signed-in.tsx'),
      )
      if (program) add(program.fileName)
      return [{ tag: 'meta', attrs: { name: 'program', content: [...files].join(' ') }, injectTo: 'head-prepend' }]
    },
  },
})

const isFirst = /^(?:index|react|shared|mail|signed-in|rolldown-runtime)$/

/**
 * Browsers that know the mark (Chromium) compile all functions of the first screens' chunks while they are fetched, beside the
 * page's thread; otherwise each is compiled there when it is first called, in the midst of the first rendering.
 */
const compiledAhead = (): Plugin => ({
  name: 'compiled-ahead',
  apply: 'build',
  generateBundle: {
    // After Vite's own lines: the mark is the first thing in the file or nothing.
    order: 'post',
    handler: (_options, bundle) => {
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk' && isFirst.test(chunk.name))
          chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`
    },
  },
})

/** The files that a browser keeps to start without a network, by the paths it asks for them. */
const shellFiles = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/'))
    .filter((path) => !/^\/(?:\.|sw\.js|index\.html)|\.(?:br|gz|map)$/.test(path))
    .toSorted()

/** Builds the service worker, a program of its own, once it is known which files it has to keep. */
const serviceWorker = (): Plugin => ({
  name: 'service-worker',
  apply: 'build',
  async writeBundle({ dir = '' }) {
    const files = shellFiles(dir)
    const print = createHash('sha256')
    for (const path of ['/index.html', ...files]) print.update(path).update(readFileSync(join(dir, path)))
    await build({
      configFile: false,
      logLevel: 'warn',
      publicDir: false,
      resolve: { alias: [{ find: /^#(base|format)\//, replacement: here('./src/') + '$1/' }] },
      define: {
        __FILES__: JSON.stringify(['/', ...files]),
        __BUILD__: JSON.stringify(print.digest('hex').slice(0, 16)),
      },
      build: {
        outDir: dir,
        emptyOutDir: false,
        target: 'es2023',
        reportCompressedSize: false,
        rolldownOptions: {
          input: here('./src/web/worker/worker.ts'),
          output: { format: 'iife', entryFileNames: 'sw.js' },
        },
      },
    })
  },
})

/** What everybody uses, signed in or not, and what it needs of the libraries. */
const isShared = (id: string) =>
  /src[\\/]web[\\/](?:i18n[\\/](?!parts[\\/])|data[\\/](?:vault|storage-idb)|ui[\\/](?:button|icon|classes|field)|ui[\\/](?:avatar|later)|shell[\\/](?:value|early|request|session|preferences|gate-place|announce|toasts|brand|splash|keepsakes|error-edge|begin|step-up|lazy-gate))/.test(
    id,
  )

/** What shows a message: no part of the first screen, whoever else shows one. */
const isReading = (id: string) =>
  /modules[\\/]mail[\\/]read[\\/](?!empty-reader|thread-pane|open-later|use-prefetch|warm-frame)/.test(id)

/** The mail's own small modules that several chunks use; not those of a chunk that is loaded later. */
const isMail = (id: string) =>
  (/src[\\/](?:web[\\/](?:data|modules[\\/]mail)|base|format[\\/](?:address|mime|jmap))[\\/]/.test(id) &&
    !isReading(id) &&
    !/[\\/]compose[\\/](?!composers|answer)/.test(id)) ||
  /src[\\/]web[\\/]shell[\\/](?:frame\.module|error-notices|use-title|farewell|profile-name|switch-profile)|@tanstack[\\/]react-router[\\/]/.test(
    id,
  )

/** The first pages of the gate; what only one of the others needs stays with it. */
const isGate = (id: string) =>
  /modules[\\/]gate[\\/](?!factor|recover|agree|enrol|profile-page|new-password|accessibility)/.test(id)

/** The web app: sources in src/web, result in dist/web. `CONVERGENCE_URL` names the server that development talks to. */
export default defineConfig(() => {
  const target = process.env.CONVERGENCE_URL ?? 'http://localhost:8080'
  const proxied = { target, changeOrigin: false }
  const version: unknown = JSON.parse(readFileSync(here('./package.json'), 'utf8')).version
  return {
    root: here('./src/web'),
    publicDir: here('./src/web/public'),
    plugins: [react(), firstScript(), namedProgram(), compiledAhead(), serviceWorker()],
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
              { name: 'gate', test: isGate, minShareCount: 2, priority: 1 },
              { name: 'reading', test: isReading, minShareCount: 2 },
            ],
          },
        },
      },
    },
  }
})
