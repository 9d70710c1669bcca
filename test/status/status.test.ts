/** The status of the services, on every engine: what checks say, what is announced, who is told. */
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import {
  addComponent,
  listComponents,
  recordChecks,
  removeComponent,
  settleComponents,
} from '#domain/status/components.ts'
import { readStatus } from '#domain/status/snapshot.ts'
import { type Outcome, observe, overall, uptime, type Watch } from '#domain/status/state.ts'
import { decideSubscription, subscribe, tellSubscribers } from '#domain/status/subscribers.ts'
import { turnMaintenance } from '#domain/status/turn.ts'
import { openIncident, updateIncident } from '#domain/support/incident-write.ts'
import { currentIncidents, upcomingIncidents } from '#domain/support/incidents.ts'
import { registerStatus } from '#server/http/status.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openPeople, type PeopleRig } from '../people/rig.ts'

const good: Outcome = { result: 'good', milliseconds: 12, detail: '' }
const failed: Outcome = { result: 'failed', milliseconds: 8000, detail: 'no answer in time' }
const slow: Outcome = { result: 'slow', milliseconds: 5000, detail: '' }

const fresh: Watch = { state: 'operational', since: 0, failures: 0, slow: 0, good: 0 }
const run = (outcomes: readonly Outcome[]): string[] => {
  let watch = fresh
  return outcomes.map((outcome, n) => (watch = observe(watch, outcome, n + 1)).state)
}

describe('a component', () => {
  test('is not down for one lost check, and down after three', () => {
    expect(run([failed, good, failed, failed, failed])).toEqual([
      'operational',
      'operational',
      'operational',
      'degraded',
      'down',
    ])
  })
  test('comes back by way of degraded, after two good checks', () => {
    expect(run([failed, failed, failed, good, good])).toEqual([
      'operational',
      'degraded',
      'down',
      'degraded',
      'operational',
    ])
  })
  test('that flickers stays degraded rather than changing with each check', () => {
    expect(run([failed, failed, good, failed, good, failed, good])).toEqual([
      'operational',
      ...Array.from({ length: 6 }, () => 'degraded'),
    ])
  })
  test('that is slow three times in a row is degraded', () => {
    expect(run([slow, slow, slow]).at(-1)).toBe('degraded')
  })
  test('that has many kinds of parts is down only when all of them are', () => {
    expect([
      overall(['down', 'operational']),
      overall(['down', 'down']),
      overall(['maintenance', 'operational']),
    ]).toEqual(['degraded', 'down', 'operational'])
  })
  test('has an uptime that announced maintenance does not lower', () => {
    const counts = { operational: 98, degraded: 1, down: 1, maintenance: 500 }
    expect(uptime([counts])).toBe(0.99)
    expect(uptime([])).toBeUndefined()
  })
})

