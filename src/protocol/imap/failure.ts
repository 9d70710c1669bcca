/** Domain failures as IMAP answers (law 8), with response codes of RFC 5530, RFC 9051 §7.1 and RFC 7889. */
import { randomBytes } from 'node:crypto'
import { type Failure, type FailureCode, isFailure, isOutOfRoom } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { bad, no, type Reply } from './command.ts'
import { BadSyntax } from './grammar/scanner.ts'

interface Wording {
  readonly code?: string
  readonly text: string
}

/** What each failure is on the wire. */
const wordings: Readonly<Record<FailureCode, Wording>> = {
  notFound: { code: 'NONEXISTENT', text: 'No such mailbox' },
  forbidden: { code: 'NOPERM', text: 'Not allowed' },
  unauthenticated: { code: 'AUTHENTICATIONFAILED', text: 'Wrong identifier or password' },
  stepUpRequired: { code: 'NOPERM', text: 'Not allowed' },
  // RFC 9051 section 7.1: what follows ALERT must be shown to the person.
  appPasswordRequired: {
    code: 'ALERT',
    text: 'This account has a second factor: make an app password for this program in its security settings',
  },
  passwordChangeRequired: {
    code: 'ALERT',
    text: 'Choose a new password first: sign in to the web app, then give the new one to this program',
  },
  overQuota: { code: 'OVERQUOTA', text: 'The mailbox is full' },
  tooLarge: { code: 'TOOBIG', text: 'Too large' },
  tooMany: { code: 'LIMIT', text: 'Too many' },
  conflict: { code: 'INUSE', text: 'In use, try again' },
  alreadyExists: { code: 'ALREADYEXISTS', text: 'It exists already' },
  invalid: { code: 'CANNOT', text: 'Not possible' },
  unsupported: { code: 'CANNOT', text: 'Not supported' },
  cannotCalculateChanges: { text: 'Changes are no longer known' },
  throttled: { code: 'UNAVAILABLE', text: 'Too many attempts' },
  unavailable: { code: 'UNAVAILABLE', text: 'Temporarily unavailable' },
}

const waitText = (failure: Failure): string => {
  const seconds = Math.ceil((failure.retryAfter ?? 0) / 1000)
  return seconds > 0 ? `Too many attempts, wait ${seconds} seconds` : wordings.throttled.text
}

/** The tagged answer to anything that a command threw. What we did not foresee is logged under an id that we tell. */
export const replyTo = (error: unknown, log: Log, command: string): Reply => {
  if (error instanceof BadSyntax) return bad(error.message, error.code)
  if (isOutOfRoom(error)) {
    log.error('imap.no-room', { command }, error)
    return no('The server has no room left, try again later', 'UNAVAILABLE')
  }
  if (isFailure(error)) {
    const { code, text } = wordings[error.code]
    return no(error.code === 'throttled' ? waitText(error) : text, code)
  }
  const id = randomBytes(6).toString('hex')
  log.error('imap.fault', { id, command }, error)
  return no(`Internal error ${id}`, 'SERVERBUG')
}
