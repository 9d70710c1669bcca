/**
 * ParticipantIdentity/get, /changes and /set (draft-ietf-jmap-calendars §3): as whom the person takes part in events. They
 * are the identities of their mail, and follow them: here they are read only.
 */
import { formatId } from '#base/ids.ts'
import { type Identity, listIdentities } from '#domain/mail/identities.ts'
import { CALENDARS } from '#format/jmap/calendars.ts'
import type { Id } from '#format/jmap/core.ts'
import { changesMethod } from '../changes.ts'
import { id, nullable } from '../check.ts'
import { SetFault } from '../failure.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { splitIds } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { applySet, checkSetLimit, objectCount, setArguments } from '../set.ts'
import { checkState, stateOf } from '../state.ts'

interface ParticipantIdentity {
  readonly id: Id
  readonly name: string
  readonly calendarAddress: string
  readonly isDefault: boolean
}

const properties = [
  'id',
  'name',
  'calendarAddress',
  'isDefault',
] as const satisfies readonly (keyof ParticipantIdentity)[]

/** One for each address: several identities of one address are one participant. */
const participantsOf = (identities: readonly Identity[]): Map<number, ParticipantIdentity> => {
  const byAddress = new Map<string, Identity>()
  for (const one of identities) if (!byAddress.has(one.email.toLowerCase())) byAddress.set(one.email.toLowerCase(), one)
  return new Map(
    [...byAddress.values()].map((one, n) => [
      one.id,
      {
        id: formatId('identity', one.id),
        name: one.name,
        calendarAddress: `mailto:${one.email}`,
        isDefault: n === 0,
      },
    ]),
  )
}

export const participantIdentityGet = accountMethod(
  'ParticipantIdentity/get',
  CALENDARS,
  getArguments,
  async (args, call) => {
    const wanted = wantedProperties(properties, args.properties)
    return call.ctx.store.read(async (tx) => {
      const all = participantsOf(await listIdentities(tx, call.account))
      const { found, notFound } = splitIds('identity', args.ids ?? [...all.values()].map((one) => one.id), call)
      const list: object[] = []
      for (const { id: asked, number } of found) {
        const one = all.get(number)
        if (one) list.push(pick(one, wanted))
        else notFound.push(asked)
      }
      return { state: await stateOf(tx, call.account), list, notFound }
    })
  },
)

export const participantIdentityChanges = changesMethod(
  'ParticipantIdentity/changes',
  CALENDARS,
  'Identity',
  'identity',
)

const refusal = () => Promise.reject(new SetFault('forbidden', 'These follow the identities of mail'))

export const participantIdentitySet = accountMethod(
  'ParticipantIdentity/set',
  CALENDARS,
  { ...setArguments, onSuccessSetIsDefault: nullable(id) },
  async (args, call) => {
    checkSetLimit(objectCount(args), call)
    return call.ctx.store.write(call.account, async (tx) => {
      await checkState(tx, call, ['Identity'], args.ifInState)
      const outcome = await applySet(args, call, { create: refusal, update: refusal, destroy: refusal })
      return outcome.respond(tx.modseq)
    })
  },
)
