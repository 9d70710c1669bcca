/** What METADATA (RFC 5464) tells: annotations that programs keep, and what the server knows itself. */
import { type Annotated, annotationsOf } from '#domain/mail/annotations.ts'
import type { Role } from '#domain/mail/mailbox-rules.ts'
import type { EntryName, MetadataOptions } from './grammar/metadata.ts'
import { specialUseOf } from './respond/list.ts'
import { astringOf, octetsOf, stringOf } from './respond/text.ts'
import type { Session } from './session.ts'

/** A mailbox, or (id 0) the server. */
export interface Subject {
  readonly account: number
  readonly id: number
  readonly role: Role | null
}

/** RFC 6154 §4: the special use of a mailbox is an entry too. */
export const specialUseEntry = '/specialuse'

/** Where annotations of a scope rest. Those of the server are each person's own. */
export const annotated = (session: Session, { account, id }: Subject, scope: EntryName['scope']): Annotated => ({
  account,
  mailbox: id,
  person: scope === 'private' ? session.account : 0,
})

const read = async (
  session: Session,
  subject: Subject,
  scope: EntryName['scope'],
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const rows = await session.ctx.store.read((tx) => annotationsOf(tx, annotated(session, subject, scope)))
  const entries = new Map(rows.map(({ entry, value }) => [entry, value]))
  const use = scope === 'private' ? specialUseOf(subject.role) : undefined
  if (use !== undefined) entries.set(specialUseEntry, Buffer.from(use))
  return entries
}

/** How far below `of` an entry is; -1 when it is elsewhere. */
const levelsBelow = (entry: string, of: string): number =>
  entry === of ? 0 : entry.startsWith(`${of}/`) ? entry.slice(of.length).split('/').length - 1 : -1

const valueText = (session: Session, value: Uint8Array): string => {
  const octets = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')
  return octets.includes('\0') ? `~{${octets.length}}\r\n${octets}` : stringOf(octets, session.utf8)
}

export interface Told {
  /** `/private/comment "text"`, as they stand in the answer. */
  readonly items: readonly string[]
  /** Octets of the largest value left out for its size; 0 when none was. */
  readonly longest: number
}

/** The entries that were asked for. One that has no value is NIL. */
export const entriesText = async (
  session: Session,
  subject: Subject,
  names: readonly EntryName[],
  { maxSize, depth }: MetadataOptions,
): Promise<Told> => {
  const scopes = new Map<EntryName['scope'], ReadonlyMap<string, Uint8Array>>()
  const items = new Map<string, string>()
  let longest = 0
  for (const { scope, entry, written } of names) {
    let entries = scopes.get(scope)
    if (entries === undefined) scopes.set(scope, (entries = await read(session, subject, scope)))
    if (depth === 0 && !entries.has(entry)) items.set(written, 'NIL')
    for (const [name, value] of entries) {
      const levels = levelsBelow(name, entry)
      if (levels < 0 || levels > depth) continue
      if (value.length > maxSize) longest = Math.max(longest, value.length)
      else items.set(levels === 0 ? written : `/${scope}${name}`, valueText(session, value))
    }
  }
  return { items: [...items].map(([name, value]) => `${astringOf(octetsOf(name))} ${value}`), longest }
}
