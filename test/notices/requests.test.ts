/** Documents asked for, from the question to the day they are deleted; on every engine. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audience } from '#domain/directory/audience-rules.ts'
import { keepUpload } from '#domain/mail/upload.ts'
import { listNotifications } from '#domain/notify/inbox.ts'
import { runOutbox } from '#domain/notify/outbox.ts'
import { answersTo, answersZip, countAnswers, createRequest, openRequest, remindRequest } from '#domain/requests/ask.ts'
import { askedRequests, handIn } from '#domain/requests/hand-in.ts'
import { getRequest } from '#domain/requests/request.ts'
import { runRequests } from '#domain/requests/run.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Academy, college, openAcademy } from '../directory/rig.ts'

const tuesday = Date.UTC(2026, 10, 24, 9)
const day = 86_400_000

onEveryEngine('documents asked for', (driver) => {
  let academy: Academy
  let id = 0
  beforeAll(async () => {
    academy = await openAcademy(driver)
    academy.bench.clock.set(tuesday)
    const { people, as } = academy
    id = await createRequest(people, as('head'), {
      uai: college,
      title: 'Attestation',
      text: 'De l’année.',
      audience: audience({ schools: [college], profiles: ['teacher', 'parent'] }),
      dueAt: tuesday + 5 * day,
      keepUntil: tuesday + 30 * day,
      kinds: ['pdf'],
      maxFiles: 2,
      maxBytes: 1000_000,
      asksRemark: true,
    })
    await openRequest(people, as('head'), id)
    await runRequests(people.ctx)
  })
  afterAll(() => academy?.close())

  const ctx = () => academy.people.ctx
  const read: Academy['bench']['store']['read'] = (fn) => academy.bench.store.read(fn)
  const upload = async (login: string, text: string): Promise<Uint8Array> => {
    const bytes = Buffer.from(text)
    await keepUpload(ctx(), academy.id(login), await academy.bench.store.blobs.prepare(bytes), 'application/pdf')
    return createHash('sha256').update(bytes).digest()
  }
  const give = async (login: string, name: string, text: string, keep: number[] = []) =>
    handIn(ctx(), academy.as(login), id, { keep, files: [{ name, hash: await upload(login, text) }], remark: 'Voici' })
  const refusal = async (work: Promise<unknown>) => {
    const error = (await work.catch((one: unknown) => one)) as { code?: string; property?: string }
    return [error.code, error.property]
  }

  test('exactly those of the audience are asked, once', async () => {
    await runRequests(ctx())
    expect(await read((tx) => countAnswers(tx, id))).toEqual({ asked: 3, handed: 0 })
    expect(await read((tx) => askedRequests(tx, academy.id('pupil')))).toEqual([])
    expect(await refusal(give('pupil', 'a.pdf', '%PDF-1.4 p'))).toEqual(['notFound', undefined])
  })

  test('what is handed in is judged by its content, and each time has its receipt', async () => {
    expect(await refusal(give('teacher', 'a.pdf', '<html><script>'))).toEqual(['invalid', 'file-kind'])
    expect(await refusal(give('teacher', 'a.pdf', 'MZ\u0000\u0001'))).toEqual(['invalid', 'file-kind'])
    const first = await give('teacher', '../../étc/Année.pdf', '%PDF-1.4 one')
    const second = await give('teacher', 'b.pdf', '%PDF-1.4 two', [1])
    expect(first).toMatch(/^[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}$/)
    expect(second).not.toBe(first)
    const [mine] = await read((tx) => askedRequests(tx, academy.id('teacher')))
    expect([mine?.receipt, mine?.files.map(({ name }) => name)]).toEqual([second, ['Année.pdf', 'b.pdf']])
    expect(await refusal(give('teacher', 'c.pdf', '%PDF-1.4 3', [1, 2]))).toEqual(['tooMany', undefined])
  })

  test('another’s upload is nobody’s', async () => {
    const hash = await upload('parent', '%PDF-1.4 of the parent')
    const given = { keep: [], files: [{ name: 'a.pdf', hash }], remark: '' }
    expect(await refusal(handIn(ctx(), academy.as('both'), id, given))).toEqual(['notFound', undefined])
  })

  test('the management sees who has answered, reminds the others, takes everything with clean names', async () => {
    const page = { after: 0, limit: 10, now: tuesday, within: new Set([college]) }
    const { answers } = await read((tx) => answersTo(tx, id, { ...page, handed: false }))
    expect(answers.map(({ login }) => login).sort()).toEqual(['both', 'parent'])
    // Where else they belong is not told.
    expect(answers.flatMap(({ profiles }) => profiles.map(({ uai }) => uai))).toEqual([college, college])
    await remindRequest(academy.people, academy.as('head'), id)
    await runRequests(ctx())
    await runOutbox(academy.people)
    const told = async (login: string) =>
      (await read((tx) => listNotifications(tx, academy.id(login)))).map(({ title }) => title)
    expect(await told('parent')).toContain('Rappel : Attestation')
    expect(await told('teacher')).not.toContain('Rappel : Attestation')
    const entries = await answersZip(academy.people, academy.as('head'), id)
    expect(entries.map(({ name }) => name)).toEqual([
      'Prénom teacher (teacher) - Année.pdf',
      'Prénom teacher (teacher) - b.pdf',
    ])
    await expect(answersZip(academy.people, academy.as('other.head'), id)).rejects.toMatchObject({ code: 'notFound' })
    const rows = await read((tx) =>
      tx.query((q) => q.selectFrom('audit').select('action').where('action', 'like', 'request.%')),
    )
    expect(rows.map(({ action }) => action)).toContain('request.read')
  })

  test('after the date nothing is taken; on its day everything is deleted, who had answered is kept', async () => {
    academy.bench.clock.set(tuesday + 5 * day)
    expect(await refusal(give('parent', 'a.pdf', '%PDF-1.4 late'))).toEqual(['conflict', 'dueAt'])
    await runRequests(ctx())
    expect((await read((tx) => getRequest(tx, id))).status).toBe('closed')
    academy.bench.clock.set(tuesday + 30 * day)
    await runRequests(ctx())
    expect((await read((tx) => getRequest(tx, id))).status).toBe('purged')
    expect(await read((tx) => tx.query((q) => q.selectFrom('document_request_file').select('n')))).toEqual([])
    expect(await read((tx) => countAnswers(tx, id))).toEqual({ asked: 3, handed: 1 })
    expect(await read((tx) => askedRequests(tx, academy.id('teacher')))).toEqual([])
  })

  test('whom it asks is fixed when it is opened, whatever becomes of people meanwhile', async () => {
    const { bench, people, as, add } = academy
    const now = bench.clock.now()
    const leaving = await add('leaving.teacher', { profiles: [{ kind: 'teacher', uai: college }] })
    const other = await createRequest(people, as('head'), {
      uai: college,
      title: 'Emploi du temps',
      text: '',
      audience: audience({ schools: [college], profiles: ['teacher'] }),
      dueAt: now + day,
      keepUntil: now + 2 * day,
      kinds: [],
      maxFiles: 1,
      maxBytes: 1000_000,
      asksRemark: false,
    })
    await openRequest(people, as('head'), other)
    const asked = async (login: string) =>
      (await read((tx) => askedRequests(tx, academy.id(login)))).some(({ request }) => request.id === other)
    // The list is made, and nobody is asked yet.
    let turns = 0
    await runRequests(ctx(), () => turns++ > 0)
    expect(await asked('teacher')).toBe(false)
    await add('late.teacher', { profiles: [{ kind: 'teacher', uai: college }] })
    await bench.store.writeGlobal((tx) => tx.execute((q) => q.deleteFrom('profile').where('account_id', '=', leaving)))
    await runRequests(ctx())
    for (const [login, is] of [
      ['teacher', true],
      ['leaving.teacher', true],
      ['late.teacher', false],
    ] as const)
      expect([login, await asked(login)]).toEqual([login, is])
    expect((await read((tx) => getRequest(tx, other))).status).toBe('open')
    expect(await read((tx) => tx.query((q) => q.selectFrom('document_request_audience').selectAll()))).toEqual([])
  })
})
