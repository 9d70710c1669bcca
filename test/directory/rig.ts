/** A small académie on a store of its own: two schools, their people, a parent with a child in each. */
import { silentLog } from '#base/log.ts'
import { joinClass } from '#domain/directory/classes.ts'
import type { Actor } from '#domain/directory/delegation.ts'
import { putGrant } from '#domain/directory/grants.ts'
import { createPerson, type NewPerson } from '#domain/directory/persons.ts'
import { relate } from '#domain/directory/relations.ts'
import { putSchool } from '#domain/directory/schools.ts'
import { createPeople, type People } from '#domain/people/people.ts'
import type { Bench, Driver } from '../contract/drivers.ts'

export const college = '0250001R'
export const lycee = '0390001P'

export interface Academy {
  readonly bench: Bench
  readonly people: People
  /** The account of a person by login. */
  id(login: string): number
  /** The person as somebody who acts. */
  as(login: string, profileId?: number): Actor
  add(login: string, wanted: Partial<NewPerson>): Promise<number>
  close(): Promise<void>
}

const persons: Readonly<Record<string, Partial<NewPerson>>> = {
  dsi: { admin: true, profiles: [{ kind: 'academy' }] },
  head: { profiles: [{ kind: 'head', uai: college, functionCode: 'DIR' }] },
  'other.head': { profiles: [{ kind: 'head', uai: lycee, functionCode: 'DIR' }] },
  helper: { profiles: [{ kind: 'administrative', uai: college, functionCode: 'ADF' }] },
  helper2: { profiles: [{ kind: 'school-life', uai: college, functionCode: 'EDU' }] },
  teacher: { profiles: [{ kind: 'teacher', uai: college, functionCode: 'ENS', discipline: 'Mathématiques' }] },
  // Works in the lycée, has a child in the collège.
  both: {
    profiles: [
      { kind: 'teacher', uai: lycee, functionCode: 'ENS', discipline: 'Anglais' },
      { kind: 'parent', uai: college },
    ],
  },
  pupil: { profiles: [{ kind: 'pupil', uai: college }], birthDate: '2012-02-08', joinKey: '03|20001' },
  pupil2: { profiles: [{ kind: 'pupil', uai: college }] },
  'lycee.pupil': { profiles: [{ kind: 'pupil', uai: lycee }] },
  parent: {
    profiles: [
      { kind: 'parent', uai: college },
      { kind: 'parent', uai: lycee },
    ],
    rescueMail: 'parent@famille.example',
  },
}

export const openAcademy = async (driver: Driver): Promise<Academy> => {
  const bench = await driver.open()
  const ctx = { store: bench.store, clock: bench.clock, log: silentLog }
  const people = await createPeople(ctx, { domains: ['ecole.test'] })
  const ids = new Map<string, { id: number; admin: boolean }>()
  const now = bench.clock.now()
  await bench.store.writeGlobal(async (tx) => {
    await putSchool(tx, now, { uai: college, name: 'Collège des Tilleuls', kind: 'college', city: 'Besançon' })
    await putSchool(tx, now, { uai: lycee, name: 'Lycée du Val d’Amour', kind: 'lycee', city: 'Dole' })
  })
  const add = async (login: string, wanted: Partial<NewPerson>): Promise<number> => {
    const { id, admin } = await createPerson(people, 'test', {
      login,
      givenName: 'Prénom',
      familyName: login,
      ...wanted,
    })
    ids.set(login, { id, admin })
    return id
  }
  for (const [login, wanted] of Object.entries(persons)) await add(login, wanted)
  const id = (login: string): number => {
    const found = ids.get(login)
    if (!found) throw new Error(`the académie has nobody named ${login}`)
    return found.id
  }
  await bench.store.writeGlobal(async (tx) => {
    for (const login of ['pupil', 'pupil2'])
      await joinClass(tx, id(login), { uai: college, class: '3e B', role: 'pupil' }, 'test')
    await joinClass(tx, id('lycee.pupil'), { uai: lycee, class: '2de 4', role: 'pupil' }, 'test')
    await joinClass(tx, id('teacher'), { uai: college, class: '3e B', role: 'main-teacher', subject: 'Maths' }, 'test')
    await relate(tx, id('parent'), id('pupil'))
    await relate(tx, id('parent'), id('lycee.pupil'))
    await relate(tx, id('both'), id('pupil2'))
    for (const task of ['reset', 'identifier', 'attach', 'merge', 'manual-accounts', 'groups', 'block', 'activation'])
      await putGrant(tx, now, { account: id('helper'), uai: college, task, by: 'head' })
    await putGrant(tx, now, { account: id('helper2'), uai: college, task: 'identifier', by: 'head' })
  })
  return {
    bench,
    people,
    id,
    as: (login, profileId) => ({
      accountId: id(login),
      login,
      admin: ids.get(login)?.admin ?? false,
      ...(profileId === undefined ? {} : { profileId }),
    }),
    add,
    close: async () => {
      people.close()
      await bench.close()
    },
  }
}

/** The `property` of the failure a promise ends in. */
export const refusedFor = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work
  } catch (error) {
    if (error instanceof Error && 'property' in error) return String(error.property)
    throw error
  }
  throw new Error('it should have been refused')
}
