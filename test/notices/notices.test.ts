/** Official notices from the draft to the last reminder: who gets what, when, and only once; on every engine. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Audience } from '#domain/directory/audience-rules.ts'
import { audience } from '#domain/directory/audience-rules.ts'
import { putGrant } from '#domain/directory/grants.ts'
import { correctNotice, remindNotice, withdrawNotice } from '#domain/notices/amend.ts'
import { actsOf, getNotice, type NoticeDraft } from '#domain/notices/notice.ts'
import { runNotices } from '#domain/notices/publish.ts'
import { acknowledgeNotice, receivedNotices, seeNotice } from '#domain/notices/read.ts'
import { noticeCsv, noticeStatistics } from '#domain/notices/statistics.ts'
import { changeNotice, createNotice, deleteNotice, publishNotice } from '#domain/notices/write.ts'
import { listNotifications } from '#domain/notify/inbox.ts'
import { notify } from '#domain/notify/notify.ts'
import { runOutbox } from '#domain/notify/outbox.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Academy, college, lycee, openAcademy, refusedFor } from '../directory/rig.ts'

/** A Tuesday of term, 10:00 in Paris. */
const tuesday = Date.UTC(2026, 10, 24, 9)
const hour = 3_600_000
const day = 24 * hour

onEveryEngine('official notices', (driver) => {
  let academy: Academy
  beforeAll(async () => {
    academy = await openAcademy(driver)
    const { bench, id } = academy
    bench.clock.set(tuesday)
    await bench.store.writeGlobal((tx) =>
      putGrant(tx, tuesday, { account: id('helper'), uai: college, task: 'notices', by: 'head' }),
    )
  })
  beforeEach(() => academy.bench.clock.set(tuesday))
  afterAll(() => academy?.close())

  const now = () => academy.bench.clock.now()
  const draft = (whom: Audience, more: Partial<NoticeDraft> = {}): NoticeDraft => ({
    uai: college,
    title: { fr: 'Conseil de classe', en: '' },
    body: { fr: 'Le conseil aura lieu **mardi**.', en: '' },
    audience: whom,
    urgent: false,
    acknowledge: false,
    expiresAt: null,
    ...more,
  })
  const teachers = audience({ schools: [college], profiles: ['teacher', 'head'] })
  const write = (login: string, given: NoticeDraft) => createNotice(academy.people, academy.as(login), given)
  const run = async () => {
    await runNotices(academy.people)
    await runOutbox(academy.people)
  }
  const published = async (login: string, given: NoticeDraft): Promise<number> => {
    const id = await write(login, given)
    await publishNotice(academy.people, academy.as(login), id)
    await run()
    return id
  }
  const seenBy = async (login: string): Promise<number[]> => {
    const list = await academy.bench.store.read((tx) => receivedNotices(tx, academy.id(login), now()))
    return list.map(({ notice }) => notice.id)
  }
  const subjects = async (login: string): Promise<string[]> => {
    const rows = await academy.bench.store.read((tx) =>
      tx.query((q) =>
        q
          .selectFrom('email')
          .innerJoin('content', 'content.blob_id', 'email.blob_id')
          .select('content.subject as subject')
          .where('email.account_id', '=', academy.id(login))
          .orderBy('email.id'),
      ),
    )
    return rows.map(({ subject }) => subject)
  }
  const mails = async (login: string, subject: string) =>
    (await subjects(login)).filter((one) => one === subject).length
  const told = async (login: string) =>
    (await academy.bench.store.read((tx) => listNotifications(tx, academy.id(login)))).map(({ title }) => title)

  test('a notice reaches its audience in the portal and by one stored message, and nobody else', async () => {
    const id = await published(
      'helper',
      draft(teachers, { title: { fr: 'Réunion un', en: 'Meeting one' }, body: { fr: 'x', en: 'y' } }),
    )
    expect(await seenBy('teacher')).toContain(id)
    expect(await seenBy('head')).toContain(id)
    for (const other of ['pupil', 'both', 'other.head', 'dsi', 'helper']) expect(await seenBy(other)).not.toContain(id)
    expect(await mails('teacher', 'Réunion un')).toBe(1)
    expect(await mails('pupil', 'Réunion un')).toBe(0)
    const blobs = await academy.bench.store.read((tx) =>
      tx.query((q) =>
        q
          .selectFrom('email')
          .innerJoin('content', 'content.blob_id', 'email.blob_id')
          .select('email.blob_id')
          .distinct()
          .where('content.subject', '=', 'Réunion un'),
      ),
    )
    expect(blobs).toHaveLength(1)
    const notice = await academy.bench.store.read((tx) => getNotice(tx, id))
    expect([notice.status, notice.recipients, notice.sender]).toEqual(['published', 2, 'Collège des Tilleuls'])
  })

  test('run again, it brings nothing twice', async () => {
    const id = await published('head', draft(teachers, { title: { fr: 'Une fois', en: '' } }))
    // As a process that was killed before the last step would find it.
    await academy.bench.store.writeGlobal((tx) =>
      tx.execute((q) => q.updateTable('notice').set({ status: 'publishing', reached: 0 }).where('id', '=', id)),
    )
    await run()
    await run()
    expect(await mails('teacher', 'Une fois')).toBe(1)
    expect((await academy.bench.store.read((tx) => getNotice(tx, id))).recipients).toBe(2)
  })

  test('at night it waits in the outbox, unless it is urgent', async () => {
    academy.bench.clock.set(tuesday + 12 * hour)
    const calm = await published('head', draft(teachers, { title: { fr: 'Calme', en: '' } }))
    await published('head', draft(teachers, { title: { fr: 'Neige', en: '' }, urgent: true }))
    expect(await seenBy('teacher')).toContain(calm)
    expect([await mails('teacher', 'Calme'), await mails('teacher', 'Urgent : Neige')]).toEqual([0, 1])
    academy.bench.clock.set(tuesday + 21 * hour + 60_000)
    await run()
    await run()
    expect(await mails('teacher', 'Calme')).toBe(1)
  })

  test('a scheduled one goes at its time, and only if its author still may', async () => {
    const { people, as, bench } = academy
    const id = await write('helper', draft(teachers, { title: { fr: 'Demain', en: '' } }))
    const lost = await write('helper', draft(teachers, { title: { fr: 'Perdu', en: '' } }))
    await publishNotice(people, as('helper'), id, tuesday + hour)
    await publishNotice(people, as('helper'), lost, tuesday + 2 * hour)
    await run()
    expect(await seenBy('teacher')).not.toContain(id)
    bench.clock.set(tuesday + hour)
    await run()
    expect(await seenBy('teacher')).toContain(id)
    await bench.store.writeGlobal((tx) =>
      tx.execute((q) => q.updateTable('delegation').set({ ends_at: now() }).where('task', '=', 'notices')),
    )
    bench.clock.set(tuesday + 2 * hour)
    await run()
    expect(await seenBy('teacher')).not.toContain(lost)
    const acts = await bench.store.read((tx) => actsOf(tx, lost))
    expect(acts.map(({ action }) => action)).toEqual(['create', 'schedule', 'refused'])
    await bench.store.writeGlobal((tx) =>
      tx.execute((q) => q.updateTable('delegation').set({ ends_at: null }).where('task', '=', 'notices')),
    )
  })

  test('readers are counted, and only the others are reminded, once a day', async () => {
    const { people, as, bench } = academy
    const id = await published('head', draft(teachers, { title: { fr: 'À lire', en: '' }, acknowledge: true }))
    await bench.store.write(academy.id('head'), (tx) => acknowledgeNotice(tx, id))
    await bench.store.write(academy.id('teacher'), (tx) => seeNotice(tx, id))
    const { total, byProfile, bySchool } = await noticeStatistics(people.ctx, id, 'all')
    expect(total).toEqual({ recipients: 2, seen: 2, acknowledged: 1 })
    expect(byProfile.find(({ kind }) => kind === 'teacher')).toMatchObject({ recipients: 1, acknowledged: 0 })
    expect(bySchool).toEqual([{ uai: college, name: 'Collège des Tilleuls', recipients: 2, seen: 2, acknowledged: 1 }])
    // What somebody is in another school is not told.
    expect((await noticeStatistics(people.ctx, id, new Set([lycee]))).bySchool).toEqual([])
    await remindNotice(people, as('head'), id)
    await run()
    expect(await told('teacher')).toContain('Rappel : À lire')
    expect(await told('head')).not.toContain('Rappel : À lire')
    await expect(remindNotice(people, as('head'), id)).rejects.toMatchObject({ code: 'throttled' })
    let csv = ''
    for await (const piece of noticeCsv(people.ctx, id, new Set([college]))) csv += piece
    expect(csv.split('\r\n')).toHaveLength(4)
    expect(csv).toContain('"Enseignants, Collège des Tilleuls"')
    await expect(bench.store.write(academy.id('pupil'), (tx) => acknowledgeNotice(tx, id))).rejects.toMatchObject({
      code: 'notFound',
    })
  })

  test('corrected, everybody hears of it and the old words are kept; withdrawn, the words are gone', async () => {
    const { people, as, bench } = academy
    const id = await published('head', draft(teachers, { title: { fr: 'Salle 12', en: '' } }))
    await bench.store.write(academy.id('teacher'), (tx) => seeNotice(tx, id))
    const note = { fr: 'La salle change.', en: '' }
    const words = { title: { fr: 'Salle 14', en: '' }, body: { fr: 'Salle 14.', en: '' } }
    await correctNotice(people, as('head'), id, { ...words, note, again: true })
    await run()
    const [mine] = (await bench.store.read((tx) => receivedNotices(tx, academy.id('teacher'), now()))).filter(
      ({ notice }) => notice.id === id,
    )
    expect([mine?.notice.title.fr, mine?.seenAt, mine?.notice.note.fr]).toEqual(['Salle 14', null, 'La salle change.'])
    expect(await told('teacher')).toContain('Corrigé : Salle 14')
    const acts = await bench.store.read((tx) => actsOf(tx, id))
    expect(acts.find(({ action }) => action === 'correct')?.detail).toMatchObject({
      before: { title: { fr: 'Salle 12' } },
    })
    await withdrawNotice(people, as('head'), id, { fr: 'Envoyée par erreur.', en: '' })
    await run()
    const after = (await bench.store.read((tx) => receivedNotices(tx, academy.id('teacher'), now()))).find(
      ({ notice }) => notice.id === id,
    )
    expect([after?.notice.status, after?.notice.body.fr]).toEqual(['withdrawn', ''])
    await expect(deleteNotice(people, as('head'), id)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('after its end nobody sees it', async () => {
    const id = await published('head', draft(teachers, { title: { fr: 'Court', en: '' }, expiresAt: tuesday + day }))
    expect(await seenBy('teacher')).toContain(id)
    academy.bench.clock.set(tuesday + day)
    expect(await seenBy('teacher')).not.toContain(id)
    await run()
    expect((await academy.bench.store.read((tx) => getNotice(tx, id))).status).toBe('expired')
  })

  test('who may write: the table of role × act', async () => {
    const { people, as } = academy
    const elsewhere = audience({ schools: [lycee] })
    const outcome = async (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'yes',
        (error: unknown) => (error as { code: string }).code,
      )
    const own = await write('head', draft(teachers))
    const academies = await write('dsi', draft(audience({}), { uai: '' }))
    const table: Readonly<Record<string, readonly string[]>> = {
      // own audience, other school's audience, other school's voice, the académie's voice, change, académie's notice
      dsi: ['yes', 'yes', 'yes', 'yes', 'yes', 'yes'],
      head: ['yes', 'forbidden', 'forbidden', 'forbidden', 'yes', 'notFound'],
      helper: ['yes', 'forbidden', 'forbidden', 'forbidden', 'yes', 'notFound'],
      helper2: ['forbidden', 'forbidden', 'forbidden', 'forbidden', 'notFound', 'notFound'],
      'other.head': ['forbidden', 'forbidden', 'yes', 'forbidden', 'notFound', 'notFound'],
      teacher: ['forbidden', 'forbidden', 'forbidden', 'forbidden', 'notFound', 'notFound'],
      pupil: ['forbidden', 'forbidden', 'forbidden', 'forbidden', 'notFound', 'notFound'],
      parent: ['forbidden', 'forbidden', 'forbidden', 'forbidden', 'notFound', 'notFound'],
    }
    for (const [login, expected] of Object.entries(table)) {
      const actor = as(login)
      expect([
        login,
        [
          await outcome(createNotice(people, actor, draft(teachers))),
          await outcome(createNotice(people, actor, draft(elsewhere))),
          await outcome(createNotice(people, actor, draft(elsewhere, { uai: lycee }))),
          await outcome(createNotice(people, actor, draft(teachers, { uai: '' }))),
          await outcome(changeNotice(people, actor, own, draft(teachers))),
          await outcome(
            changeNotice(people, actor, academies, draft(teachers, { uai: login === 'dsi' ? '' : college })),
          ),
        ],
      ]).toEqual([login, expected])
    }
  })

  test('what is written wrong is refused with its property', async () => {
    const wrong: readonly (readonly [Partial<NoticeDraft>, string])[] = [
      [{ title: { fr: ' ', en: '' } }, 'title'],
      [{ title: { fr: 'x', en: 'y' } }, 'body'],
      [{ body: { fr: '', en: '' } }, 'body'],
      [{ expiresAt: tuesday - 1 }, 'expiresAt'],
      [{ audience: { include: [], exclude: [] } }, 'audience'],
    ]
    for (const [more, property] of wrong)
      expect(
        await refusedFor(
          Promise.resolve().then(() => createNotice(academy.people, academy.as('head'), draft(teachers, more))),
        ),
      ).toBe(property)
  })

  test('for whom it is, is fixed when it is published, whatever becomes of people meanwhile', async () => {
    const { bench, people, as, add, id } = academy
    const leaving = await add('leaving.teacher', { profiles: [{ kind: 'teacher', uai: college }] })
    const erased = await add('erased.teacher', { profiles: [{ kind: 'teacher', uai: college }] })
    const notice = await write('helper', draft(teachers))
    await publishNotice(people, as('helper'), notice)
    // The list is made, and nobody has it yet.
    let asked = 0
    await runNotices(people, () => asked++ > 0)
    expect(await seenBy('teacher')).not.toContain(notice)
    await add('late.teacher', { profiles: [{ kind: 'teacher', uai: college }] })
    await bench.store.writeGlobal(async (tx) => {
      await tx.execute((q) => q.deleteFrom('profile').where('account_id', '=', leaving))
      await tx.execute((q) => q.deleteFrom('account').where('id', '=', erased))
    })
    await run()
    for (const [login, has] of [
      ['teacher', true],
      ['head', true],
      ['leaving.teacher', true],
      ['late.teacher', false],
    ] as const)
      expect([login, (await seenBy(login)).includes(notice)]).toEqual([login, has])
    expect(await bench.store.read((tx) => getNotice(tx, notice))).toMatchObject({ status: 'published', recipients: 3 })
    const left = await bench.store.read((tx) => tx.query((q) => q.selectFrom('notice_audience').selectAll()))
    expect(left).toEqual([])
    expect(id('late.teacher')).toBeGreaterThan(0)
  })

  test('what waits for somebody who was erased is dropped, and is not tried again', async () => {
    const { bench, people, add } = academy
    const account = await add('gone.teacher', { profiles: [{ kind: 'teacher', uai: college }] })
    const told = { account, category: 'request', title: 'Attestation', text: '', url: '/requests' } as const
    await bench.store.writeGlobal((tx) => notify(tx, told, now()))
    await bench.store.writeGlobal((tx) => tx.execute((q) => q.deleteFrom('account').where('id', '=', account)))
    await runOutbox(people)
    const rows = await bench.store.read((tx) =>
      tx.query((q) => q.selectFrom('notification').select('id').where('account_id', '=', account)),
    )
    expect(rows).toEqual([])
  })

  test('who reads English is told in English, in the portal and by mail', async () => {
    const { bench, people, as, add, id } = academy
    await add('english.teacher', { profiles: [{ kind: 'teacher', uai: college }] })
    await bench.store.writeGlobal((tx) =>
      tx.execute((q) => q.updateTable('account').set({ locale: 'en' }).where('id', '=', id('english.teacher'))),
    )
    const words = { title: { fr: 'Grève', en: 'Strike' }, body: { fr: 'x', en: 'y' } }
    const notice = await published('helper', draft(teachers, words))
    const note = { fr: 'Une heure plus tard.', en: 'An hour later.' }
    await correctNotice(people, as('helper'), notice, { ...words, note, again: false })
    await run()
    const rows = await bench.store.read((tx) => listNotifications(tx, id('english.teacher')))
    expect(rows[0]).toMatchObject({
      title: 'Corrigé : Grève',
      en: { title: 'Corrected: Strike', text: 'An hour later.' },
    })
    expect(await subjects('english.teacher')).toContain('Corrected: Strike')
    expect(await subjects('teacher')).toContain('Corrigé : Grève')
  })
})
