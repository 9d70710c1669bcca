/** What a method is: a name, the capability that brings it, its arguments' shape and what it does. */

import { maySend } from '#domain/access/mailboxes/roles.data.ts'
import { noteMailboxUse } from '#domain/access/mailboxes/use.ts'
import type { Context } from '#domain/context.ts'
import type { Delivery } from '#domain/delivery/delivery.ts'
import { calendarScope, scopeOf } from '#domain/people/bearer.ts'
import { CALENDAR_TEXT } from '#format/jmap/calendar-text.ts'
import { CALENDARS } from '#format/jmap/calendars.ts'
import { CONTACTS } from '#format/jmap/contacts.ts'
import type { Id, Invocation } from '#format/jmap/core.ts'
import { INVITATIONS } from '#format/jmap/invitations.ts'
import { findAccount, hasCapability, type OpenAccount } from './accounts.ts'
import { type Check, Invalid, type Shaped, shape, text } from './check.ts'
import { invalidArguments, MethodFault } from './failure.ts'
import type { Limits } from './limits.ts'
import type { PushSender } from './push/sender.ts'
import { type Need, needs } from './rights.data.ts'

/** Who calls, as the sign-in has proved it. */
export interface JmapPrincipal {
  readonly accountId: number
  readonly login: string
  readonly name: string
  readonly email: string
  /** Where the request came from, for the traces of what is sent. */
  readonly ip?: string
  /** What the request was authenticated by: push subscriptions live and end with it. */
  readonly credentialId?: number
  readonly sessionId?: string
  readonly tokenId?: string
  /** What a token was given for; undefined when it was not one. */
  readonly scopes?: readonly string[]
  /** The profile that the session acts under: what the portal shows follows it. */
  readonly profileId?: number
}

/** What one request shares among its calls. */
export interface Call {
  readonly ctx: Context
  readonly delivery: Delivery
  readonly push: PushSender
  readonly principal: JmapPrincipal
  readonly limits: Limits
  /** Whether this server fetches remote pictures for its readers. */
  readonly remoteImages: boolean
  /** Capabilities that the client says it knows: of others nothing is told (RFC 8620 §3.3). */
  readonly using: ReadonlySet<string>
  /** Creation ids of this request, and those the client gave (RFC 8620 §3.3). */
  readonly createdIds: Map<string, Id>
  /** Responses that follow the method's own: the implicit calls of RFC 8620 §5.4 and RFC 8621 §7.5. */
  readonly implicit: [name: string, args: object][]
}

export interface AccountCall extends Call {
  readonly account: number
  readonly accountId: Id
  /** How the account is open to the caller. */
  readonly open: OpenAccount
}

export interface Method {
  readonly name: string
  readonly capability: string
  /** Throws MethodFault, Failure, or anything else for `serverFail`. */
  readonly run: (args: Readonly<Record<string, unknown>>, call: Call) => Promise<object>
}

/** Runs a check whose refusal is `invalidArguments`. */
export const checkArguments = <T>(check: Check<T>, value: unknown): T => {
  try {
    return check(value, '')
  } catch (error) {
    throw error instanceof Invalid ? invalidArguments(error.message) : error
  }
}

/** Scopes that a token must have beside the one that opens JMAP, by capability: what its owner agreed to when giving it. */
const scopesOf: Readonly<Record<string, string>> = {
  [CALENDARS]: calendarScope,
  [CALENDAR_TEXT]: calendarScope,
  [INVITATIONS]: calendarScope,
  [CONTACTS]: scopeOf.dav,
}

/** Throws MethodFault forbidden for a token that was given for less. Passwords and sessions open everything of theirs. */
const checkScope = (capability: string, { scopes }: JmapPrincipal): void => {
  const needed = scopesOf[capability]
  if (needed !== undefined && scopes !== undefined && !scopes.includes(needed))
    throw new MethodFault('forbidden', `The token does not have the scope ${needed}`)
}

const isMet = (need: Need, { isPersonal, rights }: OpenAccount): boolean => {
  if (isPersonal) return true
  if (need === 'own') return false
  return need === 'send' ? maySend(rights) : rights.has(need)
}

/**
 * The account, when the caller may do in it what is needed. Throws MethodFault accountNotFound (there is none, or it is
 * not open to them: the two are not told apart), accountNotSupportedByMethod, accountReadOnly, forbidden.
 */
export const accountOf = async (
  accountId: Id,
  call: Call,
  { need, capability, from = false }: { readonly need: Need; readonly capability: string; readonly from?: boolean },
): Promise<OpenAccount> => {
  const open = await findAccount(call.ctx, call.principal, accountId)
  if (!open) throw new MethodFault(from ? 'fromAccountNotFound' : 'accountNotFound', 'No such account')
  if (need === 'own' && !open.isPersonal)
    throw new MethodFault('accountNotSupportedByMethod', 'This is of a person’s own account')
  if (!hasCapability(open, capability))
    throw new MethodFault(
      from ? 'fromAccountNotSupportedByMethod' : 'accountNotSupportedByMethod',
      'The account does not have this capability',
    )
  if (!isMet(need, open)) {
    if (need === 'write') throw new MethodFault('accountReadOnly', 'You may read this account, not change it')
    throw new MethodFault('forbidden', 'Your role in this account does not allow it')
  }
  if (!open.isPersonal) noteMailboxUse(call.ctx, open.account, call.principal.accountId)
  return open
}

/**
 * A method on one account: `accountId` is checked first, then the other arguments; the response begins with the
 * account id.
 */
export const accountMethod = <S extends Readonly<Record<string, Check<unknown>>>>(
  name: string,
  capability: string,
  members: S,
  run: (args: Shaped<S>, call: AccountCall) => Promise<object>,
): Method => {
  const check = shape(members)
  const need = needs[name] ?? 'own'
  return {
    name,
    capability,
    run: async (args, call) => {
      const { accountId: given, ...rest } = args
      const accountId = checkArguments(text, given ?? undefined)
      checkScope(capability, call.principal)
      const open = await accountOf(accountId, call, { need, capability })
      const response = await run(checkArguments(check, rest), { ...call, account: open.account, accountId, open })
      return { accountId, ...response }
    },
  }
}

export type { Invocation }
