/** The official-address card over HTTP, and who keeps its list. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultCasConfig, saveRelyingParty } from '#domain/access/relying-parties.ts'
import { createPerson } from '#domain/directory/persons.ts'
import { principalFor } from '#domain/people/accounts.ts'
import { readAudit } from '#domain/people/audit.ts'
import { openSession } from '#domain/people/sessions.ts'
import { nationalPlaces } from '#domain/phishing/national.data.ts'
import { assess } from '#format/warning/official.ts'
import { type HttpRig, openHttpRig } from '../server/rig.ts'

let rig: HttpRig
const cookies = new Map<string, string>()
beforeAll(async () => {
  rig = await openHttpRig()
  const { people, store } = rig.house
  const add = async (login: string, admin: boolean) => {
    const { id } = await createPerson(people, 'test', { login, givenName: 'Anne', familyName: login, admin })
    const principal = await store.read((tx) => principalFor(tx, id))
    const { token } = await openSession(people, principal, { ip: '127.0.0.1' }, { amr: ['hwk', 'user', 'mfa'] })
    cookies.set(login, `session=${token}`)
  }
  await add('dsi', true)
  await add('teacher', false)
})
afterAll(() => rig?.close())

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const paste = async (text: string, root = '/aide') =>
  (
    await rig.call(`${root}/address`, {
      method: 'POST',
      headers: form,
      body: new URLSearchParams({ text }).toString(),
    })
  ).body

const act = async (login: string, path: string, body?: unknown) => {
  const answer = await rig.call(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { cookie: cookies.get(login) ?? '', 'x-csrf': '1', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, json: JSON.parse(answer.body) }
}

test.each([
  ['/aide', 'Cette adresse est-elle officielle'],
  ['/help', 'Is this address official'],
])('%s/address is a page without script or cookie, and lists what is official', async (root, words) => {
  const { status, body, headers } = await rig.call(`${root}/address`)
  expect(status).toBe(200)
  expect(body).toContain(words)
  expect(body).toContain('education.gouv.fr')
  expect(body).toContain(rig.house.people.options.domains[0])
  expect(body).not.toContain('<script')
  expect(headers['set-cookie']).toBeUndefined()
  expect((await rig.call(root)).body).toContain(`href="${root}/address"`)
})

test('what is pasted is judged, in both languages, and comes back as text', async () => {
  const fake = await paste('https://education-gouv.fr/"><img src=x>')
  expect(fake).toContain('verdict look-alike')
  expect(fake).not.toContain('<img')
  expect(await paste('https://www.education.gouv.fr', '/help')).toContain('This address is of')
  expect(await paste('rien du tout')).toContain('ni lien ni adresse')
  const letters = await paste('https://ac-besancom.fr', '/help')
  expect(letters).toContain('<mark>m</mark>')
  expect(letters).toContain('“m” instead of “n”')
})

test('an administrator adds, removes and puts back; others do not', async () => {
  const partner = { domain: 'https://portail.mairie-exemple.fr/accueil', fr: 'Mairie', en: 'Town hall' }
  expect((await act('teacher', '/admin/official', partner)).status).toBe(403)
  expect((await act('teacher', '/admin/official')).status).toBe(403)
  expect((await act('dsi', '/admin/official', partner)).status).toBe(200)
  expect(await paste('https://portail.mairie-exemple.fr', '/help')).toContain('Town hall')
  expect((await act('dsi', '/admin/official', { ...partner, domain: 'fr' })).status).toBe(400)
  expect((await act('dsi', '/admin/official', { ...partner, domain: 'x.github.io' })).status).toBe(400)
  expect((await act('dsi', '/admin/official/remove', { domain: 'mgen.fr' })).status).toBe(200)
  expect(await paste('https://mgen.fr')).toContain('verdict unknown')
  expect((await act('dsi', '/admin/official')).json.removed).toEqual(['mgen.fr'])
  expect((await act('dsi', '/admin/official/restore', { domain: 'mgen.fr' })).status).toBe(200)
  expect(await paste('https://mgen.fr')).toContain('verdict official')
  const own = rig.house.people.options.domains[0]
  expect((await act('dsi', '/admin/official/remove', { domain: own })).status).toBe(409)
  const lines = await readAudit(rig.house.ctx)
  expect(lines.filter(({ action }) => action === 'phishing.official').map(({ detail }) => detail)).toEqual([
    'restore',
    'remove',
    'add',
  ])
})

test('a declared service is official as its host alone', async () => {
  const party = {
    protocol: 'cas' as const,
    name: 'Arena',
    key: 'https://arena.exemple.org/',
    rules: { url: 'https://arena.exemple.org/' },
    config: defaultCasConfig,
  }
  await saveRelyingParty(rig.house.people, 'test', party)
  await act('dsi', '/admin/official', { domain: 'autre.exemple.com', fr: 'Autre' })
  expect(await paste('https://arena.exemple.org/x')).toContain('verdict official')
  expect(await paste('https://exemple.org/x')).not.toContain('verdict official')
})

test('no national place is taken for an imitation of another', () => {
  for (const { domain } of nationalPlaces)
    expect(assess(`https://www.${domain}/`, nationalPlaces)[0]?.verdict, domain).toBe('official')
})

test.each(['lemonde.fr', 'orange.fr', 'laposte.net', 'mairie-pontarlier.fr', 'google.com', 'ac-academie-nautique.org'])(
  '%s is honest, or unknown',
  (domain) => {
    expect(assess(domain, nationalPlaces)[0]?.verdict).toBe('unknown')
  },
)
