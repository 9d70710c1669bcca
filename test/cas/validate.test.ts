/** Validation of tickets: every endpoint, every shape, every refusal. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { revokeSession } from '#domain/people/session-end.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type CasRig, openCas, type Person, service, told } from './rig.ts'

onEveryEngine('CAS validation', (driver) => {
  let rig: CasRig
  let anne: Person
  beforeAll(async () => {
    rig = await openCas(driver)
    await rig.party({ rules: { attributes: ['displayName', 'ENTPersonProfils', 'ENTAuxEnsClasses'] } })
    anne = await rig.person('anne', { classes: ['3B', '4A'] })
  })
  afterAll(() => rig.close())

  const endpoints = ['/cas/serviceValidate', '/cas/proxyValidate', '/cas/p3/serviceValidate', '/cas/p3/proxyValidate']
  const invalid = ['authenticationFailure INVALID_TICKET']

  test('CAS 1 answers in two lines', async () => {
    const ticket = await rig.ticket(anne, service)
    const good = await rig.get('/cas/validate', { service, ticket })
    expect([good.body, String(good.headers['content-type'])]).toEqual(['yes\nanne\n', 'text/plain; charset=utf-8'])
    expect((await rig.get('/cas/validate', { service, ticket })).body).toBe('no\n\n')
    expect((await rig.get('/cas/validate', { service })).body).toBe('no\n\n')
  })

  test('CAS 2 names the person and nothing more', async () => {
    const ticket = await rig.ticket(anne, service)
    const { body, headers } = await rig.get('/cas/serviceValidate', { service, ticket })
    expect(body).toBe(
      '<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationSuccess><cas:user>anne</cas:user></cas:authenticationSuccess></cas:serviceResponse>',
    )
    expect(headers['cache-control']).toBe('no-store')
  })

  test('CAS 3 tells the attributes of the service’s list, for the session’s profile, and how the person signed in', async () => {
    const ticket = await rig.ticket(anne, service)
    expect(told((await rig.get('/cas/p3/serviceValidate', { service, ticket })).body)).toEqual([
      'user: anne',
      'displayName: anne',
      'ENTPersonProfils: National_3',
      'ENTAuxEnsClasses: 0250001R$3B',
      'ENTAuxEnsClasses: 0250001R$4A',
      'authenticationDate: 2026-09-01T08:00:00.000Z',
      'longTermAuthenticationRequestTokenUsed: false',
      'isFromNewLogin: false',
    ])
  })

  test('JSON is answered when it is asked for, and nothing else is', async () => {
    const ticket = await rig.ticket(anne, service)
    const { body, headers } = await rig.get('/cas/p3/serviceValidate', { service, ticket, format: 'JSON' })
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
    expect(JSON.parse(body)).toMatchObject({
      serviceResponse: {
        authenticationSuccess: {
          user: 'anne',
          attributes: {
            displayName: 'anne',
            ENTAuxEnsClasses: ['0250001R$3B', '0250001R$4A'],
            isFromNewLogin: 'false',
          },
        },
      },
    })
    const again = await rig.get('/cas/serviceValidate', { service, ticket, format: 'json' })
    expect(JSON.parse(again.body)).toMatchObject({
      serviceResponse: { authenticationFailure: { code: 'INVALID_TICKET' } },
    })
    const yaml = await rig.get('/cas/serviceValidate', { service, ticket, format: 'YAML' })
    expect(told(yaml.body)).toEqual(['authenticationFailure INVALID_REQUEST'])
  })

  test('attributes on CAS 2, flat or by name and value, are a choice of the service', async () => {
    const flat = 'https://flat.example/'
    const pairs = 'https://pairs.example/'
    const rules = { attributes: ['ENTPersonProfils'], profileSeries: 'both' as const }
    await rig.party({ key: flat, rules, config: { attributesOnV2: true, attributeShape: 'flat' } })
    await rig.party({ key: pairs, rules, config: { attributesOnV2: true, attributeShape: 'name-value' } })
    const first = await rig.get('/cas/serviceValidate', { service: flat, ticket: await rig.ticket(anne, flat) })
    expect(first.body).toContain(
      '<cas:user>anne</cas:user><cas:ENTPersonProfils>National_3</cas:ENTPersonProfils><cas:ENTPersonProfils>National_ENS</cas:ENTPersonProfils>',
    )
    const second = await rig.get('/cas/serviceValidate', { service: pairs, ticket: await rig.ticket(anne, pairs) })
    expect(told(second.body).slice(0, 3)).toEqual([
      'user: anne',
      'ENTPersonProfils=National_3',
      'ENTPersonProfils=National_ENS',
    ])
  })

  test('by default services know people by names that differ from service to service', async () => {
    const users = []
    for (const key of ['https://un.example/', 'https://deux.example/']) {
      await rig.party({ key, rules: { identifier: 'pairwise' } })
      const ask = async () =>
        told((await rig.get('/cas/serviceValidate', { service: key, ticket: await rig.ticket(anne, key) })).body)[0]
      expect(await ask()).toBe(await ask())
      users.push(await ask())
    }
    expect(users[0]).toMatch(/^user: [0-9a-f]{40}$/)
    expect(users[0]).not.toBe(users[1])
  })

  test.each(endpoints)('%s uses a ticket up, and a second try is refused', async (endpoint) => {
    const ticket = await rig.ticket(anne, service)
    expect(told((await rig.get(endpoint, { service, ticket })).body)[0]).toBe('user: anne')
    expect(told((await rig.get(endpoint, { service, ticket })).body)).toEqual(invalid)
  })

  test('many tries with one ticket at the same time open one session', async () => {
    const ticket = await rig.ticket(anne, service)
    const tries = Array.from({ length: 12 }, () => rig.get('/cas/serviceValidate', { service, ticket }))
    const answers = (await Promise.all(tries)).map(({ body }) => told(body)[0])
    expect(answers.filter((one) => one === 'user: anne')).toHaveLength(1)
    expect(new Set(answers)).toEqual(new Set(['user: anne', ...invalid]))
  })

  test('a ticket for another service is refused there, and void everywhere', async () => {
    await rig.party({ key: 'https://autre.example/' })
    for (const other of ['https://autre.example/', `${service}&x=1`, 'https://ent.example/app/', 'nothing']) {
      const ticket = await rig.ticket(anne, service)
      const { body } = await rig.get('/cas/serviceValidate', { service: other, ticket })
      expect(told(body)).toEqual(['authenticationFailure INVALID_SERVICE'])
      expect(body).not.toContain('anne')
      expect(told((await rig.get('/cas/serviceValidate', { service, ticket })).body)).toEqual(invalid)
    }
  })

  test.each([
    ['https://ent.example/app/a;jsessionid=0123?x=1', 'https://ent.example/app/a?x=1'],
    ['https://ENT.example:443/app/a', 'https://ent.example/app/a'],
    ['https://ent.example/app/%7eanne?q=%c3%a9', 'https://ent.example/app/~anne?q=%C3%A9'],
    ['https://ent.example/app/?q=é', 'https://ent.example/app/?q=%C3%A9'],
  ])('%s and %s are one service', async (asked, validated) => {
    const ticket = await rig.ticket(anne, asked)
    const { body } = await rig.get('/cas/serviceValidate', { service: validated, ticket })
    expect(told(body)[0]).toBe('user: anne')
  })

  test('a ticket that waited too long is refused', async () => {
    const ticket = await rig.ticket(anne, service)
    rig.clock.advance(31_000)
    expect(told((await rig.get('/cas/serviceValidate', { service, ticket })).body)).toEqual(invalid)
  })

  test('a ticket ends with the session that asked for it', async () => {
    const other = await rig.signIn(anne)
    const ticket = await rig.ticket(other, service)
    await revokeSession(rig.people, { accountId: other.account, login: 'anne' }, other.session)
    expect(told((await rig.get('/cas/serviceValidate', { service, ticket })).body)).toEqual(invalid)
  })

  test('renew at validation refuses a ticket from an open session and takes one from a new sign-in', async () => {
    const old = await rig.ticket(anne, service)
    const refused = await rig.get('/cas/serviceValidate', { service, ticket: old, renew: 'true' })
    expect(told(refused.body)).toEqual(invalid)
    expect(told((await rig.get('/cas/serviceValidate', { service, ticket: old })).body)).toEqual(invalid)
    const { to } = await rig.get('/cas/login', { service })
    const then = new URLSearchParams(to.split('?')[1]).get('then') ?? ''
    const asked = new URLSearchParams(then.split('?')[1]).get('asked') ?? ''
    rig.clock.advance(1)
    const fresh = await rig.signIn(anne)
    const ticket = await rig.ticket(fresh, service, { asked })
    const taken = await rig.get('/cas/p3/serviceValidate', { service, ticket, renew: 'true' })
    expect(told(taken.body)).toContain('isFromNewLogin: true')
  })

  test.each(endpoints)('%s without service or ticket is no request', async (endpoint) => {
    for (const query of [{}, { service }, { ticket: 'ST-X' }, { service: '', ticket: '' }])
      expect(told((await rig.get(endpoint, query)).body)).toEqual(['authenticationFailure INVALID_REQUEST'])
    const twice = await rig.app.inject({ url: `${endpoint}?service=a&service=b&ticket=ST-X` })
    expect(told(twice.body)).toEqual(['authenticationFailure INVALID_REQUEST'])
  })

  test.each([
    ['guessed', `ST-${'A'.repeat(29)}`],
    ['of another form', 'ST-1856339-aA5Yuvrxzpv8Tau1cYQ7'],
    ['very long', `ST-${'A'.repeat(10_000)}`],
    ['with markup', '<script>alert(1)</script>'],
    ['that would be a session', `PGT-${'A'.repeat(52)}`],
  ])('a ticket %s is refused and not repeated', async (_what, ticket) => {
    const { body } = await rig.get('/cas/serviceValidate', { service, ticket })
    expect(told(body)).toEqual(invalid)
    expect(body).not.toContain(ticket)
  })

  test('a name with markup and control characters is escaped', async () => {
    const ticket = await rig.ticket(await rig.person('x<&"\u0001\u000b\ny'), service)
    const { body } = await rig.get('/cas/serviceValidate', { service, ticket })
    expect(body).toContain('<cas:user>x&lt;&amp;&quot;y</cas:user>')
  })

  test('tickets rest in the store only as their hash', async () => {
    const ticket = await rig.ticket(anne, service)
    const rows = await rig.bench.engine.read((tx) => tx.query((q) => q.selectFrom('one_time').selectAll()))
    expect(JSON.stringify(rows)).not.toContain(ticket)
  })
})
