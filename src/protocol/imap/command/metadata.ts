/** GETMETADATA and SETMETADATA (RFC 5464): notes of mail programs on mailboxes and on the server. */
import { isFailure } from '#base/failure.ts'
import { annotate, maxAnnotation } from '#domain/mail/annotations.ts'
import { updateMailbox } from '#domain/mail/mailboxes.ts'
import { type Call, type Command, no, ok, type Reply, signedIn } from '../command.ts'
import { type EntryName, getMetadataArguments, setMetadataArguments } from '../grammar/metadata.ts'
import { annotated, entriesText, type Subject, specialUseEntry } from '../metadata.ts'
import { locate, notAllowed } from '../others.ts'
import { roleOfSpecialUse } from '../respond/list.ts'
import type { Session } from '../session.ts'

interface Found {
  readonly subject: Subject
  /** As the answer names it. */
  readonly name: string
  readonly mayShare: boolean
}

/** The mailbox of a name; an empty name is the server. */
const find = async (session: Session, octets: Buffer): Promise<Found | undefined> => {
  if (octets.length === 0)
    return { subject: { account: session.account, id: 0, role: null }, name: '""', mayShare: false }
  const found = await locate(session, session.path(octets))
  if (found === undefined) return
  const { account, mailbox, rights } = found
  return {
    subject: { account, id: mailbox.id, role: found.prefix === '' ? mailbox.role : null },
    name: session.name(mailbox.path),
    mayShare: rights.has('write'),
  }
}

const missing = (): Reply => no('No such mailbox', 'NONEXISTENT')

export const getMetadata: Command = {
  name: 'GETMETADATA',
  states: signedIn,
  capabilities: [{ name: 'METADATA' }],
  run: async ({ session, args }) => {
    const { mailbox, entries, options } = getMetadataArguments(args)
    const found = await find(session, mailbox)
    if (found === undefined) return missing()
    const { items, longest } = await entriesText(session, found.subject, entries, options)
    if (items.length > 0) session.untagged(`METADATA ${found.name} (${items.join(' ')})`)
    return longest > 0 ? ok('Metadata told', `METADATA LONGENTRIES ${longest}`) : ok('Metadata told')
  },
}

type Change = { readonly name: EntryName; readonly value: Buffer | undefined }

/** RFC 6154 §4: giving a mailbox a special use, or taking it. */
const setUse = async (session: Session, { id, account }: Subject, { value }: Change): Promise<Reply | undefined> => {
  const role = value === undefined ? null : roleOfSpecialUse(value.toString('latin1'))
  if (role === undefined || id === 0 || account !== session.account) return no('Not possible here', 'USEATTR')
  try {
    await updateMailbox(session.ctx, account, id, { role })
    return
  } catch (error) {
    if (isFailure(error, 'conflict') || isFailure(error, 'alreadyExists'))
      return no('Another mailbox has this use', 'USEATTR')
    throw error
  }
}

const set = async (session: Session, { subject, mayShare }: Found, changes: readonly Change[]): Promise<Reply> => {
  if (!mayShare && changes.some(({ name }) => name.scope === 'shared')) return notAllowed()
  const isUse = ({ name }: Change): boolean => name.scope === 'private' && name.entry === specialUseEntry
  try {
    for (const scope of ['private', 'shared'] as const) {
      const some = changes.filter((change) => change.name.scope === scope && !isUse(change))
      const values = some.map(({ name, value }) => ({ entry: name.entry, value: value ?? null }))
      if (values.length > 0) await annotate(session.ctx, annotated(session, subject, scope), values)
    }
  } catch (error) {
    if (isFailure(error, 'tooLarge')) return no('The value is too long', `METADATA MAXSIZE ${maxAnnotation}`)
    if (isFailure(error, 'tooMany')) return no('Too many entries', 'METADATA TOOMANY')
    throw error
  }
  const use = changes.findLast(isUse)
  const refused = use === undefined ? undefined : await setUse(session, subject, use)
  return refused ?? ok('Metadata kept')
}

export const setMetadata: Command = {
  name: 'SETMETADATA',
  states: signedIn,
  run: async ({ session, args }: Call) => {
    const { mailbox, changes } = setMetadataArguments(args)
    const found = await find(session, mailbox)
    return found === undefined ? missing() : set(session, found, changes)
  },
}
