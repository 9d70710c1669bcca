// How much script a first visit loads, compressed, and what is in it: of somebody who is signed in, and of the sign-in page.
// Fails beyond 250 kB (gzip -9, 1 kB = 1,000 bytes).
// Usage: node bin/web-size.mjs [folder of the build]
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const LIMIT = 250_000
const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../dist/web')
const manifestPath = join(folder, '.vite/manifest.json')
if (!existsSync(manifestPath)) {
  console.error(`${folder} holds no build (npm run build).`)
  process.exit(2)
}
const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'))

/** A chunk and all it imports before it can run. */
const withImports = (key, seen = new Set()) => {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const inner of manifest[key].imports ?? []) withImports(inner, seen)
  return seen
}
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry)
const sizeOf = (file) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length
const rows = (keys) =>
  keys.map((key) => ({ file: manifest[key].file, size: sizeOf(manifest[key].file) })).sort((a, b) => b.size - a.size)
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`

/** What each visitor loads before anything can be done: the page itself and the part that is for them. */
const visits = {
  'First load, signed in (gzip)': ['shell/signed-in.tsx'],
  'First load, sign-in page (gzip)': ['modules/gate/gate.tsx', 'i18n/parts/gate.fr.ts', 'i18n/parts/codes.fr.ts'],
}
/** The page's first script, which is in no manifest. */
const firstFile = `assets/${readdirSync(join(folder, 'assets')).find((name) => /^starter-.+\.js$/.test(name))}`
const first = { file: firstFile, size: sizeOf(firstFile) }
let failed = false
const loaded = new Set()
for (const [name, parts] of Object.entries(visits)) {
  const keys = withImports(entry)
  for (const part of parts) {
    if (manifest[part] === undefined) throw new Error(`${part} is no part of the build.`)
    withImports(part, keys)
  }
  const scripts = [...rows([...keys].filter((key) => manifest[key].file.endsWith('.js'))), first]
  const total = scripts.reduce((sum, { size }) => sum + size, 0)
  console.log(`${name}:`)
  for (const { file, size } of scripts) console.log(`  ${kilobytes(size)}  ${file}`)
  console.log(`  ${kilobytes(total)}  in all, of ${LIMIT / 1000} kB allowed`)
  for (const key of keys) loaded.add(key)
  if (total > LIMIT) {
    console.error(`It is ${kilobytes(total - LIMIT).trim()} too large.`)
    failed = true
  }
}
console.log('Later, when needed:')
for (const { file, size } of rows(
  Object.keys(manifest).filter((key) => !loaded.has(key) && manifest[key].file.endsWith('.js')),
))
  console.log(`  ${kilobytes(size)}  ${file}`)
if (failed) process.exit(1)
