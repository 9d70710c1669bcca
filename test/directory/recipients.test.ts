/** Whom people of an académie are proposed when they write, and which groups. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setCommunication, usual } from '#domain/directory/communication.ts'
import { findRecipients, recipientsOfGroup } from '#domain/mail/recipients.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Academy, college, openAcademy } from './rig.ts'

onEveryEngine('recipients of an académie', (driver) => {
  let academy: Academy

  beforeAll(async () => {
    academy = await openAcademy(driver)
  })
  afterAll(() => academy.close())

  const names = async (login: string, text: string) =>
    (await findRecipients(academy.people.ctx, academy.id(login), text, 50)).flatMap((one) =>
      one.kind === 'group' ? [] : [one.email.split('@')[0]],
    )
  const groups = async (login: string, text: string) =>
    (await findRecipients(academy.people.ctx, academy.id(login), text, 50)).flatMap((one) =>
      one.kind === 'group' ? [one] : [],
    )

  test('staff find all staff, and the families of their schools only', async () => {
    const found = await names('teacher', 'prenom')
    expect(found).toEqual(expect.arrayContaining(['head', 'other.head', 'dsi', 'pupil', 'pupil2', 'parent']))
    expect(found).not.toContain('lycee.pupil')
  })

  test('pupils find the staff of their school and their class; parents no pupil', async () => {
    const pupil = await names('pupil', 'prenom')
    expect(pupil).toEqual(expect.arrayContaining(['teacher', 'head', 'pupil2']))
    for (const hidden of ['parent', 'other.head', 'lycee.pupil', 'dsi']) expect(pupil).not.toContain(hidden)
    const parent = await names('parent', 'prenom')
    expect(parent).toEqual(expect.arrayContaining(['teacher', 'head', 'other.head']))
    for (const hidden of ['pupil', 'lycee.pupil', 'dsi']) expect(parent).not.toContain(hidden)
  })

  test('a group is proposed with the number of its people, and opened out without oneself', async () => {
    const [pupils] = await groups('teacher', '3e b eleves')
    expect(pupils).toMatchObject({ label: { fr: '3e B – Élèves' }, place: 'Collège des Tilleuls', count: 2 })
    const people = await recipientsOfGroup(academy.people.ctx, academy.id('teacher'), pupils?.group ?? '')
    expect(people.map(({ email }) => email.split('@')[0]).sort()).toEqual(['pupil', 'pupil2'])
  })

  test('families are proposed no group of families, and cannot open one out', async () => {
    expect(await groups('parent', 'eleves')).toEqual([])
    expect(await groups('pupil', 'parents')).toEqual([])
    await expect(
      recipientsOfGroup(academy.people.ctx, academy.id('parent'), `${college}:class:3e%20B:pupils`),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('the school says who its pupils and parents find; those without the task do not', async () => {
    const { people } = academy
    const closed = { pupilsToPupils: 'nobody', pupilsToStaff: false, parentsToStaff: false }
    for (const login of ['helper', 'teacher', 'other.head'])
      await expect(setCommunication(people, academy.as(login), college, closed)).rejects.toMatchObject({
        code: 'forbidden',
      })
    await expect(
      setCommunication(people, academy.as('head'), college, { ...closed, pupilsToPupils: 'all' }),
    ).rejects.toMatchObject({ code: 'invalid', property: 'pupilsToPupils' })
    await setCommunication(people, academy.as('head'), college, closed, '192.0.2.1')
    const pupil = await names('pupil', 'prenom')
    for (const hidden of ['teacher', 'head', 'pupil2']) expect(pupil).not.toContain(hidden)
    const parent = await names('parent', 'prenom')
    expect(parent).not.toContain('teacher')
    // The other school of the same parent has its own rules, and staff find whom they found.
    expect(parent).toContain('other.head')
    expect(await names('teacher', 'prenom')).toContain('pupil')
    await setCommunication(people, academy.as('dsi'), college, { ...usual, pupilsToPupils: 'school' })
    await academy.add('pupil3', { profiles: [{ kind: 'pupil', uai: college }] })
    expect(await names('pupil', 'prenom')).toContain('teacher')
    const lines = await people.ctx.store.read((tx) =>
      tx.query((q) => q.selectFrom('audit').select(['actor', 'ip']).where('detail', 'like', 'communication%')),
    )
    expect(lines).toContainEqual({ actor: 'head', ip: '192.0.2.1' })
  })
})
