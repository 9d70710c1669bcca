/** /cas/samlValidate: SAML 1.1 as clients send it, and XML as attackers do. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everyElement, parseXml } from '#format/xml/parse.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type CasRig, openCas, type Person, service } from './rig.ts'

const envelope = (ticket: string, before = '') =>
  `${before}<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/">
    <SOAP-ENV:Header/>
    <SOAP-ENV:Body>
      <samlp:Request xmlns:samlp="urn:oasis:names:tc:SAML:1.0:protocol" MajorVersion="1" MinorVersion="1"
        RequestID="_192.168.16.51.1024506224022" IssueInstant="2002-06-19T17:03:44.022Z">
        <samlp:AssertionArtifact>${ticket}</samlp:AssertionArtifact>
      </samlp:Request>
    </SOAP-ENV:Body>
  </SOAP-ENV:Envelope>`

onEveryEngine('CAS SAML 1.1', (driver) => {
  let rig: CasRig
  let anne: Person
  beforeAll(async () => {
    rig = await openCas(driver)
    await rig.party({ rules: { attributes: ['mail', 'ENTAuxEnsClasses'] } })
    anne = await rig.person('anne', { classes: ['3B', '4A'] })
  })
  afterAll(() => rig.close())

  const ask = (body: string, target = service, type = 'text/xml; charset=utf-8') =>
    rig.post(`/cas/samlValidate?TARGET=${encodeURIComponent(target)}`, body, { 'content-type': type })

  const read = (xml: string) => {
    const all = [...everyElement(parseXml(xml))]
    const named = (name: string) => all.filter((one) => one.name === name)
    return { named, text: (name: string) => named(name).map((one) => one.text) }
  }

  test('a ticket is answered by an assertion with the person and the attributes', async () => {
    const { status, headers, body } = await ask(envelope(await rig.ticket(anne, service), '<?xml version="1.0"?>\n'))
    expect([status, headers['content-type']]).toEqual([200, 'text/xml; charset=utf-8'])
    const { named, text } = read(body)
    expect(named('StatusCode')[0]?.attributes.get('Value')).toBe('saml1p:Success')
    expect(named('Response')[0]?.attributes.get('InResponseTo')).toBe('_192.168.16.51.1024506224022')
    expect(named('Response')[0]?.attributes.get('Recipient')).toBe(service)
    expect(named('Assertion')[0]?.attributes.get('Issuer')).toBe('cas.ecole.test')
    expect(text('Audience')).toEqual([service])
    expect(new Set(text('NameIdentifier'))).toEqual(new Set(['anne']))
    expect(named('AuthenticationStatement')[0]?.attributes.get('AuthenticationMethod')).toBe(
      'urn:oasis:names:tc:SAML:1.0:am:password',
    )
    const classes = named('Attribute').find((one) => one.attributes.get('AttributeName') === 'ENTAuxEnsClasses')
    expect(classes?.children.map((one) => one.text)).toEqual(['0250001R$3B', '0250001R$4A'])
  })

  test.each(['application/xml', 'application/soap+xml', 'text/plain', 'application/x-www-form-urlencoded'])(
    'the body is XML, whatever type it is said to be: %s',
    async (type) => {
      const { body } = await ask(envelope(await rig.ticket(anne, service)), service, type)
      expect(body).toContain('saml1p:Success')
    },
  )

  test('a second use, another service and no ticket are refused', async () => {
    const ticket = await rig.ticket(anne, service)
    await ask(envelope(ticket))
    expect((await ask(envelope(ticket))).body).toContain('INVALID_TICKET')
    const other = await ask(envelope(await rig.ticket(anne, service)), 'https://evil.test/')
    expect(other.body).toContain('INVALID_SERVICE')
    expect(other.body).not.toContain('anne')
    expect((await ask(envelope(''))).body).toContain('INVALID_REQUEST')
  })

  test.each([
    ['a document type', (ticket: string) => envelope(ticket, '<!DOCTYPE x>')],
    [
      'an external entity',
      (_ticket: string) => envelope('&x;', '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    ],
    [
      'an external document type',
      (ticket: string) => envelope(ticket, '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/evil.dtd">'),
    ],
    [
      'entities that grow',
      (_ticket: string) =>
        envelope('&c;', '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'),
    ],
    ['a comment inside the ticket', (ticket: string) => envelope(`${ticket.slice(0, 8)}<!-- x -->${ticket.slice(8)}`)],
    ['two artifacts', (ticket: string) => envelope(`${ticket}</samlp:AssertionArtifact><samlp:AssertionArtifact>x`)],
    ['another vocabulary', (ticket: string) => envelope(ticket).replace('SAML:1.0:protocol', 'SAML:9.0:protocol')],
    ['no XML', () => 'hello'],
    ['nothing', () => ''],
    ['deep nesting', () => `${'<a>'.repeat(500)}${'</a>'.repeat(500)}`],
    [
      'a body beyond the bound',
      (ticket: string) => envelope(ticket, ' '.repeat(9000).replace(' ', '<?xml version="1.0"?>')),
    ],
  ])('%s is refused, and the ticket stays unread', async (_what, make) => {
    const ticket = await rig.ticket(anne, service)
    const { status, body } = await ask(make(ticket))
    expect(status).toBe(200)
    expect(body).not.toContain('Success')
    expect(body).not.toContain('root:')
    expect((await ask(envelope(ticket))).body).toContain('saml1p:Success')
  })

  test('a body beyond every bound is not read', async () => {
    expect((await ask('x'.repeat(100_000))).status).toBe(413)
  })
})
