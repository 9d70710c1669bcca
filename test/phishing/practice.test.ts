/** Practice campaigns on every engine: who may, what is sent once, what is counted and what is not, how they end. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { countAudience } from '#domain/directory/audience.ts'
import { audience } from '#domain/directory/audience-rules.ts'
import { runNotices } from '#domain/notices/publish.ts'
import { readAudit } from '#domain/people/audit.ts'
import { clusterReports } from '#domain/phishing/clusters.ts'
import { openPractice } from '#domain/phishing/practice/acts.ts'
import {
  createCampaign,
  deleteCampaign,
  endCampaign,
  listCampaigns,
  startCampaign,
  tellable,
} from '#domain/phishing/practice/campaigns.ts'
import { nextYear, runPlans } from '#domain/phishing/practice/plan-clock.ts'
import { deletePlan, listPlans, type PlanDraft, savePlan, stopPlan } from '#domain/phishing/practice/plans.ts'
import { runPractice } from '#domain/phishing/practice/send.ts'
import { practiceTemplates, templateIds } from '#domain/phishing/practice/templates.data.ts'
import { listClusters } from '#domain/phishing/triage.ts'
import { readEmail } from '#domain/reading/read.ts'
import { reportEmail } from '#domain/reading/report.ts'
import { parisMoment } from '#domain/support/paris.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Academy, openAcademy } from '../directory/rig.ts'

test('figures of fewer than five people are not told', () => {
  expect(tellable({ sent: 4, clicked: 4, reported: 4 })).toEqual({})
  expect(tellable({ sent: 30, clicked: 4, reported: 12 })).toEqual({ sent: 30, reported: 12 })
})

test('every template has its link once, in both languages, and a sender of nobody', () => {
  for (const id of templateIds) {
    const { body, sender, signs } = practiceTemplates[id]
    for (const text of Object.values(body)) expect(text.split('{lien}')).toHaveLength(2)
    expect(sender).toMatch(/\.example$/)
    expect(signs.fr.length).toBe(signs.en.length)
  }
})

onEveryEngine('practice', (driver) => {
  let academy: Academy
  beforeEach(async () => {
    academy = await openAcademy(driver)
    for (const login of ['t1', 't2', 't3', 't4', 't5', 't6'])
      await academy.add(login, { profiles: [{ kind: 'teacher', uai: '0250001R' }] })
  })
  afterEach(() => academy.close())

  const ctx = () => academy.people.ctx
  const wanted = {
    name: 'Automne',
    template: 'quota',
    language: 'fr',
    senderName: '',
    subject: '',
    body: '',
    audience: audience({ profiles: ['teacher'] }),
    days: 14,
  } as const
  const run = async () => {
    while ((await runPractice(academy.people)) > 0);
  }
  const mailsOf = async (login: string) => {
    const account = academy.id(login)
    const rows = await ctx().store.read((tx) =>
      tx.query((q) =>
        q.selectFrom('email').select(['id', 'blob_id as blob', 'mark']).where('account_id', '=', account).orderBy('id'),
      ),
    )
    return Promise.all(
      rows.map(async ({ id, blob, mark }) => {
        const text = Buffer.from(await ctx().store.blobs.bytes(blob))
          .toString('utf8')
          .replaceAll('=\r\n', '')
        return { id, mark, text, token: /Message-ID: <([\w-]{22})@/.exec(text)?.[1] ?? '' }
      }),
    )
  }
  const countRecipients = async (id: number) => {
    const row = await ctx().store.read((tx) =>
      tx.query((q) =>
        q
          .selectFrom('notice_recipient')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .where('notice_id', '=', id),
      ),
    )
    return row[0] ?? { count: 0 }
  }
  const mailOf = async (login: string) => {
    const [mail] = await mailsOf(login)
    if (!mail) throw new Error(`${login} has no mail`)
    return mail
  }
  const begin = async () => {
    const id = await createCampaign(academy.people, academy.as('dsi'), wanted)
    await startCampaign(academy.people, academy.as('dsi'), id, true)
    await run()
    return id
  }

  test('only administrators of the platform write, begin, see and end them', async () => {
    for (const login of ['head', 'helper', 't1', 'pupil']) {
      const actor = academy.as(login)
      await expect(createCampaign(academy.people, actor, wanted)).rejects.toThrow('not yours')
      await expect(listCampaigns(academy.people, actor)).rejects.toThrow('not yours')
      await expect(startCampaign(academy.people, actor, 1, true)).rejects.toThrow('not yours')
      await expect(endCampaign(academy.people, actor, 1)).rejects.toThrow('not yours')
      await expect(deleteCampaign(academy.people, actor, 1)).rejects.toThrow('not yours')
    }
  })

  test('nothing is sent unannounced, to fewer than five people, or without its link', async () => {
    const dsi = academy.as('dsi')
    const id = await createCampaign(academy.people, dsi, wanted)
    await expect(startCampaign(academy.people, dsi, id, false)).rejects.toThrow('not been told')
    const few = await createCampaign(academy.people, dsi, { ...wanted, audience: audience({ profiles: ['head'] }) })
    await expect(startCampaign(academy.people, dsi, few, true)).rejects.toThrow('fewer than')
    await expect(createCampaign(academy.people, dsi, { ...wanted, body: 'Sans lien' })).rejects.toThrow('{lien}')
    await run()
    expect(await mailsOf('t1')).toEqual([])
  })

  test('each gets one, with a token of their own; neither our seal nor our warning stands on it', async () => {
    const id = await begin()
    await run()
    const mails = [await mailsOf('t1'), await mailsOf('t2')]
    expect(mails.map((all) => all.length)).toEqual([1, 1])
    const [one, two] = mails.map(([mail]) => mail)
    expect(one?.token).toMatch(/^[\w-]{22}$/)
    expect(one?.token).not.toBe(two?.token)
    expect(await mailsOf('pupil')).toEqual([])
    const reading = await readEmail(academy.people, academy.id('t1'), one?.id ?? 0, false)
    expect(reading).toMatchObject({ platform: '', external: false, judged: null, lookAlike: null, imitates: null })
    const [campaign] = await listCampaigns(academy.people, academy.as('dsi'))
    expect(campaign).toMatchObject({ id, status: 'running', results: { sent: 8, clicked: undefined } })
  })

  test('opening is counted once and shows what gives it away; reporting says bravo and makes no fraud', async () => {
    await begin()
    for (const login of ['t1', 't2', 't3', 't4', 't5']) {
      const { token } = await mailOf(login)
      expect(await openPractice(academy.people, token)).toEqual({ template: 'quota', language: 'fr' })
      await openPractice(academy.people, token)
    }
    const mail = await mailOf('t6')
    await reportEmail(ctx(), { accountId: academy.id('t6'), login: 't6', ip: '' }, mail.id, [])
    const notices = await ctx().store.read((tx) =>
      tx.query((q) => q.selectFrom('notification').select(['account_id', 'title'])),
    )
    expect(notices).toEqual([{ account_id: academy.id('t6'), title: 'Bravo : c’était un entraînement' }])
    await clusterReports(academy.people)
    expect(await listClusters(academy.people, academy.as('dsi'), false)).toEqual([])
    const [campaign] = await listCampaigns(academy.people, academy.as('dsi'))
    // One report is of too few people to be told.
    expect(campaign?.results).toEqual({ sent: 8, clicked: 5, reported: undefined })
    expect(JSON.stringify(await readAudit(ctx()))).not.toContain('verification-boite')
    expect(await openPractice(academy.people, 'x')).toBeUndefined()
  })

  const morning = (day: string) => parisMoment(day, 9 * 60)
  const planned = {
    ...wanted,
    name: 'Chaque automne',
    announceAt: morning('2026-12-01'),
    beginsAt: morning('2026-12-08'),
    repeats: true,
    title: { fr: 'Entraînement à venir', en: 'Practice to come' },
    text: { fr: 'Dans les *prochaines* semaines…', en: 'In the coming weeks…' },
  }
  const noticesOf = () =>
    ctx().store.read((tx) => tx.query((q) => q.selectFrom('notice').select(['id', 'status', 'author', 'uai', 'data'])))
  const goTo = (at: number) => academy.bench.clock.advance(at - academy.bench.clock.now())
  const plans = () => listPlans(academy.people, academy.as('dsi'))

  test('a planned campaign is announced once at its time, practised a week later, and planned for the next year', async () => {
    const { people } = academy
    const id = await savePlan(people, academy.as('dsi'), planned)
    goTo(planned.announceAt - 1000)
    expect(await runPlans(people)).toBe(0)
    expect(await noticesOf()).toEqual([])
    goTo(planned.announceAt)
    // Several processes at the same moment, and again.
    await Promise.all([runPlans(people), runPlans(people), runPlans(people)])
    await runPlans(people)
    const [notice, ...others] = await noticesOf()
    expect(others).toEqual([])
    expect(notice).toMatchObject({ status: 'publishing', author: 'dsi', uai: '' })
    expect(JSON.parse(notice?.data ?? '{}')).toMatchObject({ title: planned.title, body: planned.text })
    await runNotices(people)
    const { count } = await countRecipients(notice?.id ?? 0)
    expect(Number(count)).toBe(await countAudience(ctx().store, planned.audience, ctx().clock.now()))
    expect(await plans()).toMatchObject([{ id, status: 'announced', noticeId: notice?.id, rounds: 1 }])
    await run()
    // The announcement is in their mailboxes; no practice yet.
    expect((await mailsOf('t1')).map(({ mark }) => mark === 'practice')).toEqual([false])
    goTo(planned.beginsAt)
    await Promise.all([runPlans(people), runPlans(people)])
    await run()
    expect((await mailsOf('t1')).filter(({ mark }) => mark === 'practice')).toHaveLength(1)
    const [next] = await plans()
    expect(next).toMatchObject({
      status: 'planned',
      announceAt: morning('2027-12-01'),
      beginsAt: morning('2027-12-08'),
    })
    expect(await listCampaigns(people, academy.as('dsi'))).toMatchObject([
      { id: next?.campaignId, name: 'Chaque automne', status: 'running' },
    ])
    const log = (await readAudit(ctx())).filter(({ action }) => action === 'phishing.plan').map(({ detail }) => detail)
    expect(log.map((detail) => detail.split(/[ ,]/)[0]).sort()).toEqual(['announce', 'begin', 'save'])
  })

  test('after a standstill the announcement comes late and people keep their day; once is once', async () => {
    const { people } = academy
    await savePlan(people, academy.as('dsi'), { ...planned, template: 'none', repeats: false })
    goTo(morning('2026-12-20'))
    await runPlans(people)
    expect(await plans()).toMatchObject([{ status: 'announced', beginsAt: morning('2026-12-21') }])
    await runPlans(people)
    goTo(morning('2026-12-21'))
    await runPlans(people)
    expect(await plans()).toMatchObject([{ status: 'ended', campaignId: null }])
    goTo(morning('2027-12-21'))
    expect(await runPlans(people)).toBe(0)
    expect(await noticesOf()).toHaveLength(1)
  })

  test('what was planned by somebody who may not any more stops and says so; another takes it over', async () => {
    const { people } = academy
    const id = await savePlan(people, academy.as('dsi'), planned)
    await ctx().store.writeGlobal((tx) =>
      tx.execute((q) => q.updateTable('account').set({ status: 'disabled' }).where('login', '=', 'dsi')),
    )
    goTo(planned.announceAt)
    await runPlans(people)
    expect(await plans()).toMatchObject([{ id, status: 'stopped', why: 'rights' }])
    expect(await noticesOf()).toEqual([])
    await ctx().store.writeGlobal((tx) =>
      tx.execute((q) => q.updateTable('account').set({ status: 'active' }).where('login', '=', 'dsi')),
    )
    const later = { ...planned, announceAt: morning('2026-12-10'), beginsAt: morning('2026-12-12') }
    await savePlan(people, academy.as('dsi'), later, id)
    goTo(later.announceAt)
    await runPlans(people)
    expect(await plans()).toMatchObject([{ id, status: 'announced', why: '' }])
    await expect(savePlan(people, academy.as('dsi'), later, id)).rejects.toMatchObject({ code: 'invalid' })
    const never = { ...later, announceAt: morning('2026-12-20'), beginsAt: morning('2026-12-22') }
    await expect(savePlan(people, academy.as('dsi'), never, id)).rejects.toMatchObject({ code: 'conflict' })
    await stopPlan(people, academy.as('dsi'), id)
    goTo(later.beginsAt)
    await runPlans(people)
    await run()
    expect(await listCampaigns(people, academy.as('dsi'))).toEqual([])
    await deletePlan(people, academy.as('dsi'), id)
    expect(await plans()).toEqual([])
  })

  test('only who may practise and speak for the académie plans, and what cannot be is refused at its field', async () => {
    const { people } = academy
    for (const login of ['head', 'helper', 't1', 'pupil']) {
      const actor = academy.as(login)
      await expect(savePlan(people, actor, planned)).rejects.toMatchObject({ code: 'forbidden' })
      await expect(listPlans(people, actor)).rejects.toMatchObject({ code: 'forbidden' })
      await expect(stopPlan(people, actor, 1)).rejects.toMatchObject({ code: 'forbidden' })
      await expect(deletePlan(people, actor, 1)).rejects.toMatchObject({ code: 'forbidden' })
    }
    const wrong: readonly (readonly [Partial<PlanDraft>, string])[] = [
      [{ name: ' ' }, 'name'],
      [{ title: { fr: 'a', en: '' }, text: { fr: 'a', en: '' } }, 'title'],
      [{ announceAt: ctx().clock.now() - 1 }, 'announceAt'],
      [{ announceAt: ctx().clock.now() + 400 * 86_400_000 }, 'announceAt'],
      [{ beginsAt: planned.announceAt + 3_600_000 }, 'beginsAt'],
      [{ beginsAt: planned.announceAt + 100 * 86_400_000 }, 'beginsAt'],
      [{ body: 'Sans lien' }, 'body'],
      [{ days: 0 }, 'days'],
    ]
    for (const [change, property] of wrong)
      await expect(savePlan(people, academy.as('dsi'), { ...planned, ...change })).rejects.toMatchObject({
        code: 'invalid',
        property,
      })
  })

  test('a year later is the same day and hour on the wall, whatever the clocks did', () => {
    const at = (day: string, hour: number) => parisMoment(day, hour * 60)
    expect(nextYear(at('2026-03-28', 9))).toBe(at('2027-03-28', 9))
    expect(nextYear(at('2026-10-25', 9))).toBe(at('2027-10-25', 9))
    expect(nextYear(at('2028-02-29', 9))).toBe(at('2029-02-28', 9))
  })

  test('no row says who did what, and at the end only totals are left', async () => {
    const id = await begin()
    const tokens = await ctx().store.read((tx) => tx.query((q) => q.selectFrom('practice_token').selectAll()))
    expect(Object.keys(tokens[0] ?? {}).sort()).toEqual(['campaign_id', 'clicked', 'reported', 'token'])
    const { token } = await mailOf('t1')
    expect(JSON.stringify(tokens)).not.toContain(token)
    academy.bench.clock.advance(15 * 86_400_000)
    await run()
    const [campaign] = await listCampaigns(academy.people, academy.as('dsi'))
    expect(campaign).toMatchObject({ status: 'ended', results: { sent: 8 } })
    const left = await ctx().store.read(async (tx) => [
      await tx.query((q) => q.selectFrom('practice_token').selectAll()),
      await tx.query((q) => q.selectFrom('practice_recipient').selectAll()),
    ])
    expect(left).toEqual([[], []])
    expect(await openPractice(academy.people, token)).toBeUndefined()
    await deleteCampaign(academy.people, academy.as('dsi'), id)
    expect(await listCampaigns(academy.people, academy.as('dsi'))).toEqual([])
  })
})
