/** The directory of the demonstration, made row by row and each row once: a cut is gone on with at the next start. */
import { joinClass } from '#domain/directory/classes.ts'
import { putGrant } from '#domain/directory/grants.ts'
import { splitName } from '#domain/directory/names.ts'
import { checkDetails } from '#domain/directory/person-details.ts'
import { insertPerson, updatePerson } from '#domain/directory/persons.ts'
import { addProfile, profilesOf } from '#domain/directory/profiles.ts'
import { relate } from '#domain/directory/relations.ts'
import { findSchool, putSchool } from '#domain/directory/schools.ts'
import { type Params, statement } from '#store/engine.ts'
import type { House } from '../house.ts'
import { type DemoFacts, delegations, facts, kindOf, relations } from './directory.data.ts'
import { people, schools } from './people.data.ts'

/** Says who vouches for the rows of the demonstration. */
const source = 'demonstration'

const confirm = statement((q, p: Params<{ account: number; at: number }>) =>
  q
    .updateTable('person')
    .set({ rescue_verified_at: p.at })
    .where('account_id', '=', p.account)
    .where('rescue_mail', '!=', '')
    .where('rescue_verified_at', 'is', null),
)

const fillSchools = ({ ctx }: House): Promise<void> =>
  ctx.store.writeGlobal(async (tx) => {
    for (const { uai, name, town, kind } of schools)
      if (!(await findSchool(tx, uai)))
        await putSchool(tx, ctx.clock.now(), { uai, name, city: town, kind: kindOf[kind], source })
  })

/** Names, keys, profiles and classes of one person, in one transaction; nothing when it was done before. */
const fillPerson = async (house: House, account: number, name: string, told: DemoFacts, pending: boolean) => {
  const { ctx } = house
  await ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    // Profiles are written last: their presence says that all of this was done.
    if ((await profilesOf(tx, account, now)).length > 0) return
    const { profiles, classes = [], ...rest } = told
    const details = { ...splitName(name), ...rest, source }
    await insertPerson(tx, now, account, checkDetails(details), pending ? null : now)
    await updatePerson(tx, now, account, details)
    await tx.run(confirm, { account, at: now })
    const uai = profiles[0]?.uai ?? ''
    for (const one of classes) await joinClass(tx, account, { uai, ...one }, source)
    for (const profile of profiles) await addProfile(tx, now, account, { ...profile, source })
  })
}

/** Who answers for whom, and who helps which head. */
const fillTies = ({ ctx }: House, idOf: (login: string) => number | undefined): Promise<void> =>
  ctx.store.writeGlobal(async (tx) => {
    for (const [adult, child] of relations) {
      const [from, to] = [idOf(adult), idOf(child)]
      if (from !== undefined && to !== undefined) await relate(tx, from, to, { source })
    }
    for (const { login, uai, by, tasks } of delegations) {
      const account = idOf(login)
      if (account === undefined) continue
      for (const task of tasks) await putGrant(tx, ctx.clock.now(), { account, uai, task, by })
    }
  })

/** Schools, profiles, classes, relations and delegations of the demonstration; `idOf` gives the accounts made before. */
export const fillDirectory = async (house: House, idOf: (login: string) => number | undefined): Promise<void> => {
  await fillSchools(house)
  for (const { login, name, pending } of people) {
    const account = idOf(login)
    const told = facts[login]
    if (account !== undefined && told) await fillPerson(house, account, name, told, pending === true)
  }
  await fillTies(house, idOf)
}
