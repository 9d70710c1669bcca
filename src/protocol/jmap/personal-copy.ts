/**
 * /copy (RFC 8620 §5.4) of what only a person's own account has: there is nowhere to copy from, and each call is refused
 * as the standard names it.
 */
import { anyObject, boolean, id, mapOf, nullable, text, withDefault } from './check.ts'
import { invalidArguments, MethodFault } from './failure.ts'
import { accountMethod, accountOf, type Method } from './method.ts'

const copyArguments = {
  fromAccountId: text,
  ifFromInState: nullable(text),
  ifInState: nullable(text),
  create: mapOf(anyObject, id),
  onSuccessDestroyOriginal: withDefault(boolean, false),
  destroyFromIfInState: nullable(text),
}

export const personalCopy = (name: string, capability: string): Method =>
  accountMethod(name, capability, copyArguments, async (args, call) => {
    const from = await accountOf(args.fromAccountId, call, { need: 'read', capability, from: true })
    if (from.account === call.account)
      throw invalidArguments('"fromAccountId" must be another account than "accountId"')
    throw new MethodFault('fromAccountNotSupportedByMethod', 'The account has nothing of this type')
  })
