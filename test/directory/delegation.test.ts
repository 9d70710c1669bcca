/** Who may do what to whom: every way up is closed, and every refusal tells no more than it must. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attachProfile, block, createManual, detachProfile, tellIdentifier, unblock } from '#domain/directory/acts.ts'
import { reachOf } from '#domain/directory/audience.ts'
import { searchAudit } from '#domain/directory/audit-search.ts'
import { personCard } from '#domain/directory/card.ts'
import {
  type Actor,
  may,
  powersOf,
  refusalOn,
  requireForAcademy,
  schoolsFor,
  wholeAcademy,
} from '#domain/directory/delegation.ts'
import { grantTasks, revokeTasks } from '#domain/directory/grants.ts'
import { closeEnded } from '#domain/directory/life.ts'
import { getPerson } from '#domain/directory/persons.ts'
import { populationOf, profilesOf } from '#domain/directory/profiles.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Academy, college, lycee, openAcademy, refusedFor } from './rig.ts'

onEveryEngine('delegation', (driver) => {
  let academy: Academy
  beforeAll(async () => {
    academy = await openAcademy(driver)
  })
  afterAll(() => academy?.close())

  const now = () => academy.bench.clock.now()
  const refusal = (actor: Actor, task: Parameters<typeof refusalOn>[2], target: string) =>
    academy.bench.store.read((tx) => refusalOn(tx, actor, task, academy.id(target), now()))

  test('a delegated person does exactly the tasks given, in the school where they were given', async () => {
    const { as } = academy
    expect(await refusal(as('helper'), 'reset', 'pupil')).toBeUndefined()
    expect(await refusal(as('helper'), 'contact', 'pupil')).toBe('task')
    expect(await refusal(as('helper2'), 'identifier', 'pupil')).toBeUndefined()
    expect(await refusal(as('helper2'), 'reset', 'pupil')).toBe('task')
    expect(await refusal(as('helper'), 'reset', 'lycee.pupil')).toBe('scope')
    expect(await refusal(as('other.head'), 'reset', 'pupil')).toBe('scope')
    expect(await refusal(as('teacher'), 'reset', 'pupil')).toBe('none')
    expect(await refusal(as('pupil2'), 'identifier', 'pupil')).toBe('none')
  })

  test('nobody acts on somebody with as many rights or more, nor on themselves', async () => {
    const { as } = academy
    await academy.add('dsi.college', { admin: true, profiles: [{ kind: 'administrative', uai: college }] })
    await academy.add('deputy', { profiles: [{ kind: 'head', uai: college }] })
    expect(await refusal(as('helper'), 'reset', 'head')).toBe('privilege')
    expect(await refusal(as('helper'), 'reset', 'helper2')).toBe('privilege')
    expect(await refusal(as('helper'), 'reset', 'dsi.college')).toBe('privilege')
    expect(await refusal(as('head'), 'reset', 'dsi.college')).toBe('privilege')
    expect(await refusal(as('head'), 'reset', 'deputy')).toBe('privilege')
    expect(await refusal(as('head'), 'reset', 'helper')).toBeUndefined()
    expect(await refusal(as('head'), 'reset', 'head')).toBe('self')
    expect(await refusal(as('dsi'), 'reset', 'dsi')).toBe('self')
    expect(await refusal(as('dsi'), 'reset', 'head')).toBeUndefined()
  })

  test('the school of the children does not come to hold the account of a teacher who works elsewhere', async () => {
    const { as } = academy
    expect(await refusal(as('head'), 'reset', 'both')).toBe('scope')
    expect(await refusal(as('other.head'), 'reset', 'both')).toBeUndefined()
    expect(await refusal(as('head'), 'identifier', 'both')).toBeUndefined()
    expect(await refusal(as('head'), 'reset', 'parent')).toBeUndefined()
    expect(await refusal(as('other.head'), 'reset', 'parent')).toBeUndefined()
  })

  test('rights follow the profile that was chosen for the session', async () => {
    const id = await academy.add('head.parent', {
      profiles: [
        { kind: 'head', uai: college },
        { kind: 'head', uai: lycee },
        { kind: 'parent', uai: lycee },
      ],
    })
    const [first, second, third] = await academy.bench.store.read((tx) => profilesOf(tx, id, now()))
    const schools = async (profile: number | undefined) => {
      const powers = await academy.bench.store.read((tx) => powersOf(tx, academy.as('head.parent', profile), now()))
      return [...powers.schools.keys()].sort()
    }
    expect(await schools(undefined)).toEqual([college, lycee])
    expect(await schools(first?.id)).toEqual([college])
    expect(await schools(second?.id)).toEqual([lycee])
    expect(await schools(third?.id)).toEqual([])
  })

  test('only the head names helpers, only staff of the school, and only tasks that can be given', async () => {
    const { as, id, people } = academy
    const grant = (actor: Actor, target: string, tasks: string[], uai = college) =>
      grantTasks(people, actor, { account: id(target), uai, tasks })
    await grant(as('head'), 'teacher', ['sheets', 'tickets'])
    expect(await academy.bench.store.read((tx) => may(tx, as('teacher'), 'sheets', id('pupil'), now()))).toBe(true)
    expect(await academy.bench.store.read((tx) => populationOf(tx, id('teacher'), now()))).toBe('administrator')
    expect(await refusedFor(grant(as('helper'), 'teacher', ['reset']))).toBe('task')
    expect(await refusedFor(grant(as('other.head'), 'teacher', ['reset']))).toBe('scope')
    expect(await refusedFor(grant(as('head'), 'head', ['reset']))).toBe('self')
    expect(await refusedFor(grant(as('head'), 'parent', ['reset']))).toBe('scope')
    expect(await refusedFor(grant(as('head'), 'both', ['reset']))).toBe('scope')
    expect(await refusedFor(grant(as('head'), 'teacher', ['delegate']))).toBe('tasks')
    expect(await refusedFor(grant(as('head'), 'teacher', ['schools']))).toBe('tasks')
    await revokeTasks(people, as('head'), { account: id('teacher'), uai: college })
    expect(await academy.bench.store.read((tx) => may(tx, as('teacher'), 'sheets', id('pupil'), now()))).toBe(false)
    expect(await academy.bench.store.read((tx) => populationOf(tx, id('teacher'), now()))).toBe('staff')
  })

  test('a task for the whole académie is given by the platform to its staff alone, and reaches no account', async () => {
    const { as, bench, people, id } = academy
    const { ctx } = people
    await academy.add('editor', { profiles: [{ kind: 'academy' }] })
    const change = { account: id('editor'), uai: wholeAcademy }
    const give = (by: string, tasks: string[], to = 'editor') =>
      grantTasks(people, as(by), { ...change, account: id(to), tasks })
    const needs = (task: 'guides' | 'portal') => requireForAcademy(ctx, as('editor'), task)
    expect(await refusedFor(give('head', ['guides']))).toBe('task')
    expect(await refusedFor(give('dsi', ['guides'], 'teacher'))).toBe('scope')
    await expect(give('dsi', ['reset'])).rejects.toMatchObject({ property: 'tasks' })
    await expect(give('dsi', ['providers'])).rejects.toMatchObject({ property: 'tasks' })
    expect(await refusedFor(needs('guides'))).toBe('task')

    await give('dsi', ['guides', 'tickets', 'notices'])
    await needs('guides')
    expect(await refusedFor(needs('portal'))).toBe('task')
    const powers = await bench.store.read((tx) => powersOf(tx, as('editor'), now()))
    expect(schoolsFor(powers, 'tickets')).toBe('all')
    expect(schoolsFor(powers, 'reset')).toEqual([])
    expect(reachOf(powers, 'notice')).toBe('all')
    expect(await refusal(as('editor'), 'tickets', 'pupil')).toBeUndefined()
    expect(await refusal(as('editor'), 'tickets', 'head')).toBe('privilege')
    expect(await refusal(as('editor'), 'reset', 'pupil')).toBe('none')

    expect(await refusedFor(revokeTasks(people, as('head'), change))).toBe('task')
    await revokeTasks(people, as('dsi'), { ...change, tasks: ['guides'] })
    expect(await refusedFor(needs('guides'))).toBe('task')
    await revokeTasks(people, as('dsi'), change)
    const { entries } = await bench.store.read((tx) => searchAudit(tx, { account: id('editor') }))
    expect(entries.filter(({ action }) => action === 'delegation.grant')).toHaveLength(1)
    expect(entries.filter(({ action }) => action === 'delegation.revoke')).toHaveLength(2)
  })

  test('a task that has ended is no task', async () => {
    const { as, id, people, bench } = academy
    await grantTasks(people, as('head'), {
      account: id('teacher'),
      uai: college,
      tasks: ['identifier'],
      endsAt: now() + 1000,
    })
    expect(await refusal(as('teacher'), 'identifier', 'pupil')).toBeUndefined()
    bench.clock.advance(1001)
    expect(await refusal(as('teacher'), 'identifier', 'pupil')).toBe('none')
  })

  test('nobody gives themselves a school, a head’s profile, or a stranger', async () => {
    const { as, id, people } = academy
    const attach = (actor: Actor, target: string, kind: 'head' | 'teacher' | 'academy', uai = college) =>
      attachProfile(people, actor, id(target), { kind, uai })
    expect(await refusedFor(attach(as('helper'), 'pupil', 'head'))).toBe('privilege')
    expect(await refusedFor(attach(as('head'), 'teacher', 'head'))).toBe('privilege')
    expect(await refusedFor(attach(as('head'), 'teacher', 'academy', ''))).toBe('scope')
    expect(await refusedFor(attach(as('helper'), 'helper', 'teacher'))).toBe('self')
    expect(await refusedFor(attach(as('helper'), 'lycee.pupil', 'teacher'))).toBe('scope')
    expect(await refusedFor(attach(as('helper'), 'pupil', 'teacher', lycee))).toBe('scope')
    const given = await attachProfile(people, as('helper'), id('pupil2'), { kind: 'technical', uai: college })
    expect(await refusedFor(detachProfile(people, as('other.head'), id('pupil2'), given))).toBe('scope')
    await detachProfile(people, as('helper'), id('pupil2'), given)
    const profiles = await academy.bench.store.read((tx) => profilesOf(tx, id('pupil2'), now()))
    expect(profiles.map(({ kind }) => kind)).toEqual(['pupil'])
  })

  test('a card is shown to whom has a task in one of the person’s schools, with exactly what they may do', async () => {
    const { as, id, bench } = academy
    const card = (viewer: string, target: string) =>
      bench.store.read((tx) => personCard(tx, as(viewer), id(target), now()))
    expect((await card('helper2', 'pupil')).may).toEqual(['identifier'])
    expect((await card('helper', 'head')).may).toEqual([])
    const seen = await card('head', 'parent')
    expect(seen.children.map(({ name, classes }) => [name, classes])).toEqual([
      ['Prénom lycee.pupil', ['2de 4']],
      ['Prénom pupil', ['3e B']],
    ])
    expect(await refusedFor(card('other.head', 'pupil'))).toBe('scope')
    expect(await refusedFor(card('teacher', 'pupil'))).toBe('none')
    const nobody = bench.store.read((tx) => personCard(tx, as('head'), 999_999, now()))
    expect(await refusedFor(nobody)).toBe('scope')
  })

  test('acts are done and written to the log together, refused ones leave no trace', async () => {
    const { as, id, people, bench } = academy
    expect(await tellIdentifier(people, as('helper'), id('pupil'), '192.0.2.7')).toEqual({
      login: 'pupil',
      email: 'pupil@ecole.test',
    })
    await block(people, as('helper'), id('pupil2'), 'téléphone volé')
    const blocked = await bench.store.read((tx) => getPerson(tx, id('pupil2')))
    expect(blocked).toMatchObject({ status: 'disabled', blockReason: 'téléphone volé' })
    expect(await refusedFor(unblock(people, as('other.head'), id('pupil2')))).toBe('scope')
    await unblock(people, as('head'), id('pupil2'))
    expect((await bench.store.read((tx) => getPerson(tx, id('pupil2')))).status).toBe('active')
    const log = await bench.store.read((tx) => searchAudit(tx, { account: id('pupil2'), uais: [college] }))
    expect(log.entries.map(({ action, actor }) => [action, actor]).slice(0, 3)).toEqual([
      ['account.enable', 'head'],
      ['person.unblock', 'head'],
      ['person.block', 'helper'],
    ])
    const one = await bench.store.read((tx) => searchAudit(tx, { action: 'person.identifier' }))
    expect(one.entries[0]).toMatchObject({ actor: 'helper', target: 'pupil', ip: '192.0.2.7' })
  })

  test('the school of the children does not read what a parent does where they work', async () => {
    const { id, bench } = academy
    const lines = (uai: string) => bench.store.read((tx) => searchAudit(tx, { account: id('both'), uais: [uai] }))
    expect((await lines(lycee)).entries.length).toBeGreaterThan(0)
    expect((await lines(college)).entries).toEqual([])
  })

  test('a manual account has an end, waits for its activation, and closes when its time has come', async () => {
    const { as, people, bench } = academy
    const wanted = {
      givenName: 'Élise',
      familyName: 'Infirmière',
      profile: { kind: 'technical' as const, uai: college },
    }
    const day = 86_400_000
    expect(await refusedFor(createManual(people, as('helper'), { ...wanted, endsAt: null }))).toBe('endsAt')
    expect(await refusedFor(createManual(people, as('helper'), { ...wanted, endsAt: now() + 500 * day }))).toBe(
      'endsAt',
    )
    expect(await refusedFor(createManual(people, as('helper2'), { ...wanted, endsAt: now() + day }))).toBe('task')
    const made = await createManual(people, as('helper'), { ...wanted, endsAt: now() + day })
    expect(made.login).toBe('elise.infirmiere')
    const person = () => bench.store.read((tx) => getPerson(tx, made.id))
    expect(await person()).toMatchObject({ activatedAt: null, status: 'active', source: 'manual' })
    expect(await closeEnded(people)).toBe(0)
    bench.clock.advance(day)
    expect(await closeEnded(people)).toBe(1)
    expect((await person()).status).toBe('disabled')
  })
})
