/** Audiences: who is in one, as a sentence, and who may address whom; on every engine. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audienceNames, audienceSlices, countAudience, isInAudience, mayAddress } from '#domain/directory/audience.ts'
import { type Audience, audience, audienceWords, everyone, readAudience } from '#domain/directory/audience-rules.ts'
import { putGrant } from '#domain/directory/grants.ts'
import { putManualGroup } from '#domain/directory/manual-groups.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Academy, college, lycee, openAcademy, refusedFor } from './rig.ts'

onEveryEngine('audiences', (driver) => {
  let academy: Academy
  let group = 0
  beforeAll(async () => {
    academy = await openAcademy(driver)
    const { bench, id } = academy
    await bench.store.writeGlobal(async (tx) => {
      await putGrant(tx, bench.clock.now(), { account: id('helper'), uai: college, task: 'notices', by: 'head' })
      group = await putManualGroup(tx, bench.clock.now(), { uai: college, name: 'Chorale', by: 'head' })
      await tx.execute((q) =>
        q.insertInto('manual_group_member').values({ group_id: group, account_id: id('pupil2'), added_at: 0 }),
      )
    })
  })
  afterAll(() => academy?.close())

  const now = () => academy.bench.clock.now()
  const everybody = ['both', 'dsi', 'head', 'helper', 'helper2', 'lycee.pupil', 'other.head', 'parent', 'pupil']
  const names = () => new Map([...everybody, 'pupil2', 'teacher'].map((login) => [academy.id(login), login] as const))

  const members = async (whom: Audience, limit?: number): Promise<string[]> => {
    const found: string[] = []
    for await (const { ids } of audienceSlices(academy.bench.store, whom, { now: now(), ...(limit ? { limit } : {}) }))
      found.push(...ids.map((id) => names().get(id) ?? '?'))
    return found.sort()
  }

  test('each condition narrows, several values widen, exclusions take away', async () => {
    const cases: readonly (readonly [Audience, readonly string[]])[] = [
      [audience({ profiles: ['teacher'] }), ['both', 'teacher']],
      [audience({ profiles: ['teacher'], schools: [lycee] }), ['both']],
      [audience({ schools: [college], profiles: ['pupil', 'parent'] }), ['both', 'parent', 'pupil', 'pupil2']],
      [audience({ departments: ['39'] }), ['both', 'lycee.pupil', 'other.head', 'parent']],
      [audience({ classes: [`${college}:3e B`] }), ['both', 'parent', 'pupil', 'pupil2', 'teacher']],
      [audience({ classes: [`${college}:3e B`], profiles: ['parent'] }), ['both', 'parent']],
      [
        audience({ classes: [`${college}:3e B`, `${lycee}:2de 4`], profiles: ['pupil'] }),
        ['lycee.pupil', 'pupil', 'pupil2'],
      ],
      [audience({ disciplines: ['Anglais'] }), ['both']],
      [audience({ groups: [`manual:${group}`] }), ['pupil2']],
      [audience({ groups: ['*:profile:pupil'] }), ['lycee.pupil', 'pupil', 'pupil2']],
      [audience({ groups: [`${college}:staff`], profiles: ['head'] }), ['head']],
      [audience({ persons: [academy.id('dsi')] }), ['dsi']],
      [audience({ profiles: ['pupil'] }, { groups: [`manual:${group}`] }), ['lycee.pupil', 'pupil']],
      [audience({}), [...names().values()].sort()],
      // One profile must meet every condition: this teacher is a parent elsewhere.
      [audience({ profiles: ['teacher'], schools: [college] }), ['teacher']],
    ]
    for (const [whom, expected] of cases) {
      expect([whom.include, await members(whom)]).toEqual([whom.include, expected])
      expect(await members(whom, 1)).toEqual(expected)
      expect(await countAudience(academy.bench.store, whom, now())).toBe(expected.length)
    }
  })

  test('one person is asked about without listing the others', async () => {
    const whom = audience({ classes: [`${college}:3e B`], profiles: ['parent'] })
    const asks = (login: string) => academy.bench.store.read((tx) => isInAudience(tx, whom, academy.id(login), now()))
    expect([await asks('parent'), await asks('pupil'), await asks('both')]).toEqual([true, false, true])
  })

  test('an audience is a sentence', async () => {
    const whom: Audience = {
      include: [
        { ...everyone, profiles: ['parent', 'teacher'], classes: [`${college}:3e B`] },
        { ...everyone, profiles: ['head'], departments: ['25', '39'] },
      ],
      exclude: [{ ...everyone, groups: [`manual:${group}`] }],
    }
    const words = audienceWords(whom, await academy.bench.store.read((tx) => audienceNames(tx, whom)))
    expect(words.fr).toBe(
      'Les parents et les enseignants de la classe 3e B de l’établissement « Collège des Tilleuls », ainsi que la direction des départements 25 et 39, sauf les personnes du groupe « Chorale ».',
    )
    expect(audienceWords(audience({}), { schools: new Map(), groups: new Map(), persons: new Map() }).en).toBe(
      'Everybody of the académie.',
    )
  })

  test('what is no audience is refused', async () => {
    for (const wrong of [
      {},
      { include: [] },
      { include: [{ profiles: ['king'] }] },
      { include: [{ schools: ['0250001A'] }] },
      { include: [{ classes: ['3e B'] }] },
      { include: [{ groups: ['x'] }] },
      { include: [{ persons: ['1'] }] },
      { include: [{}], exclude: [{}] },
    ])
      expect([wrong, await refusedFor(Promise.resolve().then(() => readAudience(wrong)))]).toEqual([wrong, 'audience'])
  })

  test('who may address whom: the table of role × audience', async () => {
    const audiences: Readonly<Record<string, Audience>> = {
      everybody: audience({}),
      college: audience({ schools: [college] }),
      'class of the collège': audience({ classes: [`${college}:3e B`] }),
      'group by hand': audience({ groups: [`manual:${group}`] }),
      'computed group': audience({ groups: [`${college}:staff`] }),
      'one pupil': audience({ persons: [academy.id('pupil')] }),
      'pupil of elsewhere': audience({ persons: [academy.id('pupil'), academy.id('lycee.pupil')] }),
      lycee: audience({ schools: [lycee] }),
      both: audience({ schools: [college, lycee] }),
      'two rules': {
        include: [
          { ...everyone, schools: [college] },
          { ...everyone, schools: [lycee] },
        ],
        exclude: [],
      },
      profile: audience({ profiles: ['teacher'] }),
    }
    const own = ['college', 'class of the collège', 'group by hand', 'computed group', 'one pupil']
    const table: Readonly<Record<string, readonly string[]>> = {
      dsi: Object.keys(audiences),
      head: own,
      helper: own,
      // Has tasks, not this one.
      helper2: [],
      'other.head': ['lycee'],
      teacher: [],
      both: [],
      pupil: [],
      parent: [],
    }
    for (const [login, allowed] of Object.entries(table))
      for (const [name, whom] of Object.entries(audiences)) {
        const may = await academy.bench.store.read((tx) => mayAddress(tx, academy.as(login), 'notice', whom, now()))
        expect([login, name, may]).toEqual([login, name, allowed.includes(name)])
      }
  })
})
