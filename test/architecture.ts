/** Reads the imports of every room and says which of them break the law of the house (ARCHITECTURE.md). */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

/** The import law: a room may import itself and these. */
export const law: Readonly<Record<string, readonly string[]>> = {
  base: [],
  format: ['base'],
  store: ['base', 'format'],
  domain: ['base', 'format', 'store'],
  protocol: ['base', 'format', 'domain'],
  server: ['base', 'format', 'store', 'domain', 'protocol'],
  web: ['base', 'format'],
}

/** Files of the store that talk to an engine: only the composition root chooses one. */
const driver =
  /^store\/(?:sqlite|postgres|(?:blobs|bus)\/(?:postgres|local|s3|memory)|search\/(?:fts|tsvector|source|thread|worker))(?:[-/.].*)?$/
/** Packages that are an engine: only drivers may know them. */
const enginePackage = /^(?:node:sqlite|pg(?:-.*)?|@aws-sdk\/.*)$/
/** Rooms that run in a browser as well as on a server. */
const pure = new Set(['base', 'format'])

export interface Import {
  /** Importing file, from `src/`, with slashes. */
  readonly file: string
  readonly specifier: string
  /** Imported file from `src/`, or undefined for a package. */
  readonly target: string | undefined
}

const importForms = [
  /(?:^|[\s;}])(?:import|export)\b[^'"`;=()]*?\bfrom\s*['"]([^'"\n]+)['"]/g,
  /(?:^|[\s;}])import\s*['"]([^'"\n]+)['"]/g,
  /\bimport\s*\(\s*['"`]([^'"`\n]+)['"`]/g,
]

const withoutComments = (code: string): string => code.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/^\s*\/\/.*$/gm, '')

const slashes = (path: string): string => path.split(sep).join('/')

/** Every import of every source file below `src` (tests aside): static, type-only, side-effect and dynamic. */
export const readImports = (src: string): Import[] => {
  const found: Import[] = []
  for (const entry of readdirSync(src, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/(?<!\.test|\.d)\.tsx?$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const file = slashes(relative(src, path))
    const code = withoutComments(readFileSync(path, 'utf8'))
    for (const form of importForms) {
      for (const [, specifier = ''] of code.matchAll(form)) {
        let target: string | undefined
        if (specifier.startsWith('#')) target = specifier.slice(1)
        else if (specifier.startsWith('.')) target = slashes(relative(src, resolve(dirname(path), specifier)))
        found.push({ file, specifier, target })
      }
    }
  }
  return found
}

const roomOf = (file: string): string => file.split('/')[0] ?? ''

const fault = ({ file, specifier, target }: Import): string | undefined => {
  const room = roomOf(file)
  if (target === undefined) {
    if (pure.has(room) && specifier.startsWith('node:')) return `${room} is pure and knows no Node`
    if (enginePackage.test(specifier) && !driver.test(file)) return 'only a driver of the store may import an engine'
    return
  }
  const other = roomOf(target)
  if (law[room] === undefined) return `${room} is not a room`
  if (other !== room) {
    if (!law[room].includes(other)) return `${room} may not import ${other}`
    if (specifier.startsWith('.')) return `another room is imported by its name: #${target}`
  }
  if (driver.test(target) && room !== 'server' && room !== 'store') return 'only server chooses a driver'
  const family = file.split('/')[1]
  const otherFamily = target.split('/')[1]
  if (room === 'protocol' && other === 'protocol' && otherFamily !== family && target.split('/').length > 2)
    return 'protocols do not import each other'
  return
}

/** One line for each import that breaks the law. */
export const offences = (imports: readonly Import[]): string[] =>
  imports.flatMap((one) => {
    const why = fault(one)
    return why === undefined ? [] : [`${one.file} imports ${one.specifier}: ${why}`]
  })

/** A chain of rooms that import each other in a circle, or undefined. */
export const roomCycle = (imports: readonly Import[]): string[] | undefined => {
  const edges = new Map<string, Set<string>>()
  for (const { file, target } of imports) {
    if (target === undefined || roomOf(target) === roomOf(file)) continue
    const from = edges.get(roomOf(file)) ?? new Set()
    edges.set(roomOf(file), from.add(roomOf(target)))
  }
  const walk = (room: string, path: string[]): string[] | undefined => {
    if (path.includes(room)) return [...path, room]
    for (const next of edges.get(room) ?? []) {
      const cycle = walk(next, [...path, room])
      if (cycle) return cycle
    }
    return
  }
  for (const room of edges.keys()) {
    const cycle = walk(room, [])
    if (cycle) return cycle
  }
  return
}
