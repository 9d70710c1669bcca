/** /cas/login: who gets a ticket, for which address, and who is asked for what first. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enableRelyingParty } from '#domain/access/relying-parties.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type CasRig, openCas, type Person, service } from './rig.ts'

onEveryEngine('CAS login', (driver) => {
  let rig: CasRig
  let anne: Person
  beforeAll(async () => {
    rig = await openCas(driver)
    await rig.party()
    anne = await rig.person('anne')
  })
  afterAll(() => rig.close())

  /** The path that the sign-in page leads back to. */
  const thenOf = (to: string): string => new URLSearchParams(to.split('?')[1]).get('then') ?? ''
  const pathAndQuery = (path: string) => ({
    path: path.split('?')[0] ?? '',
    query: Object.fromEntries(new URLSearchParams(path.split('?')[1])),
  })

  test('an open session gets a ticket, and the query of the service is kept', async () => {
    const { status, to, headers } = await rig.get('/cas/login', { service }, anne.cookie)
    expect(status).toBe(302)
    expect(to).toMatch(/^https:\/\/ent\.example\/app\/entree\?page=notes&mois=9&ticket=ST-[A-Z2-7]{29}$/)
    expect(headers['cache-control']).toBe('no-store')
  })

  test('a service without a query gets one', async () => {
    const { to } = await rig.get('/cas/login', { service: 'https://ent.example/app' }, anne.cookie)
    expect(to).toMatch(/^https:\/\/ent\.example\/app\?ticket=ST-/)
  })

  test('without a session the browser goes to the sign-in page and comes back to the same question', async () => {
    const { to } = await rig.get('/cas/login', { service })
    expect(to).toMatch(/^\/login\?then=/)
    const { path, query } = pathAndQuery(thenOf(to))
    expect(path).toBe('/cas/login')
    expect(query.service).toBe(service)
    const back = await rig.get(path, query, anne.cookie)
    expect(back.to).toMatch(/ticket=ST-/)
  })

  test('a client of SAML 1.1 names itself as its target and gets the ticket as an artifact, straight or after signing in', async () => {
    const { to } = await rig.get('/cas/login', { TARGET: service }, anne.cookie)
    expect(to).toMatch(/^https:\/\/ent\.example\/app\/entree\?page=notes&mois=9&SAMLart=ST-[A-Z2-7]{29}$/)
    const { path, query } = pathAndQuery(thenOf((await rig.get('/cas/login', { TARGET: service })).to))
    expect(query).toMatchObject({ TARGET: service })
    expect((await rig.get(path, query, anne.cookie)).to).toMatch(/&SAMLart=ST-/)
    const posted = await rig.get('/cas/login', { TARGET: service, method: 'POST' }, anne.cookie)
    expect(posted.body).toMatch(/name="SAMLart" value="ST-/)
    expect((await rig.get('/cas/login', { TARGET: 'https://evil.example/' }, anne.cookie)).to).toBe('')
  })

  test('gateway asks without showing anything', async () => {
    expect((await rig.get('/cas/login', { service, gateway: 'true' })).to).toBe(service)
    expect((await rig.get('/cas/login', { service, gateway: 'true' }, anne.cookie)).to).toMatch(/ticket=ST-/)
    expect((await rig.get('/cas/login', { service, gateway: 'true', renew: 'true' })).to).toMatch(/^\/login\?/)
  })

  test('renew asks an open session again, and only a sign-in after that counts, once', async () => {
    const first = await rig.get('/cas/login', { service, renew: 'true' }, anne.cookie)
    expect(new URLSearchParams(first.to.split('?')[1]).get('renew')).toBe('1')
    const { path, query } = pathAndQuery(thenOf(first.to))
    expect((await rig.get(path, query, anne.cookie)).to).toMatch(/^\/login\?/)
    rig.clock.advance(1000)
    const again = await rig.signIn(anne)
    const granted = await rig.get(path, query, again.cookie)
    expect(granted.to).toMatch(/ticket=ST-/)
    // A browser that was interrupted may ask once more within a moment; later, or elsewhere, it is history.
    expect((await rig.get(path, query, again.cookie)).to).toMatch(/ticket=ST-/)
    const elsewhere = await rig.signIn(anne)
    expect((await rig.get(path, query, elsewhere.cookie)).to).toMatch(/^\/login\?/)
    rig.clock.advance(11_000)
    expect((await rig.get(path, query, again.cookie)).to).toMatch(/^\/login\?/)
  })

  test('a browser that asks several times at once is answered each time', async () => {
    const { to } = await rig.get('/cas/login', { service })
    const { path, query } = pathAndQuery(thenOf(to))
    rig.clock.advance(1)
    const fresh = await rig.signIn(anne)
    const answers = await Promise.all(Array.from({ length: 6 }, () => rig.get(path, query, fresh.cookie)))
    const tickets = answers.map((one) => /ticket=(ST-\w+)$/.exec(one.to)?.[1])
    expect([new Set(tickets).size, tickets.includes(undefined)]).toEqual([6, false])
  })

  test('the word of when somebody was asked is worth nothing for another service, changed, or old', async () => {
    const { to } = await rig.get('/cas/login', { service, renew: 'true' }, anne.cookie)
    const { query } = pathAndQuery(thenOf(to))
    const again = await rig.signIn(anne)
    const asked = query.asked ?? ''
    const other = 'https://ent.example/app/autre'
    for (const bad of [
      { service: other, renew: 'true', asked },
      { service, renew: 'true', asked: asked.replace(/^./, '0') },
      { service, renew: 'true', asked: '0.' },
    ])
      expect((await rig.get('/cas/login', bad, again.cookie)).to).toMatch(/^\/login\?/)
    rig.clock.advance(16 * 60_000)
    const late = await rig.signIn(anne)
    expect((await rig.get('/cas/login', { service, renew: 'true', asked }, late.cookie)).to).toMatch(/^\/login\?/)
  })

  test('method=POST hands the ticket over in a form', async () => {
    const { status, body, headers } = await rig.get('/cas/login', { service, method: 'POST' }, anne.cookie)
    expect(status).toBe(200)
    expect(body).toContain('action="https://ent.example/app/entree?page=notes&amp;mois=9"')
    expect(body).toMatch(/name="ticket" value="ST-[A-Z2-7]{29}"/)
    expect(headers['content-security-policy']).toContain('form-action https://ent.example')
  })

  test.each([
    ['a stranger', 'https://evil.test/'],
    ['a longer host', 'https://ent.example.evil.test/app/'],
    ['a host before an at sign', 'https://ent.example@evil.test/app/'],
    ['a password before the host', 'https://ent.example:x@evil.test/app/'],
    ['a path that only begins alike', 'https://ent.example/application'],
    ['another scheme', 'http://ent.example/app/'],
    ['another port', 'https://ent.example:8443/app/'],
    ['a script', 'javascript:alert(1)//ent.example/app/'],
    ['a fragment', 'https://ent.example/app/#@evil.test'],
    ['a backslash', 'https://ent.example\\@evil.test/app/'],
    ['no scheme', '//ent.example/app/'],
    ['a line end', 'https://ent.example/app/\r\nSet-Cookie: x=1'],
    ['a tab', 'https://ent.exa\tmple/app/'],
    ['a way up', 'https://ent.example/app/../autre'],
    ['a hidden way up', 'https://ent.example/app/%2e%2e/autre'],
    ['full-width letters', 'https://ｅnt.example/app/'],
    ['a letter that looks like another', 'https://еnt.example/app/'],
    ['a soft hyphen', 'https://ent\u00AD.example/app/'],
    ['a number for a host', 'https://2130706433/app/'],
    ['no address', 'ent.example'],
    ['something very long', `https://ent.example/app/${'a'.repeat(3000)}`],
  ])('%s gets no ticket and no redirect', async (_what, bad) => {
    const { status, to, body } = await rig.get('/cas/login', { service: bad, gateway: 'true' }, anne.cookie)
    expect(status).toBe(403)
    expect(to).toBe('')
    expect(body).toContain('SSO-01')
    expect(body).not.toContain('ST-')
  })

  test('the page of an unknown service shows its host as text, in the person’s language', async () => {
    const { body } = await rig.get('/cas/login', { service: 'https://evil.test/x' })
    expect(body).toContain('<strong>evil.test</strong>')
    expect(body).not.toContain('href="https://evil.test')
    const english = await rig.app.inject({
      url: '/cas/login',
      query: { service: 'https://evil.test/x' },
      headers: { 'accept-language': 'en' },
    })
    expect(english.body).toContain('Service not recognised')
  })

  test('two services in one question are none', async () => {
    const url = `/cas/login?service=${encodeURIComponent(service)}&service=https%3A%2F%2Fevil.test`
    const { statusCode, headers } = await rig.app.inject({ url, headers: { cookie: anne.cookie } })
    expect([statusCode, headers.location]).toEqual([403, undefined])
  })

  test('an address that is too long to come back to is told so', async () => {
    const long = `https://ent.example/app/?q=${'/'.repeat(1500)}`
    const { status, body } = await rig.get('/cas/login', { service: long })
    expect(status).toBe(400)
    expect(body).toContain('SSO-06')
  })

  test('letters beyond ASCII in a service are escaped in the redirect', async () => {
    const { to } = await rig.get('/cas/login', { service: 'https://ent.example/app/élève' }, anne.cookie)
    expect(to).toMatch(/^https:\/\/ent\.example\/app\/%C3%A9l%C3%A8ve\?ticket=ST-/)
  })

  test('without a service the page of the house opens', async () => {
    expect((await rig.get('/cas/login')).to).toBe('/login')
    expect((await rig.get('/cas/login', {}, anne.cookie)).to).toBe('/')
  })

  test('a service for staff is closed to a pupil, who is told so', async () => {
    await rig.party({ key: 'https://arena.example/', rules: { profiles: ['teacher', 'head'] } })
    const lea = await rig.person('lea', { profile: 'pupil' })
    const asked = { service: 'https://arena.example/x' }
    expect((await rig.get('/cas/login', asked, anne.cookie)).to).toMatch(/ticket=ST-/)
    const refused = await rig.get('/cas/login', asked, lea.cookie)
    expect([refused.status, refused.body.includes('SSO-02')]).toEqual([403, true])
    expect((await rig.get('/cas/login', { ...asked, gateway: 'true' }, lea.cookie)).to).toBe(asked.service)
  })

  test('a service that wants two factors sends a weaker session for the second, and tells who comes back without', async () => {
    await rig.party({ key: 'https://paie.example/', rules: { acr: 2 } })
    const asked = { service: 'https://paie.example/x' }
    const { to } = await rig.get('/cas/login', asked, anne.cookie)
    expect(new URLSearchParams(to.split('?')[1]).get('acr')).toBe('2')
    const { path, query } = pathAndQuery(thenOf(to))
    const back = await rig.get(path, query, anne.cookie)
    expect([back.status, back.body.includes('SSO-04')]).toEqual([403, true])
    const strong = await rig.signIn(anne, ['pwd', 'otp', 'mfa'])
    expect((await rig.get(path, query, strong.cookie)).to).toMatch(/ticket=ST-/)
  })

  test('a service that knows people by a key that this person lacks says so', async () => {
    await rig.party({ key: 'https://siecle.example/', rules: { identifier: 'joinKey' } })
    const { body } = await rig.get('/cas/login', { service: 'https://siecle.example/' }, anne.cookie)
    expect(body).toContain('SSO-05')
  })

  test('a closed service gives no tickets', async () => {
    const id = await rig.party({ key: 'https://ferme.example/' })
    await enableRelyingParty(rig.people, 'test', id, false)
    const { body, to } = await rig.get('/cas/login', { service: 'https://ferme.example/' }, anne.cookie)
    expect([to, body.includes('SSO-03')]).toEqual(['', true])
  })

  test('an outside service is entered only with the person’s word, which another site cannot give', async () => {
    await rig.party({ key: 'https://editeur.test/', rules: { outside: true, attributes: ['displayName'] } })
    const asked = { service: 'https://editeur.test/livre' }
    const { status, body } = await rig.get('/cas/login', asked, anne.cookie)
    expect(status).toBe(200)
    expect(body).toContain('<strong>displayName</strong>\u00a0: anne')
    expect((await rig.get('/cas/login', { ...asked, gateway: 'true' }, anne.cookie)).to).toBe(asked.service)
    const consent = /name="consent" value="([^"]+)"/.exec(body)?.[1] ?? ''
    expect((await rig.get('/cas/login', { ...asked, consent }, anne.cookie)).to).toBe('')
    const form = new URLSearchParams({ ...asked, consent }).toString()
    const type = { 'content-type': 'application/x-www-form-urlencoded', cookie: anne.cookie }
    const foreign = await rig.post('/cas/login', form, { ...type, 'sec-fetch-site': 'cross-site' })
    expect([foreign.status, foreign.to]).toEqual([403, ''])
    const bob = await rig.person('bob')
    const borrowed = await rig.post('/cas/login', form, { ...type, cookie: bob.cookie })
    expect(borrowed.to).toBe('')
    const given = await rig.post('/cas/login', form, { ...type, 'sec-fetch-site': 'same-origin' })
    expect(given.to).toMatch(/^https:\/\/editeur\.test\/livre\?ticket=ST-/)
  })

  test('the service of the longest pattern is the one that counts', async () => {
    await rig.party({ key: 'https://ent.example/app/direction/', rules: { profiles: ['head'] } })
    const { body } = await rig.get('/cas/login', { service: 'https://ent.example/app/direction/x' }, anne.cookie)
    expect(body).toContain('SSO-02')
  })
})
