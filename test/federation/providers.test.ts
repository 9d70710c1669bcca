/** Signing in by the simulated EduConnect (SAML and OpenID) and ENT: programs of their own, over real protocols. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createPerson, findPerson } from '#domain/directory/persons.ts'
import { profilesOf } from '#domain/directory/profiles.ts'
import { relate } from '#domain/directory/relations.ts'
import { saveSchool } from '#domain/directory/schools.ts'
import { linksOf } from '#domain/federation/match.ts'
import { findProvider, providersFor, saveProvider } from '#domain/federation/providers.ts'
import { listSessions } from '#domain/people/sessions.ts'
import { type DemoProviders, startDemoProviders } from '#server/demo/providers/start.ts'
import { freePort } from '../ports.ts'
import { type Browser, createBrowser, formsIn, type Screen } from '../saml/browser.ts'
import { openSite, type Site } from '../saml/site.ts'
import { password } from '../server/rig.ts'

let site: Site
let providers: DemoProviders
const accounts: Record<string, number> = {}

const college = '0250001R'
const lycee = '0390001P'

beforeAll(async () => {
  site = await openSite()
  const { house, origin } = site
  const { people } = house
  const add = async (login: string, given: string, family: string, joinKey: string, extra = {}) => {
    const one = { login, givenName: given, familyName: family, joinKey, password, ...extra }
    accounts[login] = (await createPerson(people, 'test', one)).id
  }
  for (const [uai, name] of [
    [college, 'Collège des Tilleuls'],
    [lycee, 'Lycée du Val d’Amour'],
  ] as const)
    await saveSchool(people, 'test', { uai, name, kind: 'college', city: 'Besançon' })
  await add('nathalie.garnier', 'Nathalie', 'Garnier', '03|30001')
  await add('lea.garnier', 'Léa', 'Garnier', '03|20001', { profiles: [{ kind: 'pupil', uai: college }] })
  await add('hugo.garnier', 'Hugo', 'Garnier', '03|20002', { profiles: [{ kind: 'pupil', uai: lycee }] })
  const waiting = { login: 'lucas.viennot', givenName: 'Lucas', familyName: 'Viennot', joinKey: '03|20005' }
  const pupil = await createPerson(people, 'test', { ...waiting, profiles: [{ kind: 'pupil', uai: college }] })
  accounts['lucas.viennot'] = pupil.id
  await add('olivier.sandoz', 'Olivier', 'Sandoz', '03|30777')
  await house.store.writeGlobal(async (tx) => {
    for (const child of ['lea.garnier', 'hugo.garnier'])
      await relate(tx, accounts['nathalie.garnier'] ?? 0, accounts[child] ?? 0)
  })
  providers = await startDemoProviders(house, silentLog, origin, await freePort(1))
  for (const address of [providers.educonnect, providers.ent])
    for (let tries = 0; tries < 1200; tries++) {
      if (
        await fetch(address).then(
          () => true,
          () => false,
        )
      )
        break
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
})

afterAll(async () => {
  await providers?.stop()
  await site?.close()
})

const choose = async (browser: Browser, provider: string, person: string): Promise<Screen> => {
  const page = await browser.open(`${site.origin}/federation/${provider}/login?then=/portal`)
  expect(page.body).toContain('Qui êtes-vous')
  const form = formsIn(page.body).find(({ fields }) => fields.person === person)
  if (!form) throw new Error(`nobody named ${person}`)
  return browser.submit(page, form.action, form.fields)
}

test('each audience is offered its providers', async () => {
  const ways = await site.house.store.read((tx) => providersFor(tx, 'parent'))
  expect(ways.map(({ id }) => id)).toEqual(['educonnect', 'educonnect-oidc', 'ent'])
  expect(ways[0]?.url).toBe('/federation/educonnect/login')
})

test.each(['educonnect', 'educonnect-oidc'])('a pupil signs in by %s', async (provider) => {
  const browser = createBrowser()
  const page = await choose(browser, provider, 'lea')
  expect(new URL(page.url).pathname).toBe('/portal')
  expect(browser.cookies(site.host)).toMatch(/session=/)
  const [session] = await listSessions(site.house.people, accounts['lea.garnier'] ?? 0)
  expect(session?.provider).toBe(provider)
  expect(session?.amr).toEqual(['fed'])
})

test('a parent of two children in two schools has a profile for each, and chooses', async () => {
  const browser = createBrowser()
  const page = await choose(browser, 'educonnect', 'nathalie')
  expect(new URL(page.url).searchParams.get('step')).toBe('profile')
  const profiles = await site.house.store.read((tx) => profilesOf(tx, accounts['nathalie.garnier'] ?? 0))
  expect(profiles.map(({ kind, uai }) => [kind, uai]).sort()).toEqual([
    ['parent', college],
    ['parent', lycee],
  ])
})

test('an affiliation that is not for it is refused with a way out of the provider, or the person would go round', async () => {
  const page = await choose(createBrowser(), 'educonnect', 'agent')
  expect(page.body).toContain('SSO-31')
  expect(page.body).toContain(`${providers.educonnect}/logout`)
})

test('an account that waits for its activation is opened by the word of EduConnect', async () => {
  const page = await choose(createBrowser(), 'educonnect', 'lucas')
  expect(new URL(page.url).pathname).toBe('/portal')
  const person = await site.house.store.read((tx) => findPerson(tx, accounts['lucas.viennot'] ?? 0))
  expect(person?.activatedAt).not.toBeNull()
})

test('nobody is matched by chance; the owner of an account links it by proving who they are', async () => {
  const browser = createBrowser()
  const refused = await choose(browser, 'educonnect', 'olivier')
  expect(refused.body).toContain('SSO-32')
  expect(refused.body).toContain('/login?then=%2Ffederation%2Flink')
  // Not signed in: sent to sign in. Signed in by a provider: not good enough.
  expect((await browser.open(`${site.origin}/federation/link`)).url).toContain('/login?')
  const account = accounts['olivier.sandoz'] ?? 0
  await site.signIn(browser, account, 'olivier.sandoz', ['fed'])
  expect((await browser.open(`${site.origin}/federation/link`)).url).toContain('/login?')
  await site.signIn(browser, account, 'olivier.sandoz')
  const asked = await browser.open(`${site.origin}/federation/link`)
  expect(asked.body).toContain('olivier.sandoz')
  await browser.submit(asked, '/federation/link')
  const links = await site.house.store.read((tx) => linksOf(tx, account))
  expect(links.map(({ provider }) => provider)).toEqual(['educonnect'])
  const again = createBrowser()
  expect(new URL((await choose(again, 'educonnect', 'olivier')).url).pathname).toBe('/portal')
})

test('the link is offered to the browser that came back from the provider and to no other', async () => {
  const victim = createBrowser()
  await site.signIn(victim, accounts['olivier.sandoz'] ?? 0, 'olivier.sandoz')
  expect((await victim.open(`${site.origin}/federation/link`)).body).toContain('SSO-22')
})

test('signing out goes on to the provider', async () => {
  const browser = createBrowser()
  await choose(browser, 'educonnect', 'lea')
  const path = await site.trust.signOutPath({
    sessionId: (await listSessions(site.house.people, accounts['lea.garnier'] ?? 0))[0]?.id ?? '',
  })
  expect(path).toMatch(/^\/saml\/logout\/next\?round=/)
  const page = await browser.open(`${site.origin}${path}`)
  expect(page.url).toBe(`${providers.educonnect}/logout`)
  expect(page.body).toContain('Vous êtes déconnecté')
})

test('a provider whose row says so is asked to end its session, by a signed request that it answers', async () => {
  const { house } = site
  const row = await house.store.read((tx) => findProvider(tx, 'educonnect'))
  if (row?.protocol !== 'saml') throw new Error('no row')
  await saveProvider(house.people, 'test', { ...row, config: { ...row.config, logout: 'rp-initiated' } })
  const browser = createBrowser()
  await choose(browser, 'educonnect', 'lea')
  const [session] = await listSessions(house.people, accounts['lea.garnier'] ?? 0)
  const path = await site.trust.signOutPath({ sessionId: session?.id ?? '' })
  const steps = await browser.open(`${site.origin}${path}`)
  expect(steps.url).toBe(`${site.origin}/login`)
  // The provider forgot the person: it asks again who one is.
  expect((await browser.open(`${site.origin}/federation/educonnect/login`)).body).toContain('Qui êtes-vous')
  await saveProvider(house.people, 'test', row)
})

test('an ENT signs a pupil in by OpenID; its unverified address opens nothing', async () => {
  const page = await choose(createBrowser(), 'ent', 'hugo')
  expect(new URL(page.url).pathname).toBe('/portal')
  expect((await choose(createBrowser(), 'ent', 'samira')).body).toContain('SSO-32')
})

test('an answer brought by another browser than the one that asked signs nobody in', async () => {
  const attacker = createBrowser()
  const begun = await fetch(`${site.origin}/federation/ent/login`, { redirect: 'manual' })
  const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? ''
  const page = await attacker.open(`${site.origin}/federation/ent/callback?code=x&state=${state}&iss=${providers.ent}`)
  expect(page.body).toContain('SSO-30')
})

test('the answer of one provider is not taken for another’s', async () => {
  const browser = createBrowser()
  const begun = await fetch(`${site.origin}/federation/ent/login`, { redirect: 'manual' })
  const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? ''
  browser.setCookie(site.host, `federation=${state}`)
  const elsewhere = `${site.origin}/federation/educonnect-oidc/callback?code=x&state=${state}&iss=${providers.educonnect}`
  expect((await browser.open(elsewhere)).body).toContain('SSO-30')
  const second = await fetch(`${site.origin}/federation/ent/login`, { redirect: 'manual' })
  const state2 = new URL(second.headers.get('location') ?? '').searchParams.get('state') ?? ''
  browser.setCookie(site.host, `federation=${state2}`)
  const mixed = `${site.origin}/federation/ent/callback?code=x&state=${state2}&iss=${providers.educonnect}`
  expect((await browser.open(mixed)).body).toContain('SSO-30')
})

test('where to go afterwards is always a path of ours', async () => {
  const browser = createBrowser()
  const page = await browser.open(`${site.origin}/federation/educonnect/login?then=https://evil.example/`)
  const form = formsIn(page.body).find(({ fields }) => fields.person === 'lea')
  const back = await browser.submit(page, form?.action ?? '', form?.fields)
  expect(new URL(back.url).origin).toBe(site.origin)
})
