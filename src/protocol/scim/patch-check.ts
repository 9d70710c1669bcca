/**
 * What a PATCH may name (RFC 7644 §3.5.2, table 9): a path that leads nowhere, and one to what no client writes, are
 * refused, where the same inside a whole resource is left aside.
 */
import { ScimError } from './failure.ts'
import type { Operation, PatchPath } from './patch.ts'
import { schemas } from './schemas.data.ts'

interface Shape {
  readonly name: string
  readonly mutability: string
  readonly required: boolean
  readonly subAttributes?: readonly Shape[]
}

/** Attributes of RFC 7643 §4 that we keep nothing of: what a directory sends of them by default is left aside. */
const leftAside: ReadonlySet<string> = new Set([
  'nickname',
  'profileurl',
  'locale',
  'timezone',
  'password',
  'ims',
  'photos',
  'addresses',
  'entitlements',
  'roles',
  'x509certificates',
  // Common to all resources; those that nobody writes are refused where they are applied.
  'externalid',
  'id',
  'meta',
  'schemas',
  // The enterprise extension.
  'costcenter',
  'division',
  'manager',
])

const named = (shapes: readonly Shape[] | undefined, name: string): Shape | undefined =>
  shapes?.find((one) => one.name.toLowerCase() === name.toLowerCase())

const refusePath = (path: PatchPath): never => {
  throw new ScimError(400, `there is no attribute ${path.name}${path.sub ? `.${path.sub}` : ''}`, 'invalidPath')
}

const checkPath = (op: Operation['op'], path: PatchPath, core: string, extensions: readonly string[]): void => {
  if (extensions.includes(path.name)) return
  const wanted = (path.schema ?? core).toLowerCase()
  const urn = [core, ...extensions].find((one) => one.toLowerCase() === wanted) ?? refusePath(path)
  const attribute = named(schemas.find(({ id }) => id === urn)?.attributes, path.name)
  if (!attribute) {
    if (!leftAside.has(path.name.toLowerCase())) refusePath(path)
    return
  }
  const part = path.sub === undefined ? undefined : (named(attribute.subAttributes, path.sub) ?? refusePath(path))
  const fixed = [attribute, part].some((one) => one?.mutability === 'readOnly')
  const needed = op === 'remove' && attribute.required && path.sub === undefined
  if (fixed || needed)
    throw new ScimError(400, `${path.name} cannot be ${op === 'remove' ? 'removed' : 'written'}`, 'mutability')
}

/** Throws ScimError 400 invalidPath or mutability. `core`: the schema of the resource. */
export const checkPatch = (operations: readonly Operation[], core: string, extensions: readonly string[]): void => {
  for (const { op, path } of operations) if (path) checkPath(op, path, core, extensions)
}
