/** What a command is. Each lives in a file of its own in `command/` and is listed in `commands.ts`. */
import type { Announcement } from './command-reader.ts'
import type { Scanner } from './grammar/scanner.ts'
import type { Selected, Session, State } from './session.ts'

/** The tagged answer; `code` goes into brackets. */
export interface Reply {
  readonly status: 'OK' | 'NO' | 'BAD'
  readonly text: string
  readonly code?: string
}

export const ok = (text: string, code?: string): Reply => reply('OK', text, code)
export const no = (text: string, code?: string): Reply => reply('NO', text, code)
export const bad = (text: string, code?: string): Reply => reply('BAD', text, code)

const reply = (status: Reply['status'], text: string, code: string | undefined): Reply =>
  code === undefined ? { status, text } : { status, text, code }

export interface Call {
  readonly session: Session
  readonly tag: string
  /** What follows the command's name. */
  readonly args: Scanner
  /** The command came as `UID ...`: numbers are UIDs. */
  readonly uid: boolean
  /** The message literal of an APPEND, announced and not yet read. */
  readonly message?: Announcement
}

export interface Command {
  readonly name: string
  /** States in which it is allowed. */
  readonly states: readonly Exclude<State, 'logout'>[]
  /** It also exists as `UID name`. */
  readonly withUid?: 'also' | 'only'
  /**
   * RFC 3501 §7.4.1: EXPUNGE must not be told during FETCH, STORE and SEARCH with message numbers; `uid` stands for
   * those, `never` for commands after which nothing pending is told at all.
   */
  readonly tellsExpunges?: 'uid' | 'never'
  /** Look for changes even when the bus has said nothing. */
  readonly looks?: boolean
  /** Capabilities that exist because this command does. */
  readonly capabilities?: readonly Capability[]
  run(call: Call): Promise<Reply> | Reply
}

/** A capability name, or one that depends on the connection. `before`: announced to strangers too. */
export interface Capability {
  readonly name: string | ((session: Session) => string | undefined)
  readonly before?: boolean
}

export const anyState: Command['states'] = ['notAuthenticated', 'authenticated', 'selected']
export const signedIn: Command['states'] = ['authenticated', 'selected']

/** The selected mailbox; commands that ask are allowed in the selected state only. */
export const selectedOf = (session: Session): Selected => {
  if (session.selected === undefined) throw new TypeError('no mailbox is selected')
  return session.selected
}
