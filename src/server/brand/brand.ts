/** How the platform presents itself: the name, logo, icon and colour of an académie, from one file (docs/branding.md). */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isFailure } from '#base/failure.ts'
import { brandColours } from './colours.ts'
import { checkPicture, type Picture } from './picture.ts'

export interface BrandFile {
  readonly type: string
  readonly bytes: Uint8Array
}

export interface Brand {
  readonly name: string
  readonly shortName: string
  /** By path from the root of the site; their names change with their contents. */
  readonly files: ReadonlyMap<string, BrandFile>
  readonly logo: string | undefined
  readonly icon: { readonly path: string; readonly type: string } | undefined
  readonly style: string | undefined
}

export interface BrandReading {
  /** Undefined when there is none, or when something of it is wrong. */
  readonly brand: Brand | undefined
  readonly problems: readonly string[]
  /** What was changed so that everybody can read. */
  readonly notes: readonly string[]
}

const maxFile = 64 * 1024
const known = ['name', 'shortName', 'logo', 'icon', 'accent'] as const
type Given = Partial<Record<(typeof known)[number], string>>

const readGiven = (path: string, problems: string[]): Given => {
  const text = readFileSync(path, 'utf8')
  if (text.length > maxFile) throw new Error('it is too large')
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it must hold one object')
  for (const [name, one] of Object.entries(value)) {
    if (!known.some((each) => each === name)) problems.push(`"${name}" is not known (${known.join(', ')})`)
    else if (typeof one !== 'string' || one.trim() === '') problems.push(`"${name}" must be a text`)
  }
  return value as Given
}

const isName = (name: string, most: number): boolean => name.length <= most && !/[\p{C}<>]/u.test(name)

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16)

/** Never throws: a wrong file leaves the platform as it is, and says why. `path` undefined: there is none. */
export const readBrand = (path: string | undefined): BrandReading => {
  if (path === undefined) return { brand: undefined, problems: [], notes: [] }
  const problems: string[] = []
  const notes: string[] = []
  let given: Given = {}
  try {
    given = readGiven(path, problems)
  } catch (error) {
    return { brand: undefined, problems: [`${path}: ${error instanceof Error ? error.message : 'unreadable'}`], notes }
  }
  if (problems.length > 0) return { brand: undefined, problems, notes }
  const files = new Map<string, BrandFile>()
  const put = (kind: string, extension: string, file: BrandFile): string => {
    const at = `/brand/${kind}-${hashOf(file.bytes)}.${extension}`
    files.set(at, file)
    return at
  }
  const picture = (kind: 'logo' | 'icon'): (Picture & { readonly path: string }) | undefined => {
    const name = given[kind]
    if (name === undefined) return
    try {
      const found = checkPicture(readFileSync(resolve(dirname(path), name)), { icon: kind === 'icon' })
      return { ...found, path: put(kind, found.extension, found) }
    } catch (error) {
      problems.push(`${kind} ${name}: ${isFailure(error) || error instanceof Error ? error.message : 'unreadable'}`)
      return
    }
  }
  const name = given.name?.trim() ?? 'Convergence'
  const shortName = given.shortName?.trim() ?? name
  if (!isName(name, 60)) problems.push('"name" must have at most 60 characters, none of them < or >')
  if (!isName(shortName, 60)) problems.push('"shortName" must have at most 60 characters, none of them < or >')
  const colours = given.accent === undefined ? undefined : brandColours(given.accent)
  if (given.accent !== undefined && colours === undefined) problems.push('"accent" must be a colour such as #1b4f8f')
  notes.push(...(colours?.adjusted.map((sentence) => `accent: ${sentence}`) ?? []))
  const [logo, icon] = [picture('logo'), picture('icon')]
  const style = colours && put('colours', 'css', { type: 'text/css; charset=utf-8', bytes: Buffer.from(colours.css) })
  if (problems.length > 0) return { brand: undefined, problems, notes }
  return {
    brand: { name, shortName, files, logo: logo?.path, icon: icon && { path: icon.path, type: icon.type }, style },
    problems,
    notes,
  }
}
