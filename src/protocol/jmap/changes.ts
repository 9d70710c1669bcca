/** The standard /changes (RFC 8620 §5.2). */
import { formatId, type IdKind } from '#base/ids.ts'
import { type Changes, type ChangeType, readChanges } from '#domain/mail/history.ts'
import type { ChangesResponse } from '#format/jmap/core.ts'
import { nullable, positive, text } from './check.ts'
import { type AccountCall, accountMethod, type Method } from './method.ts'
import { formatPoint, parseState } from './state.ts'

/** One answer names no more ids than this; the client asks again from the new state. */
const maxChangesAnswered = 5000

export const changesArguments = { sinceState: text, maxChanges: nullable(positive) }

/** What a /changes answers, without the account id. Throws Failure or MethodFault cannotCalculateChanges. */
export const answerChanges = async (
  call: AccountCall,
  type: ChangeType,
  kind: IdKind,
  args: { readonly sinceState: string; readonly maxChanges: number | null },
): Promise<{ response: Omit<ChangesResponse, 'accountId'>; changes: Changes }> => {
  const since = parseState(args.sinceState)
  const max = Math.min(args.maxChanges ?? maxChangesAnswered, maxChangesAnswered)
  const changes = await call.ctx.store.read((tx) => readChanges(tx, call.account, type, since, max))
  const ids = (numbers: readonly number[]) => numbers.map((number) => formatId(kind, number))
  const response = {
    oldState: args.sinceState,
    newState: formatPoint(changes.until),
    hasMoreChanges: changes.more,
    created: ids(changes.created),
    updated: ids(changes.updated),
    destroyed: ids(changes.destroyed),
  }
  return { response, changes }
}

/** A /changes method of a type that adds nothing of its own. */
export const changesMethod = (name: string, capability: string, type: ChangeType, kind: IdKind): Method =>
  accountMethod(name, capability, changesArguments, async (args, call) => {
    return (await answerChanges(call, type, kind, args)).response
  })
