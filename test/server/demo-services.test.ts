/** The CAS services of the demonstration as they really run: programs of their own that know us only by the protocol. */
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { listRelyingParties } from '#domain/access/relying-parties.ts'
import { type DemoServices, startDemoServices } from '#server/demo/services/runner.ts'
import { demoServices } from '#server/demo/services/specs.ts'
import type { House } from '#server/house.ts'
import { type CasRig, openCas, type Person } from '../cas/rig.ts'
import { sqliteDriver } from '../contract/drivers.ts'
import { createBrowser } from '../peers/cas.ts'
import { freePort } from '../ports.ts'

let rig: CasRig
let provider: string
let beside: DemoServices
let anne: Person

const start = async (firstPort: number): Promise<DemoServices> => {
  // The runner asks a house for its store and its people only.
  const house = { store: rig.bench.store, people: rig.people } as House
  const specs = demoServices.filter(({ protocol }) => protocol === 'cas')
  const started = await startDemoServices({ house, log: silentLog, provider, firstPort, specs })
  for (const { url } of started.services)
    for (let i = 0; i < 1200; i++) {
      if (await fetch(`${url}style.css`).catch(() => undefined)) break
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  return started
}

beforeAll(async () => {
  rig = await openCas(sqliteDriver)
  provider = await rig.app.listen({ host: '127.0.0.1', port: 0 })
  anne = await rig.person('anne', { classes: ['3B'] })
  beside = await start(await freePort())
})
afterAll(async () => {
  await beside?.stop()
  await rig?.close()
})

const addressOf = (id: string): string => beside.services.find((one) => one.id === id)?.url ?? ''

test('one sign-in opens both services, each with what its row allows, and one sign-out closes them', async () => {
  const browser = createBrowser({ [provider]: anne.cookie })
  const arena = await browser.visit(addressOf('arena'))
  expect(arena.body).toContain('<html lang="fr">')
  expect(arena.body).toContain('Bonjour anne')
  expect(arena.body).toContain('<dd>National_3</dd>')
  const pia = await browser.visit(addressOf('pia'))
  expect(pia.body).toContain('<dd>National_3 ; National_ENS</dd>')
  expect(pia.body).toMatch(/<dd>[0-9a-f]{40}<\/dd>/)
  await rig.get('/cas/logout', {}, anne.cookie)
  await rig.sendNotices()
  for (const id of ['arena', 'pia']) {
    const after = await browser.visit(addressOf(id), /^\/login/)
    expect(after.headers.get('location')).toMatch(/^\/login\?then=/)
  }
})

test('a service is left alone, and only by its own form', async () => {
  const person = await rig.signIn(anne)
  const browser = createBrowser({ [provider]: person.cookie })
  await browser.visit(addressOf('pia'))
  const foreign = await fetch(`${addressOf('pia')}quitter`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  expect(foreign.status).toBe(403)
  const left = await browser.visit(`${addressOf('pia')}au-revoir`)
  expect(left.body).toContain('Vous avez quitté PIA')
})

test('a pupil is told by the door that Arena is for staff', async () => {
  const lea = await rig.person('lea', { profile: 'pupil' })
  const page = await createBrowser({ [provider]: lea.cookie }).visit(addressOf('arena'))
  expect([page.status, page.body.includes('SSO-02')]).toEqual([403, true])
})

test('a ticket that is not one opens nothing', async () => {
  const page = await createBrowser().visit(`${addressOf('arena')}entree?ticket=ST-FORGED`)
  expect(page.status).toBe(403)
  expect(page.body).toContain('INVALID_TICKET')
})

test('on another port the services have new rows, and the old ones are closed', async () => {
  const earlier = addressOf('arena')
  await beside.stop()
  expect(await fetch(earlier).catch(() => 'nobody')).toBe('nobody')
  beside = await start(await freePort())
  const rows = await rig.bench.store.read((tx) => listRelyingParties(tx))
  const arena = rows.filter(({ name }) => name === 'Arena').map(({ key, status }) => [key, status])
  expect(arena).toContainEqual([earlier, earlier === addressOf('arena') ? 'active' : 'disabled'])
  expect(arena).toContainEqual([addressOf('arena'), 'active'])
})

test('a port that somebody has is left to them', async () => {
  const { createServer } = await import('node:net')
  const squatter = createServer().listen(0, '127.0.0.1')
  await once(squatter, 'listening')
  const address = squatter.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await beside.stop()
  beside = await start(port)
  expect(addressOf('arena')).not.toContain(`:${port}/`)
  const person = await rig.signIn(anne)
  const page = await createBrowser({ [provider]: person.cookie }).visit(addressOf('arena'))
  expect(page.body).toContain('Bonjour anne')
  squatter.close()
})
