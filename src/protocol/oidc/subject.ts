/** What a service knows somebody by: pairwise, unless its row says another identifier. */
import { personFor, type TokenOrigin } from '#domain/access/oauth/subject.ts'
import { release } from '#domain/access/release.ts'
import type { People } from '#domain/people/people.ts'
import { oidcService } from './clients.ts'

/** The subject of an account for a client; undefined when one of them is not known any more. */
export const subjectOf = async (
  people: People,
  account: number,
  clientId: string,
  origin: TokenOrigin = {},
): Promise<string | undefined> => {
  const party = await oidcService(people, clientId)
  if (!party) return
  return people.ctx.store.read(async (tx) => {
    const person = await personFor(tx, people, account, origin)
    if (!person) return
    return (await release(tx, people, person, { ...party, rules: { ...party.rules, attributes: [] } })).identifier
  })
}