onEveryEngine('status', (driver) => {
  let rig: PeopleRig
  beforeAll(async () => {
    rig = await openPeople({ publicUrl: 'https://ecole.test' }, driver)
    // Tuesday 24 November 2026, ten o'clock in Paris.
    rig.clock.set(Date.UTC(2026, 10, 24, 9))
  })
  afterAll(() => rig.close())
  const status = () => rig.people.ctx.store.read((tx) => readStatus(tx, rig.clock.now()))
  const check = (outcome: Outcome) =>
    recordChecks(
      rig.people.ctx,
      new Map([
        ['imap', outcome],
        ['web', good],
      ]),
    )

  test('checks are counted by day, the change of a state is told once', async () => {
    const { ctx } = rig.people
    await settleComponents(ctx)
    await settleComponents(ctx)
    expect((await status()).components.find(({ key }) => key === 'imap')?.uptime).toBeUndefined()
    const changes = []
    for (const outcome of [good, failed, failed, failed, failed]) changes.push(...(await check(outcome)))
    expect(changes).toEqual([
      { key: 'imap', from: 'operational', to: 'degraded' },
      { key: 'imap', from: 'degraded', to: 'down' },
    ])
    const imap = (await status()).components.find(({ key }) => key === 'imap')
    expect(imap).toMatchObject({ state: 'down', milliseconds: 8000 })
    expect(imap?.days.at(-1)).toEqual({ day: '2026-11-24', operational: 2, degraded: 1, down: 2, maintenance: 0 })
    expect(imap?.uptime).toBe(0.6)
    expect(
      (await ctx.store.read(listComponents)).find(({ key }) => key === 'imap')?.recent.map(([, letter]) => letter),
    ).toEqual(['o', 'o', 's', 'd', 'd'])
    for (const _ of [1, 2]) await check(good)
    expect((await status()).state).toBe('operational')
  })

  test('an announcement weighs on what is shown, for those it concerns, until it is resolved', async () => {
    const { ctx } = rig.people
    const id = await openIncident(ctx, 'thomas', {
      component: 'imap',
      components: ['imap', 'submission'],
      audience: 'staff',
      severity: 'minor',
      title: { fr: 'Téléphones ralentis', en: 'Phones are slow' },
    })
    const shown = await status()
    expect(shown.components.filter(({ state }) => state === 'degraded').map(({ key }) => key)).toEqual([
      'imap',
      'submission',
    ])
    await updateIncident(ctx, 'thomas', id, { phase: 'identified', body: { fr: 'Un disque est plein.' } })
    await expect(updateIncident(ctx, 'thomas', id, { phase: 'started' })).rejects.toThrow('no phase')
    await updateIncident(ctx, 'thomas', id, { phase: 'resolved' })
    await expect(updateIncident(ctx, 'thomas', id, { phase: 'monitoring' })).rejects.toThrow('ended')
    const after = await status()
    expect([after.state, after.current]).toEqual(['operational', []])
    expect(after.past[0]?.updates.map(({ phase }) => phase)).toEqual(['resolved', 'identified', 'investigating'])
  })

  test('maintenance is reminded of the day before, begins and ends by itself, and does not lower the uptime', async () => {
    const { ctx } = rig.people
    const start = rig.clock.now() + 3 * 86_400_000
    await openIncident(ctx, 'thomas', {
      kind: 'maintenance',
      component: 'web',
      severity: 'minor',
      title: { fr: 'Nouveau serveur' },
      startsAt: start,
      endsAt: start + 3_600_000,
    })
    expect(await turnMaintenance(ctx)).toBe(0)
    rig.clock.set(start - 20 * 3_600_000)
    expect([await turnMaintenance(ctx), await turnMaintenance(ctx)]).toEqual([1, 0])
    expect((await ctx.store.read((tx) => upcomingIncidents(tx, rig.clock.now())))[0]?.phase).toBe('reminder')
    rig.clock.set(start)
    expect([await turnMaintenance(ctx), await turnMaintenance(ctx)]).toEqual([1, 0])
    await recordChecks(ctx, new Map([['web', failed]]))
    const during = (await status()).components.find(({ key }) => key === 'web')
    expect(during).toMatchObject({ state: 'maintenance', uptime: 1 })
    rig.clock.set(start + 3_600_000)
    expect([await turnMaintenance(ctx), await turnMaintenance(ctx)]).toEqual([1, 0])
    expect((await status()).past[0]?.updates.map(({ phase }) => phase)).toEqual([
      'finished',
      'started',
      'reminder',
      'planned',
    ])
    expect(await ctx.store.read((tx) => currentIncidents(tx, rig.clock.now()))).toEqual([])
  })

  test('what is called off before it began never was', async () => {
    const { ctx } = rig.people
    const start = rig.clock.now() + 2 * 86_400_000
    const wanted = {
      kind: 'maintenance',
      component: '*',
      severity: 'minor',
      title: { fr: 'Réseau' },
      startsAt: start,
    } as const
    await expect(openIncident(ctx, 'thomas', wanted)).rejects.toThrow('end')
    const id = await openIncident(ctx, 'thomas', { ...wanted, endsAt: start + 1000 })
    await updateIncident(ctx, 'thomas', id, { phase: 'cancelled' })
    rig.clock.set(start + 1)
    expect([await turnMaintenance(ctx), (await status()).current]).toEqual([0, []])
    rig.clock.advance(5000)
    expect(await turnMaintenance(ctx)).toBe(0)
  })

  test('a subscriber is told once of each step after the address was confirmed, and never after leaving', async () => {
    const { people } = rig
    const { ctx } = people
    while (await tellSubscribers(people)) rig.clock.advance(1)
    const queued = async () => {
      const rows = await ctx.store.read((tx) => tx.query((q) => q.selectFrom('queue_recipient').select('address')))
      return rows.map(({ address }) => address).sort()
    }
    const before = (await queued()).length
    await expect(subscribe(people, 'not an address', 'fr', '')).rejects.toThrow('address')
    await subscribe(people, 'Anne@ailleurs.test', 'fr', '')
    await subscribe(people, 'anne@ailleurs.test', 'fr', '')
    expect((await queued()).length - before).toBe(1)
    const [row] = await ctx.store.read((tx) => tx.query((q) => q.selectFrom('status_subscriber').selectAll()))
    expect(await decideSubscription(people, 'confirm', row?.id ?? 0, 'wrong')).toBe(false)
    const open = () => openIncident(ctx, 'thomas', { component: '*', severity: 'major', title: { fr: 'Panne' } })
    await open()
    while (await tellSubscribers(people)) rig.clock.advance(1)
    expect((await queued()).length - before).toBe(1)
    const token = await linkToken(rig, 'Confirmez')
    expect(await decideSubscription(people, 'confirm', row?.id ?? 0, token)).toBe(true)
    rig.clock.advance(1000)
    const id = await open()
    while (await tellSubscribers(people)) rig.clock.advance(1)
    expect((await queued()).length - before).toBe(2)
    expect(await decideSubscription(people, 'leave', row?.id ?? 0, token)).toBe(true)
    await updateIncident(ctx, 'thomas', id, { phase: 'resolved' })
    while (await tellSubscribers(people)) rig.clock.advance(1)
    expect((await queued()).length - before).toBe(2)
  })

  test('a service of others is watched by its address; our own parts cannot be taken away', async () => {
    const { ctx } = rig.people
    const wanted = { key: 'pronote', name: { fr: 'Pronote' }, target: 'https://pronote.test/' }
    await addComponent(ctx, 'thomas', wanted)
    await expect(addComponent(ctx, 'thomas', { ...wanted, target: 'ftp://x' })).rejects.toThrow('web address')
    await expect(addComponent(ctx, 'thomas', { ...wanted, key: 'imap' })).rejects.toThrow('taken')
    await expect(removeComponent(ctx, 'thomas', 'imap')).rejects.toThrow('part of the platform')
    await settleComponents(ctx)
    expect((await status()).components.at(-1)?.key).toBe('pronote')
    await removeComponent(ctx, 'thomas', 'pronote')
    expect((await status()).components.some(({ key }) => key === 'pronote')).toBe(false)
  })
})

