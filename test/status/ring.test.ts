/** Incidents told to the people they concern, as each has chosen, once. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { savePreferences, usualPreferences } from '#domain/notify/preferences.ts'
import { ringConcerned } from '#domain/status/ring.ts'
import { decideSubscription } from '#domain/status/subscribers.ts'
import { openIncident, updateIncident } from '#domain/support/incident-write.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Academy, openAcademy } from '../directory/rig.ts'

onEveryEngine('incidents told', (driver) => {
  let academy: Academy
  beforeEach(async () => {
    academy = await openAcademy(driver)
  })
  afterEach(() => academy.close())

  const ctx = () => academy.people.ctx
  const ring = async () => {
    while (await ringConcerned(academy.people));
  }
  const told = async () => {
    const rows = await ctx().store.read((tx) =>
      tx.query((q) => q.selectFrom('notification').select(['account_id', 'title', 'urgent', 'category']).orderBy('id')),
    )
    return rows.map(({ account_id: account, ...row }) => ({ account: Number(account), ...row }))
  }
  const words = { fr: 'Panne du courrier', en: 'Mail is down' }

  test('those concerned are told when it begins and when it is over, not of each step between', async () => {
    const id = await openIncident(ctx(), 'dsi', { component: '*', severity: 'major', audience: 'pupil', title: words })
    await ring()
    await ring()
    const pupils = ['pupil', 'pupil2', 'lycee.pupil'].map((login) => academy.id(login)).sort((a, b) => a - b)
    expect((await told()).map(({ account }) => account)).toEqual(pupils)
    expect((await told())[0]).toMatchObject({ category: 'status', urgent: 0 })
    expect((await told())[0]?.title).toContain('Panne du courrier')
    await updateIncident(ctx(), 'dsi', id, { phase: 'monitoring' })
    await ring()
    expect(await told()).toHaveLength(3)
    await updateIncident(ctx(), 'dsi', id, { phase: 'resolved' })
    await ring()
    expect(await told()).toHaveLength(6)
  })

  test('everybody is told of what concerns all, urgently only when it is said; a quiet one rings for nobody', async () => {
    await openIncident(ctx(), 'dsi', { component: '*', severity: 'major', title: words, urgent: true })
    await ring()
    const all = await told()
    expect(all.length).toBeGreaterThan(8)
    expect(all.every(({ urgent }) => urgent === 1)).toBe(true)
    await openIncident(ctx(), 'dsi', { component: '*', severity: 'info', title: words, quiet: true })
    await ring()
    expect(await told()).toHaveLength(all.length)
  })

  test('who wants nothing, and who subscribed by mail and wants no push, is not told again', async () => {
    const { store, clock } = ctx()
    const none = usualPreferences([])
    await store.write(academy.id('pupil'), (tx) =>
      savePreferences(tx, {
        ...none,
        channels: { ...none.channels, status: { portal: false, push: false, mail: 'no' } },
      }),
    )
    const now = clock.now()
    await store.writeGlobal((tx) =>
      tx.execute((q) =>
        q.insertInto('status_subscriber').values({
          address: 'pupil2@ecole.test',
          language: 'fr',
          audience: '*',
          confirmed_at: now,
          created_at: now,
        }),
      ),
    )
    await openIncident(ctx(), 'dsi', { component: '*', severity: 'major', audience: 'pupil', title: words })
    await ring()
    expect((await told()).map(({ account }) => account)).toEqual([academy.id('lycee.pupil')])
    expect(await decideSubscription(academy.people, 'leave', 999, '')).toBe(true)
  })
})
