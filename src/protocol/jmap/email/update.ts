/** A patch of an Email (RFC 8621 §4.6): only keywords and mailboxes may change. */

import { getEmail } from '#domain/mail/emails.ts'
import { fromKeywords } from '#domain/mail/flags.ts'
import type { EmailPatch } from '#domain/mail/update.ts'
import { nullable, shape, utcDate } from '../check.ts'
import { invalidProperties, MethodFault, SetFault } from '../failure.ts'
import { numberOf } from '../ids.ts'
import type { AccountCall } from '../method.ts'
import { applyPatch, patchTokens, sameJson } from '../patch.ts'
import { checkProperty } from '../set.ts'
import { readKeywords, readMailboxIds } from './create.ts'
import { renderEmail } from './load.ts'
import { emailWanted } from './properties.ts'

type Mutable = { -readonly [K in keyof EmailPatch]: EmailPatch[K] }

interface Sets {
  readonly add: string[]
  readonly remove: string[]
}

/** The members that single-member paths `keywords/x` add (true) and remove (null). */
const memberPaths = (patch: Readonly<Record<string, unknown>>, property: string): Sets => {
  const sets: Sets = { add: [], remove: [] }
  for (const [path, value] of Object.entries(patch)) {
    const [top, member, ...rest] = patchTokens(path)
    if (top !== property || member === undefined) continue
    if (rest.length > 0) throw new SetFault('invalidPatch', `"${path.slice(0, 100)}" runs through a boolean`)
    if (value === null) sets.remove.push(member)
    else if (value === true) sets.add.push(member)
    else throw invalidProperties(`"${path.slice(0, 100)}" must be true or null`, property)
  }
  return sets
}

const mailboxNumbers = (ids: readonly string[], call: AccountCall, strict: boolean): number[] =>
  ids.flatMap((id) => {
    const number = numberOf('mailbox', id, call)
    if (number !== undefined) return [number]
    // To be taken out of a mailbox that is not there is to be where one was.
    if (!strict) return []
    throw invalidProperties('There is no such mailbox', 'mailboxIds')
  })

const isMutable = (path: string): boolean => /^(?:keywords|mailboxIds|snoozed)(?:\/|$)/.test(path)

/** Our own: `{"until": UTCDate}` puts the email off, null does not (docs/organising.md). */
const snoozed = nullable(shape({ until: utcDate }))

/**
 * The domain's patch for a JMAP patch. Other properties may be given only with the value they have, which
 * `checkImmutable` finds out. Throws SetFault.
 */
export const emailPatch = (patch: Readonly<Record<string, unknown>>, call: AccountCall): EmailPatch => {
  // Overlapping and repeated paths are refused by the rules of all patches; the object patched does not matter here.
  applyPatch(
    { keywords: {}, mailboxIds: {}, snoozed: {} },
    Object.fromEntries(Object.entries(patch).filter(([path]) => isMutable(path))),
  )
  const result: Mutable = {}
  if ('keywords' in patch) result.keywords = readKeywords(patch.keywords)
  const keywords = memberPaths(patch, 'keywords')
  if (keywords.add.length > 0) result.addKeywords = fromKeywords(keywords.add)
  if (keywords.remove.length > 0) result.removeKeywords = fromKeywords(keywords.remove)
  if ('mailboxIds' in patch) result.mailboxIds = readMailboxIds(patch.mailboxIds, call)
  const mailboxes = memberPaths(patch, 'mailboxIds')
  if (mailboxes.add.length > 0) result.addMailboxIds = mailboxNumbers(mailboxes.add, call, true)
  if (mailboxes.remove.length > 0) result.removeMailboxIds = mailboxNumbers(mailboxes.remove, call, false)
  if ('snoozed' in patch) result.snoozedUntil = checkProperty('snoozed', snoozed, patch.snoozed)?.until ?? null
  return result
}

/** True when the patch touches anything but keywords and mailboxes. */
export const touchesImmutable = (patch: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(patch).some((path) => !isMutable(path))

/** Throws SetFault invalidProperties when the patch would change what cannot change (RFC 8620 §5.3). */
export const checkImmutable = async (
  call: AccountCall,
  email: number,
  patch: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const paths = Object.entries(patch).filter(([path]) => !isMutable(path))
  const names = [...new Set(paths.map(([path]) => patchTokens(path)[0]!))]
  const record = await call.ctx.store.read((tx) => getEmail(tx, call.account, email))
  if (!record) throw new SetFault('notFound', 'There is no such email')
  const fetch = { fetchTextBodyValues: false, fetchHTMLBodyValues: false, fetchAllBodyValues: true }
  let current: Record<string, unknown>
  try {
    const wanted = emailWanted({ properties: names, bodyProperties: undefined, maxBodyValueBytes: 0, ...fetch }, [])
    current = await renderEmail(call, record, wanted, { left: call.limits.maxSizeResponse })
  } catch (error) {
    throw error instanceof MethodFault ? invalidProperties('There are no such properties', ...names) : error
  }
  const { value } = applyPatch(current, Object.fromEntries(paths))
  const changed = names.filter((name) => !sameJson(value[name], current[name]))
  if (changed.length > 0) throw invalidProperties('These cannot be changed', ...changed)
}