test('when the store does not answer, the last status is shown and its age is said', async () => {
  const rig = await openPeople({ publicUrl: 'https://ecole.test' })
  await settleComponents(rig.people.ctx)
  const app = Fastify()
  registerStatus(app, rig.people, silentLog)
  expect((await app.inject('/etat')).body).not.toContain('class="news"')
  await rig.bench.close()
  rig.clock.advance(60_000)
  for (const [path, words] of [
    ['/etat', 'Les données ne répondent pas'],
    ['/status', 'The data does not answer'],
  ] as const) {
    const answer = await app.inject(path)
    expect([answer.statusCode, answer.body.includes(words)]).toEqual([200, true])
  }
  expect((await app.inject('/status/api')).statusCode).toBe(200)
  await app.close()
  rig.people.close()
})

/** The token in the latest message of the queue. */
const linkToken = async (rig: PeopleRig, _subject: string): Promise<string> => {
  const { store } = rig.people.ctx
  const rows = await store.read((tx) =>
    tx.query((q) => q.selectFrom('queue_message').select('blob_id').orderBy('id', 'desc').limit(1)),
  )
  const text = Buffer.from(await store.blobs.bytes(rows[0]?.blob_id ?? 0)).toString('utf8')
  return /token=(?:3D)?([\w-]+)/.exec(text.replaceAll(/=\r\n/g, ''))?.[1] ?? ''
}
