/** What a method is: a name, the capability that brings it, its arguments' shape and what it does. */
import { formatId } from '#base/ids.ts'
import type { Context } from '#domain/context.ts'
import type { Delivery } from '#domain/delivery/delivery.ts'
import type { Id, Invocation } from '#format/jmap/core.ts'
import { type Check, Invalid, type Shaped, shape, text } from './check.ts'
import { invalidArguments, MethodFault } from './failure.ts'
import type { Limits } from './limits.ts'
import type { PushSender } from './push/sender.ts'

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
  /** Creation ids of this request, and those the client gave (RFC 8620 §3.3). */
  readonly createdIds: Map<string, Id>
  /** Responses that follow the method's own: the implicit calls of RFC 8620 §5.4 and RFC 8621 §7.5. */
  readonly implicit: [name: string, args: object][]
}

export interface AccountCall extends Call {
  readonly account: number
  readonly accountId: Id
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

/** Throws MethodFault accountNotFound unless the caller may use the account. */
export const accountOf = (
  accountId: Id,
  call: Call,
  fault: 'accountNotFound' | 'fromAccountNotFound' = 'accountNotFound',
) => {
  if (accountId !== formatId('account', call.principal.accountId)) throw new MethodFault(fault, 'No such account')
  return call.principal.accountId
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
  return {
    name,
    capability,
    run: async (args, call) => {
      const { accountId: given, ...rest } = args
      const accountId = checkArguments(text, given ?? undefined)
      const account = accountOf(accountId, call)
      const response = await run(checkArguments(check, rest), { ...call, account, accountId })
      return { accountId, ...response }
    },
  }
}

export type { Invocation }
