/** Snooze (`urn:convergence:organising`), read only: emails that come back. Email/set's `snoozed` makes and ends them. */
import { formatId } from '#base/ids.ts'
import { listSnoozed } from '#domain/mail/snooze.ts'
import { ORGANISING, type Snooze } from '#format/jmap/organising.ts'
import { changesMethod } from '../changes.ts'
import { formatUtcDate } from '../check.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { splitIds } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { stateOf } from '../state.ts'

const properties = ['id', 'until'] as const satisfies readonly (keyof Snooze)[]

export const snoozeGet = accountMethod('Snooze/get', ORGANISING, getArguments, async (args, call) => {
  const wanted = wantedProperties(properties, args.properties)
  return call.ctx.store.read(async (tx) => {
    const all = new Map(
      (await listSnoozed(tx, call.account)).map(({ email, until }): [string, Snooze] => {
        const id = formatId('email', email)
        return [id, { id, until: formatUtcDate(until) }]
      }),
    )
    const { found, notFound } = splitIds(
      'email',
      args.ids ?? [...all.keys()].slice(0, call.limits.maxObjectsInGet),
      call,
    )
    const list: object[] = []
    for (const { id } of found) {
      const one = all.get(id)
      if (one) list.push(pick(one, wanted))
      else notFound.push(id)
    }
    return { state: await stateOf(tx, call.account), list, notFound }
  })
})

export const snoozeChanges = changesMethod('Snooze/changes', ORGANISING, 'Snooze', 'email')
