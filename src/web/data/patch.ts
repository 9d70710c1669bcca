/**
 * Patches of emails (RFC 8620 §5.3): applied over a record, composed, inverted. Only `mailboxIds` and `keywords` of an
 * email can change (RFC 8621 §4), whole or by key; everything here is about these two.
 */
import type { PatchObject } from '#format/jmap/core.ts'

export interface Placed {
  readonly mailboxIds: Readonly<Record<string, true>>
  readonly keywords: Readonly<Record<string, true>>
}

type Property = keyof Placed

/** A keyword or id inside a JSON pointer (RFC 6901). */
export const escapeKey = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')
const unescapeKey = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~')

const split = (path: string): [Property, string | undefined] | undefined => {
  const slash = path.indexOf('/')
  const property = slash < 0 ? path : path.slice(0, slash)
  if (property !== 'mailboxIds' && property !== 'keywords') return
  return [property, slash < 0 ? undefined : unescapeKey(path.slice(slash + 1))]
}

const sameSet = (a: Readonly<Record<string, true>>, b: Readonly<Record<string, true>>): boolean => {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => b[key])
}

const isSet = (value: unknown): value is Readonly<Record<string, true>> => typeof value === 'object' && value !== null

/** The record with the patch on it; the same object when nothing changes. */
export const applyPatch = <T extends Placed>(record: T, patch: PatchObject): T => {
  const next: Record<Property, Record<string, true>> = {
    mailboxIds: { ...record.mailboxIds },
    keywords: { ...record.keywords },
  }
  for (const [path, value] of Object.entries(patch)) {
    const target = split(path)
    if (!target) continue
    const [property, key] = target
    if (key === undefined) next[property] = isSet(value) ? { ...value } : {}
    else if (value === true) next[property][key] = true
    else delete next[property][key]
  }
  const mailboxIds = sameSet(next.mailboxIds, record.mailboxIds) ? record.mailboxIds : next.mailboxIds
  const keywords = sameSet(next.keywords, record.keywords) ? record.keywords : next.keywords
  if (mailboxIds === record.mailboxIds && keywords === record.keywords) return record
  return { ...record, mailboxIds, keywords }
}

/** One patch that does `first`, then `second`. */
export const composePatches = (first: PatchObject, second: PatchObject): PatchObject => {
  const composed: Record<string, unknown> = { ...first }
  for (const [path, value] of Object.entries(second)) {
    const target = split(path)
    if (!target) {
      // Not laid over records (`snoozed`): the server is told the last word.
      composed[path] = value
      continue
    }
    const [property, key] = target
    const whole = composed[property]
    if (key === undefined) {
      for (const other of Object.keys(composed)) if (other.startsWith(`${property}/`)) delete composed[other]
      composed[property] = value
    } else if (isSet(whole)) {
      const next: Record<string, true> = { ...whole }
      if (value === true) next[key] = true
      else delete next[key]
      composed[property] = next
    } else composed[path] = value
  }
  return composed
}

/** The patch that takes `after` back to `before`, key by key: what others change meanwhile stays. */
export const inversePatch = (before: Placed, after: Placed): PatchObject => {
  const inverse: Record<string, unknown> = {}
  for (const property of ['mailboxIds', 'keywords'] as const) {
    for (const key of Object.keys(after[property]))
      if (!before[property][key]) inverse[`${property}/${escapeKey(key)}`] = null
    for (const key of Object.keys(before[property]))
      if (!after[property][key]) inverse[`${property}/${escapeKey(key)}`] = true
  }
  return inverse
}

/**
 * The part of an inverse that still makes sense: a keyword that has its later value, mailboxes that nobody has moved on
 * since. An undo that came late must not put a message in two places.
 */
export const stillInverse = (now: Placed, inverse: PatchObject): PatchObject => {
  const isAsLeft = ([path, value]: [string, unknown]): boolean => {
    const target = split(path)
    if (!target) return false
    const [property, key = ''] = target
    return (value === null) === (now[property][key] === true)
  }
  const entries = Object.entries(inverse)
  const moves = entries.filter(([path]) => path.startsWith('mailboxIds'))
  const marks = entries.filter(([path]) => path.startsWith('keywords')).filter(isAsLeft)
  return Object.fromEntries([...(moves.every(isAsLeft) ? moves : []), ...marks])
}

/** The patch with one mailbox id replaced: a mailbox made offline gets its real id. */
export const renameMailboxIn = (patch: PatchObject, from: string, to: string): PatchObject => {
  const renamed: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(patch)) {
    if (path === `mailboxIds/${escapeKey(from)}`) renamed[`mailboxIds/${escapeKey(to)}`] = value
    else if (path === 'mailboxIds' && isSet(value) && value[from]) {
      const { [from]: _gone, ...rest } = value
      renamed[path] = { ...rest, [to]: true }
    } else renamed[path] = value
  }
  return renamed
}
