/** Failures of the domain, as ManageSieve answers (law 8). */
import { randomBytes } from 'node:crypto'
import { type FailureCode, isFailure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { type Code, no, type Reply } from './respond.ts'

/** The command is not written as RFC 5804 wants it. */
export class BadCommand extends Error {}

const wordings: Readonly<Record<FailureCode, readonly [text: string, code?: Code]>> = {
  notFound: ['There is no such script', 'NONEXISTENT'],
  forbidden: ['Not allowed'],
  unauthenticated: ['Wrong identifier or password'],
  stepUpRequired: ['Not allowed'],
  appPasswordRequired: [
    'This account has a second factor: make an app password for this program in its security settings',
    'AUTH-TOO-WEAK',
  ],
  passwordChangeRequired: ['Choose a new password first: sign in to the web app', 'AUTH-TOO-WEAK'],
  overQuota: ['The scripts are too large together', 'QUOTA'],
  tooLarge: ['The script is too large', 'QUOTA/MAXSIZE'],
  tooMany: ['There are too many scripts', 'QUOTA/MAXSCRIPTS'],
  conflict: ['The script is active', 'ACTIVE'],
  alreadyExists: ['Another script has this name', 'ALREADYEXISTS'],
  invalid: ['Not possible'],
  unsupported: ['Not supported'],
  cannotCalculateChanges: ['Not possible'],
  throttled: ['Too many attempts, try again later', 'TRYLATER'],
  unavailable: ['Temporarily unavailable', 'TRYLATER'],
}

/** The answer to whatever a command threw. What we did not foresee is logged under an id that we tell. */
export const replyTo = (error: unknown, log: Log, command: string): Reply => {
  if (error instanceof BadCommand) return no(error.message)
  if (isFailure(error)) {
    // What is wrong with a script or its name is what its owner needs to read.
    if (error.code === 'invalid') return no(error.message)
    const [text, code] = wordings[error.code]
    return no(text, code)
  }
  const id = randomBytes(6).toString('hex')
  log.error('managesieve.fault', { id, command }, error)
  return no(`Internal error ${id}`, 'TRYLATER')
}
