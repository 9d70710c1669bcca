/** Practice campaigns on every engine: who may, what is sent once, what is counted and what is not, how they end. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { audience } from '#domain/directory/audience-rules.ts'
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
import { runPractice } from '#domain/phishing/practice/send.ts'
import { practiceTemplates, templateIds } from '#domain/phishing/practice/templates.data.ts'
import { listClusters } from '#domain/phishing/triage.ts'
import { readEmail } from '#domain/reading/read.ts'
import { reportEmail } from '#domain/reading/report.ts'
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
