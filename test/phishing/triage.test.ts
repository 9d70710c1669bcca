/** Reports on every engine: put together, judged, answered, warned of, taken back and given back. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { putGrant } from '#domain/directory/grants.ts'
import { appendMessage } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { getEmail } from '#domain/mail/emails.ts'
import { noFlags } from '#domain/mail/flags.ts'
import { mailboxByRole } from '#domain/mail/mailboxes.ts'
import { readAudit } from '#domain/people/audit.ts'
import { clusterReports } from '#domain/phishing/clusters.ts'
import { settleReportAccount, takeReports } from '#domain/phishing/incoming.ts'
import { forgetJudged } from '#domain/phishing/judged.ts'
import { fraudActs, fraudRights } from '#domain/phishing/rights.data.ts'
import { fraudActsOf } from '#domain/phishing/rights.ts'
import { lastBlobBefore } from '#domain/phishing/sweep-count.ts'
import {
  advanceSweeps,
  countMailboxes,
  forgetSweeps,
  giveBack,
  listSweeps,
  takeBack,
} from '#domain/phishing/take-back.ts'
import { judgeCluster, listClusters, seeCluster } from '#domain/phishing/triage.ts'
import { readEmail } from '#domain/reading/read.ts'
import { reportEmail, undoReport } from '#domain/reading/report.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Academy, college, openAcademy } from '../directory/rig.ts'

const address = 'signalement@ecole.test'

onEveryEngine('reported frauds', (driver) => {
  let academy: Academy
  beforeEach(async () => {
    academy = await openAcademy(driver)
    await academy.add('desk', { profiles: [{ kind: 'academy' }] })
    await academy.bench.store.writeGlobal((tx) =>
      putGrant(tx, 0, { account: academy.id('desk'), uai: college, task: 'tickets', by: 'dsi' }),
    )
  })
  afterEach(() => academy.close())

  const ctx = () => academy.people.ctx
  const now = () => academy.bench.clock.now()

  const fraud = ({
    to = 'x@ecole.test',
    subject = 'Quota dépassé n° 12',
    from = 'help@evil.example',
    link = 'https://ac-exernple.example/a',
    hours = 24,
  }) =>
    [
      `From: Assistance <${from}>`,
      `To: ${to}`,
      `Subject: ${Buffer.from(subject)
        .toString('base64')
        .replace(/^(.*)$/, '=?utf-8?B?$1?=')}`,
      `Message-ID: <${Math.abs(subject.length * 31 + to.length + hours)}.${to.replace('@', '.')}@evil.example>`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      `Bonjour ${to.split('@')[0]}, votre boîte de messagerie a dépassé son quota et sera fermée dans ${hours} heures si vous ne`,
      `confirmez pas vos identifiants en suivant ce lien ${link} sans délai. Le service informatique vous remercie.`,
    ].join('\r\n')

  const put = async (login: string, source: string, role: 'inbox' | 'sent' = 'inbox'): Promise<number> => {
    const account = academy.id(login)
    const mailbox = await ctx().store.read((tx) => mailboxByRole(tx, account, role))
    const bytes = utf8(source)
    const blob = await ctx().store.blobs.prepare(bytes)
    const message = {
      blob,
      content: readContent(bytes),
      mailboxIds: [mailbox?.id ?? 0],
      flags: noFlags,
      receivedAt: now(),
    }
    return (await appendMessage(ctx(), account, message)).emailId
  }
  const report = (login: string, email: number) =>
    reportEmail(ctx(), { accountId: academy.id(login), login, ip: '' }, email, ['first-time'])
  const told = async (login: string) =>
    ctx().store.read((tx) =>
      tx.query((q) =>
        q.selectFrom('notification').select(['title', 'url']).where('account_id', '=', academy.id(login)).orderBy('id'),
      ),
    )
  const cluster = async (): Promise<void> => {
    while ((await clusterReports(academy.people)) > 0);
  }
  const roleOf = async (login: string, email: number): Promise<readonly string[]> => {
    const account = academy.id(login)
    const found = await ctx().store.read((tx) => getEmail(tx, account, email))
    const boxes = await ctx().store.read((tx) =>
      tx.query((q) => q.selectFrom('mailbox').select(['id', 'role']).where('account_id', '=', account)),
    )
    return (found?.mailboxIds ?? []).map((id) => boxes.find((box) => box.id === id)?.role ?? '')
  }
  /** Subjects of what waits in the queue, by recipient. */
  const mailsTo = async (): Promise<Readonly<Record<string, readonly string[]>>> => {
    const rows = await ctx().store.read((tx) =>
      tx.query((q) =>
        q
          .selectFrom('queue_recipient')
          .innerJoin('queue_message', 'queue_message.id', 'queue_recipient.queue_id')
          .select(['queue_recipient.address as to', 'queue_message.blob_id as blob'])
          .orderBy('queue_message.id'),
      ),
    )
    const found: Record<string, string[]> = {}
    for (const { to, blob } of rows) (found[to] ??= []).push(readContent(await ctx().store.blobs.bytes(blob)).subject)
    return found
  }
  const sweep = async (): Promise<void> => {
    while ((await advanceSweeps(academy.people)) > 0);
  }

  test('each role may do exactly what the table says', async () => {
    const roles = {
      dsi: 'platform',
      desk: 'desk',
      helper2: 'none',
      head: 'none',
      teacher: 'none',
      pupil: 'none',
    } as const
    for (const [login, role] of Object.entries(roles)) {
      const acts = await ctx().store.read((tx) => fraudActsOf(tx, academy.as(login), now()))
      expect(acts, login).toEqual(role === 'none' ? [] : fraudActs.filter((act) => fraudRights[act][role]))
    }
    await expect(listClusters(academy.people, academy.as('head'), false)).rejects.toThrow('not yours')
    await expect(seeCluster(academy.people, academy.as('teacher'), 1)).rejects.toThrow('not yours')
    await expect(judgeCluster(academy.people, academy.as('head'), 1, { verdict: 'fraud', answer: '' })).rejects.toThrow(
      'not yours',
    )
    await expect(countMailboxes(academy.people, academy.as('desk'), 1)).rejects.toThrow('not yours')
  })

  test('a count begins where the days asked for begin, gaps and blobs stored again included', async () => {
    await academy.bench.store.writeGlobal(async (tx) => {
      for (let id = 1000; id < 1200; id += 3)
        await tx.execute((q) =>
          q.insertInto('blob').values({
            id,
            hash: new Uint8Array(32).fill(id % 251, 0, 16).fill(id >> 8, 16),
            size: 1,
            location: 'none',
            touched_at: id === 1030 ? 9_000_000 : id * 1000,
          }),
        )
    })
    const from = (since: number) => academy.bench.store.read((tx) => lastBlobBefore(tx, since, 1199))
    expect(await from(1_100_500)).toBeLessThanOrEqual(1100)
    expect(await from(1_100_500)).toBeGreaterThan(1090)
    expect(await from(9_500_000)).toBe(1198)
    expect(await from(0)).toBe(0)
  })

  test('reports of one fraud are one cluster, however it was varied; another message is another', async () => {
    await report('teacher', await put('teacher', fraud({ to: 'teacher@ecole.test' })))
    await report('head', await put('head', fraud({ to: 'head@ecole.test', from: 'it@other.example', hours: 48 })))
    await report('helper', await put('helper', fraud({ subject: 'Dernier avis', from: 'x@third.example' })))
    const honest =
      'From: Mairie <contact@mairie.example>\r\nSubject: Conseil\r\n\r\nBonjour, le conseil se tient mardi, merci de venir nombreux à la salle des fêtes du village avec vos enfants.'
    await report('both', await put('both', honest))
    await cluster()
    const lines = await listClusters(academy.people, academy.as('desk'), false)
    expect(lines.map(({ subject, reports, reporters }) => [subject, reports, reporters])).toEqual([
      ['Quota dépassé n° 12', 3, 3],
      ['Conseil', 1, 1],
    ])
    // A report taken back counts no more.
    const again = await report('both', await put('both', `${honest} `))
    await undoReport(ctx(), { accountId: academy.id('both'), login: 'both', ip: '' }, again.reportId)
    await cluster()
    expect((await listClusters(academy.people, academy.as('dsi'), false))[1]?.reports).toBe(1)
  })

  test('the sample tells nothing of who received it, and judges its links', async () => {
    await report(
      'teacher',
      await put('teacher', fraud({ to: 'teacher@ecole.test', link: 'https://ecole-test.example/x' })),
    )
    await cluster()
    const [line] = await listClusters(academy.people, academy.as('desk'), false)
    const seen = await seeCluster(academy.people, academy.as('desk'), line?.id ?? 0)
    expect(seen.sample?.from).toBe('help@evil.example')
    expect(seen.sample?.text).toContain('dépassé son quota')
    expect(JSON.stringify(seen)).not.toMatch(/teacher/)
    expect(seen.sample?.links[0]?.verdict).not.toBe('official')
    expect(seen.findings).toEqual([{ kind: 'first-time', times: 1 }])
  })

  test('a verdict answers each reporter once; those who report later are answered at once', async () => {
    await report('teacher', await put('teacher', fraud({ to: 'teacher@ecole.test' })))
    await cluster()
    const [line] = await listClusters(academy.people, academy.as('desk'), false)
    const id = line?.id ?? 0
    expect(await judgeCluster(academy.people, academy.as('desk'), id, { verdict: 'fraud', answer: 'Bien vu.' })).toBe(1)
    expect(await judgeCluster(academy.people, academy.as('desk'), id, { verdict: 'fraud', answer: '' })).toBe(0)
    expect(await told('teacher')).toMatchObject([
      { title: 'C’était bien une fraude : merci', url: '/account/compromise' },
    ])
    await report('head', await put('head', fraud({ to: 'head@ecole.test' })))
    await cluster()
    expect(await told('head')).toHaveLength(1)
    expect((await listClusters(academy.people, academy.as('dsi'), true)).map((one) => [one.id, one.reports])).toEqual([
      [id, 2],
    ])
    const lines = await readAudit(ctx())
    expect(lines.filter(({ action }) => action === 'phishing.judge')).toHaveLength(2)
    expect(await judgeCluster(academy.people, academy.as('dsi'), id, { verdict: 'legitimate', answer: '' })).toBe(2)
  })

  test('who reads one like it is warned, as soon as it is judged; an honest message and an answer are not', async () => {
    const mine = await put('pupil', fraud({ to: 'pupil@ecole.test', hours: 12 }))
    const honest = await put(
      'pupil',
      'From: a@mairie.example\r\nSubject: Quota\r\n\r\nBonjour, voici le quota de places.',
    )
    const judged = async (id: number) => (await readEmail(academy.people, academy.id('pupil'), id, false))?.judged
    expect(await judged(mine)).toBeNull()
    await report('teacher', await put('teacher', fraud({ to: 'teacher@ecole.test' })))
    await cluster()
    const [line] = await listClusters(academy.people, academy.as('dsi'), false)
    await judgeCluster(academy.people, academy.as('dsi'), line?.id ?? 0, { verdict: 'fraud', answer: '' })
    forgetJudged(academy.people)
    expect(await judged(mine)).toBe('fraud')
    expect(await judged(honest)).toBeNull()
  })

  test('a fraud is taken back from every mailbox that has it once the number is confirmed, and given back', async () => {
    const theirs = new Map<string, number>()
    for (const login of ['head', 'pupil', 'both'])
      theirs.set(login, await put(login, fraud({ to: `${login}@ecole.test` })))
    const sent = await put('helper', fraud({ to: 'dsi@ecole.test' }), 'sent')
    const honest = await put('head', 'From: help@evil.example\r\nSubject: Autre chose\r\n\r\nBonjour.')
    await report('teacher', await put('teacher', fraud({ to: 'teacher@ecole.test' })))
    await cluster()
    const dsi = academy.as('dsi')
    const [line] = await listClusters(academy.people, dsi, false)
    const id = line?.id ?? 0
    await expect(countMailboxes(academy.people, dsi, id)).rejects.toThrow('not judged')
    await judgeCluster(academy.people, dsi, id, { verdict: 'fraud', answer: '' })
    const act = await countMailboxes(academy.people, dsi, id)
    await expect(takeBack(academy.people, dsi, act, 0)).rejects.toThrow()
    await sweep()
    const [counted] = await listSweeps(academy.people, dsi, id)
    expect(counted).toMatchObject({ state: 'counted', mailboxes: 5, found: 5, moved: 0 })
    await expect(takeBack(academy.people, dsi, act, 4)).rejects.toThrow('not the number')
    await expect(takeBack(academy.people, academy.as('desk'), act, 5)).rejects.toThrow('not yours')
    // Judged otherwise after the count, nothing is taken; judged a fraud again, it is.
    await judgeCluster(academy.people, dsi, id, { verdict: 'legitimate', answer: '' })
    await expect(takeBack(academy.people, dsi, act, 5)).rejects.toThrow('not judged')
    await judgeCluster(academy.people, dsi, id, { verdict: 'fraud', answer: '' })
    await takeBack(academy.people, dsi, act, 5)
    await sweep()
    // Their reporter has put it with the junk already; what somebody sent stays theirs.
    expect((await listSweeps(academy.people, dsi, id))[0]).toMatchObject({ state: 'done', moved: 3 })
    for (const [login, email] of theirs) expect(await roleOf(login, email), login).toEqual(['junk'])
    expect(await roleOf('helper', sent)).toEqual(['sent'])
    expect(await roleOf('head', honest)).toEqual(['inbox'])
    expect((await told('pupil')).map(({ title }) => title)).toEqual([
      'Un message frauduleux a été mis dans vos indésirables',
    ])
    await giveBack(academy.people, dsi, act)
    await sweep()
    for (const [login, email] of theirs) expect(await roleOf(login, email), login).toEqual(['inbox'])
    expect((await listSweeps(academy.people, dsi, id))[0]).toMatchObject({ state: 'undone', moved: 0 })
    const actions = (await readAudit(ctx())).map(({ action }) => action)
    expect(actions).toContain('phishing.take-back')
    expect(actions).toContain('phishing.give-back')
  })

  test('where messages were is forgotten in time, however many acts were forgotten before', async () => {
    const { bench } = academy
    const old = now()
    await bench.store.writeGlobal(async (tx) => {
      for (let id = 1; id <= 25; id++)
        await tx.execute((q) =>
          q.insertInto('phishing_sweep').values({
            id,
            cluster_id: 1,
            state: 'done',
            reached: 0,
            upto: 0,
            since: 0,
            found: 1,
            mailboxes: 1,
            moved: 1,
            actor: 'dsi',
            at: old,
            updated_at: old,
          }),
        )
      const mail = { sweep_id: 25, account_id: academy.id('head'), email_id: 1, before: '[1]' }
      await tx.execute((q) => q.insertInto('phishing_sweep_mail').values(mail))
    })
    const left = () => bench.store.read((tx) => tx.query((q) => q.selectFrom('phishing_sweep_mail').select('sweep_id')))
    await forgetSweeps(academy.people)
    expect(await left()).toHaveLength(1)
    bench.clock.advance(61 * 86_400_000)
    await forgetSweeps(academy.people)
    expect(await left()).toEqual([])
  })

  test('a message forwarded as an attachment or inline is filed and thanked for; others are told how', async () => {
    const account = await settleReportAccount(academy.people, address)
    expect(await settleReportAccount(academy.people, address)).toBe(account)
    const inbox = await ctx().store.read((tx) => mailboxByRole(tx, account, 'inbox'))
    const arrive = async (source: string) => {
      const bytes = utf8(source)
      const blob = await ctx().store.blobs.prepare(bytes)
      await appendMessage(ctx(), account, {
        blob,
        content: readContent(bytes),
        mailboxIds: [inbox?.id ?? 0],
        flags: noFlags,
        receivedAt: now(),
      })
    }
    const carrying = (from: string, inner: string) =>
      `From: ${from}\r\nTo: ${address}\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nVoici.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n--b--\r\n`
    await arrive(carrying('teacher@ecole.test', fraud({ to: 'teacher@ecole.test' })))
    await arrive(carrying('somebody@elsewhere.example', fraud({ to: 'y@elsewhere.example' })))
    await arrive(
      `From: head@ecole.test\r\nTo: ${address}\r\nSubject: TR: Quota\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n---------- Forwarded message ----------\r\nDe : Assistance <help@evil.example>\r\nObjet : Quota dépassé n° 12\r\n\r\nVotre boîte https://ac-exernple.example/a`,
    )
    await arrive(`From: pupil@ecole.test\r\nTo: ${address}\r\nSubject: Bonjour\r\n\r\nJe ne sais pas.`)
    await arrive(
      `From: robot@elsewhere.example\r\nAuto-Submitted: auto-replied\r\nTo: ${address}\r\nSubject: Absent\r\n\r\nDe : a@b.example\r\nObjet : x\r\n`,
    )
    expect(await takeReports(academy.people, account)).toBe(3)
    expect(await takeReports(academy.people, account)).toBe(0)
    const rows = await ctx().store.read((tx) =>
      tx.query((q) => q.selectFrom('phishing_report').select(['account_id', 'sender', 'mail']).orderBy('id')),
    )
    expect(rows).toEqual([
      { account_id: academy.id('teacher'), sender: 'help@evil.example', mail: '' },
      { account_id: account, sender: 'help@evil.example', mail: 'somebody@elsewhere.example' },
      { account_id: academy.id('head'), sender: 'help@evil.example', mail: '' },
    ])
    const queued = await ctx().store.read((tx) =>
      tx.query((q) => q.selectFrom('queue_recipient').select('address').orderBy('queue_id')),
    )
    expect(queued.map(({ address: to }) => to).sort()).toEqual([
      'head@ecole.test',
      'pupil@ecole.test',
      'somebody@elsewhere.example',
      'teacher@ecole.test',
    ])
    await cluster()
    const lines = await listClusters(academy.people, academy.as('desk'), false)
    expect(lines[0]?.reports).toBeGreaterThanOrEqual(2)

    // Who is nobody of ours is answered in the language they wrote in.
    const inner = fraud({ to: 'z@elsewhere.example' })
    await arrive(
      carrying('john@elsewhere.example', inner).replace('Voici.', 'Hello, is this message from you? Thanks.'),
    )
    await takeReports(academy.people, account)
    await cluster()
    const verdict = { verdict: 'fraud', answer: '' } as const
    await judgeCluster(academy.people, academy.as('desk'), lines[0]?.id ?? 0, verdict)
    const answers = await mailsTo()
    expect(answers['john@elsewhere.example']).toEqual(['Thank you for your report', 'It was a fraud indeed: thank you'])
    expect(answers['somebody@elsewhere.example']).toEqual([
      'Merci de votre signalement',
      'C’était bien une fraude : merci',
    ])
    // Who reports it when it is judged already is answered at once.
    await arrive(carrying('later@elsewhere.example', fraud({ to: 'w@elsewhere.example' })))
    await takeReports(academy.people, account)
    await cluster()
    expect((await mailsTo())['later@elsewhere.example']).toEqual([
      'Merci de votre signalement',
      'C’était bien une fraude : merci',
    ])
  })
})
