/** Groups, search, duplicates, merges and rates on a small académie, on every engine. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { activationRate } from '#domain/directory/activation-rate.ts'
import { duplicatesIn } from '#domain/directory/duplicates.ts'
import { groupsOf, membersOf } from '#domain/directory/groups.ts'
import { changeGroup, createGroup } from '#domain/directory/manual-groups.ts'
import { listMerges, mergePersons, undoMerge } from '#domain/directory/merge.ts'
import { findByJoinKey, getPerson } from '#domain/directory/persons.ts'
import { profilesOf } from '#domain/directory/profiles.ts'
import { childrenOf } from '#domain/directory/relations.ts'
import { type PeopleQuery, searchPeople } from '#domain/directory/search.ts'
import { findAccount } from '#domain/people/accounts.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Academy, college, lycee, openAcademy, refusedFor } from './rig.ts'

onEveryEngine('the directory', (driver) => {
  let academy: Academy
  beforeAll(async () => {
    academy = await openAcademy(driver)
  })
  afterAll(() => academy?.close())

  const now = () => academy.bench.clock.now()
  const read: Academy['bench']['store']['read'] = (fn) => academy.bench.store.read(fn)
  const find = async (query: PeopleQuery) =>
    (await read((tx) => searchPeople(tx, { now: now(), ...query }))).people.map(({ login }) => login)

  test('groups are computed from profile, school, class and discipline', async () => {
    const groups = async (login: string) => (await read((tx) => groupsOf(tx, academy.id(login), now()))).sort()
    expect(await groups('pupil')).toEqual([
      '*:profile:pupil',
      `${college}:class:3e%20B:pupils`,
      `${college}:profile:pupil`,
    ])
    expect(await groups('teacher')).toEqual([
      '*:profile:teacher',
      `${college}:class:3e%20B:teachers`,
      `${college}:discipline:Math%C3%A9matiques`,
      `${college}:profile:teacher`,
      `${college}:staff`,
    ])
    expect(await groups('parent')).toEqual(
      [
        '*:profile:parent',
        `${lycee}:class:2de%204:parents`,
        `${lycee}:profile:parent`,
        `${college}:class:3e%20B:parents`,
        `${college}:profile:parent`,
      ].sort(),
    )
  })

  test('everybody is a member of exactly the groups that are theirs', async () => {
    const ids = await read((tx) => tx.query((q) => q.selectFrom('person').select('account_id as id')))
    const byGroup = new Map<string, number[]>()
    for (const { id } of ids)
      for (const key of await read((tx) => groupsOf(tx, id, now())))
        byGroup.set(
          key,
          [...(byGroup.get(key) ?? []), id].sort((a, b) => a - b),
        )
    expect(byGroup.size).toBeGreaterThan(15)
    for (const [key, expected] of byGroup) {
      const { members, next } = await read((tx) => membersOf(tx, key, { now: now() }))
      expect([key, members.map(({ id }) => id), next]).toEqual([key, expected, null])
    }
  })

  test('members come a page at a time', async () => {
    const seen: number[] = []
    for (let after = 0; ; ) {
      const page = await read((tx) => membersOf(tx, '*:profile:pupil', { after, limit: 1, now: now() }))
      seen.push(...page.members.map(({ id }) => id))
      if (page.next === null) break
      after = page.next
    }
    expect(seen).toEqual(['pupil', 'pupil2', 'lycee.pupil'].map((login) => academy.id(login)))
  })

  test('a group by hand takes people of its school only', async () => {
    const { people, as, id } = academy
    const group = await createGroup(people, as('helper'), { uai: college, name: '  Chorale ' })
    await changeGroup(people, as('helper'), group, { add: [id('pupil'), id('teacher')] })
    await changeGroup(people, as('helper'), group, { remove: [id('teacher')] })
    expect(await refusedFor(changeGroup(people, as('helper'), group, { add: [id('lycee.pupil')] }))).toBe('scope')
    expect(await refusedFor(changeGroup(people, as('other.head'), group, { add: [id('lycee.pupil')] }))).toBe('scope')
    expect(await refusedFor(createGroup(people, as('helper2'), { uai: college, name: 'x' }))).toBe('task')
    const { members } = await read((tx) => membersOf(tx, `manual:${group}`, { now: now() }))
    expect(members.map(({ login }) => login)).toEqual(['pupil'])
    expect(await read((tx) => groupsOf(tx, id('pupil'), now()))).toContain(`manual:${group}`)
  })

  test('people are found by the start of any name, without accents, by identifier, address and join key', async () => {
    await academy.add('zoe', {
      givenName: 'Zoé-Lou',
      familyName: 'Lefèvre d’Œuvre',
      joinKey: '3|777',
      profiles: [{ kind: 'pupil', uai: college }],
    })
    for (const text of [
      'lefev',
      'LEFÈVRE',
      'zoe lef',
      'lou',
      'oeuvre zo',
      'zoe@ecole',
      'ZOE',
      '03|777',
      '3|777',
      '{AAF}3|1|777',
    ])
      expect([text, await find({ text })]).toEqual([text, ['zoe']])
    expect(await find({ text: 'zoe martin' })).toEqual([])
    expect(await find({ text: "%' or 1=1 --" })).toEqual([])
    expect(await find({ text: 'zoe', uais: [lycee] })).toEqual([])
    expect(await find({ text: 'zoe', uais: [college], kind: 'pupil' })).toEqual(['zoe'])
    expect(await find({ uais: [college], class: '3e B', kind: 'pupil' })).toEqual(['pupil', 'pupil2'])
    expect(await find({ uais: [] })).toEqual([])
    expect((await read((tx) => findByJoinKey(tx, '003|777')))?.login).toBe('zoe')
  })

  test('a start of two letters finds in a school, and only whole names in the whole académie', async () => {
    await academy.add('bo', { givenName: 'Bo', familyName: 'Li', profiles: [{ kind: 'pupil', uai: college }] })
    await academy.add('boris', { givenName: 'Boris', familyName: 'Lion', profiles: [{ kind: 'pupil', uai: college }] })
    expect(await find({ text: 'li', uais: [college] })).toEqual(['bo', 'boris'])
    expect(await find({ text: 'li' })).toEqual(['bo'])
    expect(await find({ text: 'boris li' })).toEqual(['boris'])
  })

  test('pages of a search follow each other without gap or double', async () => {
    const seen: string[] = []
    let after: string | undefined
    for (;;) {
      const page = await read((tx) => searchPeople(tx, { now: now(), limit: 3, ...(after ? { after } : {}) }))
      seen.push(...page.people.map(({ login }) => login))
      if (page.next === null) break
      after = page.next
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(await find({ limit: 200 }))
    expect(await find({ after: 'not a place', limit: 1 })).toHaveLength(1)
  })

  test('a profile that has ended or has not begun counts for nothing', async () => {
    const id = await academy.add('substitute', {
      profiles: [
        { kind: 'teacher', uai: college, endsAt: now() + 1000 },
        { kind: 'teacher', uai: lycee, startsAt: now() + 5000 },
      ],
    })
    expect((await read((tx) => profilesOf(tx, id, now()))).map(({ uai }) => uai)).toEqual([college])
    academy.bench.clock.advance(1001)
    expect(await read((tx) => profilesOf(tx, id, now()))).toEqual([])
    expect(await read((tx) => groupsOf(tx, id, now()))).toEqual([])
    academy.bench.clock.advance(5000)
    expect((await read((tx) => profilesOf(tx, id, now()))).map(({ uai }) => uai)).toEqual([lycee])
  })

  test('the activation rate counts people once, by profile and by class', async () => {
    await academy.add('active.pupil', { password: 'Cascade-de-neige-42', profiles: [{ kind: 'pupil', uai: lycee }] })
    const rate = await read((tx) => activationRate(tx, { uai: lycee, name: 'Lycée' }, now()))
    expect(rate.kinds).toContainEqual({ kind: 'pupil', total: 2, activated: 1 })
    expect(rate.classes).toEqual([{ class: '2de 4', total: 1, activated: 0 }])
    expect(rate.activated).toBe(1)
  })

  test('two accounts of one pupil are noticed; brothers and sisters are not', async () => {
    const { add } = academy
    const pupilHere = [{ kind: 'pupil' as const, uai: lycee }]
    const perrin = { familyName: 'Perrin', rescueMail: 'perrin@famille.example', profiles: pupilHere }
    await add('camille', { givenName: 'Camille', birthDate: '2010-01-01', joinKey: '03|9', ...perrin })
    await add('camille2', { ...perrin, givenName: 'CAMILLE', birthDate: '2010-01-01', rescueMail: '' })
    await add('louis', { givenName: 'Louis', birthDate: '2011-02-02', ...perrin })
    const pairs = await read((tx) => duplicatesIn(tx, lycee, now()))
    expect(pairs.map(({ reason, people }) => [reason, ...people.map(({ login }) => login)])).toEqual([
      ['name', 'camille', 'camille2'],
    ])
  })

  test('a merge moves what leads to the person, closes the other account, and can be undone', async () => {
    const { people, as, id, bench } = academy
    const [kept, merged] = [id('camille'), id('camille2')]
    await bench.store.writeGlobal((tx) =>
      tx.execute((q) =>
        q.insertInto('federated_identity').values({
          provider_id: 'educonnect',
          subject: 'abc',
          account_id: merged,
          created_at: now(),
          last_used_at: now(),
        }),
      ),
    )
    const holder = async () =>
      (await read((tx) => tx.query((q) => q.selectFrom('federated_identity').select('account_id as id'))))[0]?.id
    expect(await refusedFor(mergePersons(people, as('helper'), kept, merged))).toBe('scope')
    expect(await refusedFor(mergePersons(people, as('other.head'), kept, kept))).toBe('merge')
    const merge = await mergePersons(people, as('other.head'), kept, merged)
    expect(await holder()).toBe(kept)
    expect((await read((tx) => findAccount(tx, 'camille2@ecole.test'))).id).toBe(kept)
    expect((await read((tx) => getPerson(tx, merged))).status).toBe('disabled')
    expect(await read((tx) => duplicatesIn(tx, lycee, now()))).toEqual([])
    await expect(mergePersons(people, as('other.head'), kept, merged)).rejects.toThrow()
    expect((await read((tx) => listMerges(tx, [lycee]))).map((one) => [one.id, one.undoneAt])).toEqual([[merge, null]])
    expect(await refusedFor(undoMerge(people, as('head'), merge))).toBe('scope')
    await undoMerge(people, as('other.head'), merge)
    expect(await holder()).toBe(merged)
    const back = await read((tx) => getPerson(tx, merged))
    expect(back).toMatchObject({ status: 'active', blockedAt: null, email: 'camille2@ecole.test' })
    expect((await read((tx) => getPerson(tx, kept))).joinKey).toBe('03|9')
    await expect(undoMerge(people, as('other.head'), merge)).rejects.toThrow()
  })

  test('a merge brings profiles and children of the other account, each once', async () => {
    const { people, as, id, add } = academy
    const other = await add('parent2', {
      joinKey: '03|42',
      profiles: [
        { kind: 'parent', uai: college },
        { kind: 'parent', uai: lycee },
      ],
    })
    await academy.bench.store.writeGlobal((tx) =>
      tx.execute((q) =>
        q
          .insertInto('relation')
          .values({ account_id: other, child_id: id('zoe'), kind: 'parent', authority: 1, source: 'test' }),
      ),
    )
    const merge = await mergePersons(people, as('head'), id('parent'), other)
    const children = async (account: number) => (await read((tx) => childrenOf(tx, account))).length
    expect(await children(id('parent'))).toBe(3)
    expect((await read((tx) => profilesOf(tx, id('parent'), now()))).map(({ uai }) => uai).sort()).toEqual([
      college,
      lycee,
    ])
    expect((await read((tx) => findByJoinKey(tx, '03|42')))?.accountId).toBe(id('parent'))
    await undoMerge(people, as('head'), merge)
    expect([await children(id('parent')), await children(other)]).toEqual([2, 1])
    expect((await read((tx) => findByJoinKey(tx, '03|42')))?.accountId).toBe(other)
  })

  test('a join key and an external identifier are one person’s only', async () => {
    const { add } = academy
    expect(await refusedFor(add('thief', { joinKey: '3|777', profiles: [] }))).toBe('joinKey')
    expect(await refusedFor(add('odd', { joinKey: 'no bar' }))).toBe('joinKey')
    await add('from.scim', { source: 'scim', externalId: 'e1' })
    await add('from.ldap', { source: 'ldap', externalId: 'e1' })
    expect(await refusedFor(add('again', { source: 'scim', externalId: 'e1' }))).toBe('externalId')
    expect(await refusedFor(add('born', { birthDate: '2012-02-30' }))).toBe('birthDate')
  })
})
