/**
 * Identifiers. In the store an object is a small integer, counted per account. On the wire it is a letter and base 36
 * (JMAP Id, RFC 8620 §1.2; OBJECTID, RFC 8474): the same string in JMAP and IMAP.
 */
export type IdKind =
  | 'account'
  | 'mailbox'
  | 'email'
  | 'thread'
  | 'identity'
  | 'submission'
  | 'script'
  | 'tile'
  | 'arrangement'
  | 'card'
  | 'notice'
  | 'notification'
  | 'request'
  | 'label'
  | 'savedSearch'
  | 'job'
  | 'addressBook'
  | 'contact'
  | 'calendar'
  | 'event'

const prefix: Record<IdKind, string> = {
  account: 'u',
  mailbox: 'm',
  email: 'e',
  thread: 't',
  identity: 'i',
  submission: 's',
  script: 'f',
  tile: 'l',
  arrangement: 'a',
  card: 'c',
  notice: 'n',
  notification: 'o',
  request: 'd',
  label: 'k',
  savedSearch: 'q',
  job: 'j',
  addressBook: 'r',
  contact: 'p',
  calendar: 'g',
  event: 'v',
}

/** `formatId('email', 71)` is `e1z`. */
export const formatId = (kind: IdKind, id: number): string => prefix[kind] + id.toString(36)

/** The integer behind a wire id, or undefined when the text is not an id of this kind in its one canonical form. */
export const parseId = (kind: IdKind, text: string): number | undefined => {
  if (text.length < 2 || text.length > 12 || text[0] !== prefix[kind] || !/^[1-9a-z][0-9a-z]*$/.test(text.slice(1)))
    return
  const id = Number.parseInt(text.slice(1), 36)
  return Number.isSafeInteger(id) ? id : undefined
}
