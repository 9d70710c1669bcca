// Builds the web app into the given folder and stores a Brotli and a gzip form beside each text file, so that the
// server never compresses anything at run time.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { build } from 'vite'
import { root } from './setup.mjs'

const target = resolve(process.argv[2] ?? join(root, 'dist', 'web'))
await build({
  configFile: join(root, 'vite.config.ts'),
  logLevel: 'warn',
  build: { outDir: target, emptyOutDir: true },
})

const compressible = /\.(?:js|mjs|css|html|svg|json|txt|webmanifest|map)$/
const brotli = promisify(brotliCompress)
const zip = promisify(gzip)
for (const entry of readdirSync(target, { withFileTypes: true, recursive: true })) {
  const path = join(entry.parentPath, entry.name)
  if (!entry.isFile() || !compressible.test(entry.name) || statSync(path).size < 1024) continue
  const bytes = readFileSync(path)
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  const [small, medium] = await Promise.all([brotli(bytes, { params }), zip(bytes, { level: 9 })])
  if (small.length < bytes.length) writeFileSync(`${path}.br`, small)
  if (medium.length < bytes.length) writeFileSync(`${path}.gz`, medium)
}
