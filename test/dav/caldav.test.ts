/** CalDAV over HTTP, as a program speaks it (RFC 4791, 6578). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { giveToken } from '../people/tokens.ts'
import { type Answer, addAccount } from '../server/rig.ts'
import { basicOf, type DavRig, openDavRig } from './rig.ts'

let rig: DavRig
let home: string
beforeAll(async () => {
  rig = await openDavRig('text/calendar; charset=utf-8')
})
afterAll(() => rig?.close())

const dav: DavRig['dav'] = (...request) => rig.dav(...request)

const ns = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/"'
const propfind = (path: string, props: string, depth = '0') =>
  dav('PROPFIND', path, `<D:propfind ${ns}><D:prop>${props}</D:prop></D:propfind>`, { depth })
const ics = (uid: string, lines: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:${uid}\r\nX-ODD:gardé\r\n${lines.replaceAll('|', '\r\n')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
const hrefsIn = ({ body }: Answer): string[] =>
  [...body.matchAll(/<D:href>([^<]+\.ics)<\/D:href>/g)].map(([, href]) => href ?? '')
const lesson = ics('cours', 'DTSTART;TZID=Europe/Paris:20260907T080000|DURATION:PT1H|RRULE:FREQ=WEEKLY')

test('a program finds its calendars from nothing but the host', async () => {
  const known = await dav('PROPFIND', '/.well-known/caldav')
  expect([known.status, known.headers.location]).toEqual([301, '/dav/'])
  const root = await propfind('/dav/', '<D:current-user-principal/>')
  const [, principal = ''] = /<D:href>(\/dav\/principals\/\w+\/)<\/D:href>/.exec(root.body) ?? []
  const person = await propfind(principal, '<C:calendar-home-set/><C:calendar-user-address-set/>')
  ;[, home = ''] = /<D:href>(\/dav\/calendars\/\w+\/)<\/D:href>/.exec(person.body) ?? []
  expect(person.body).toContain('mailto:anne@')
  const list = await propfind(
    home,
    '<D:resourcetype/><D:displayname/><A:calendar-color/><C:supported-calendar-component-set/>',
    '1',
  )
  expect(list.body).toContain('<L:calendar>')
  expect(list.body).toContain('<D:displayname>Agenda</D:displayname>')
  expect(list.body).toContain('#1d5fa8')
  expect(list.body).toContain('name="VTODO"')
})

test('an event is put, got back byte for byte, and changed only by whoever knows it', async () => {
  const path = `${home}agenda/cours.ics`
  const made = await dav('PUT', path, lesson, { 'if-none-match': '*' })
  expect(made.status).toBe(201)
  const got = await dav('GET', path)
  expect([got.status, got.body, got.headers.etag, got.headers['content-type']]).toEqual([
    200,
    lesson,
    made.headers.etag,
    'text/calendar; charset=utf-8',
  ])
  expect((await dav('PUT', path, lesson, { 'if-none-match': '*' })).status).toBe(412)
  expect((await dav('PUT', path, lesson, { 'if-match': '"other"' })).status).toBe(412)
  expect((await dav('PUT', path, lesson, { 'if-match': String(made.headers.etag) })).status).toBe(204)
  const twice = await dav('PUT', `${home}agenda/autre.ics`, lesson)
  expect([twice.status, twice.body]).toEqual([409, expect.stringContaining(path)])
  for (const bad of [
    'BEGIN:VCALENDAR',
    ics('x', 'RRULE:FREQ=X'),
    ics('x', 'DTSTART:20260901').replace('VERSION', 'METHOD:REQUEST\r\nVERSION'),
  ]) {
    const refused = await dav('PUT', `${home}agenda/x.ics`, bad)
    expect([refused.status, refused.body]).toEqual([403, expect.stringContaining('valid-calendar-data')])
  }
  expect((await dav('PUT', `${home}agenda/x.ics`, ics('x', `X:${'a'.repeat(600_000)}`))).status).toBe(413)
  expect((await dav('PUT', `${home}agenda/x.vcf`, 'x', { 'content-type': 'text/vcard' })).status).toBe(415)
})

test('calendars are made with MKCALENDAR, coloured and ended; the default one stays', async () => {
  const set = (props: string) => `<D:set><D:prop>${props}</D:prop></D:set>`
  const path = `${home}conseils/`
  const body = `<C:mkcalendar ${ns}>${set('<D:displayname>Conseils</D:displayname><A:calendar-color>#FF000080</A:calendar-color>')}</C:mkcalendar>`
  expect((await dav('MKCALENDAR', path, body)).status).toBe(201)
  expect((await dav('MKCALENDAR', path, body)).status).toBe(405)
  expect((await propfind(path, '<A:calendar-color/>')).body).toContain('#ff0000')
  const patch = `<D:propertyupdate ${ns}>${set('<A:calendar-color>#00ff00</A:calendar-color><A:calendar-order>3</A:calendar-order>')}</D:propertyupdate>`
  expect((await dav('PROPPATCH', path, patch)).body).toContain('200 OK')
  expect((await propfind(path, '<A:calendar-color/><A:calendar-order/>')).body).toContain('#00ff00')
  const moved = await dav('MOVE', `${home}agenda/cours.ics`, undefined, { destination: `${path}cours.ics` })
  expect(moved.status).toBe(201)
  await dav('MOVE', `${path}cours.ics`, undefined, { destination: `${home}agenda/cours.ics` })
  expect((await dav('DELETE', path)).status).toBe(204)
  expect((await dav('DELETE', `${home}agenda/`)).status).toBe(403)
})

test('queries by window, by kind, by words; multiget; and what is not supported is said', async () => {
  await dav('PUT', `${home}agenda/jour.ics`, ics('jour', 'DTSTART;VALUE=DATE:20261111'))
  const todo = ics('tâche', 'DUE:20261112T120000Z').replaceAll('VEVENT', 'VTODO')
  expect((await dav('PUT', `${home}agenda/tache.ics`, todo)).status).toBe(201)
  const query = (filter: string) =>
    dav(
      'REPORT',
      `${home}agenda/`,
      `<C:calendar-query ${ns}><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR">${filter}</C:comp-filter></C:filter></C:calendar-query>`,
      { depth: '1' },
    )
  const window = (kind: string, start: string, end: string) =>
    query(`<C:comp-filter name="${kind}"><C:time-range start="${start}" end="${end}"/></C:comp-filter>`)
  const names = (answer: Answer) => hrefsIn(answer).map((href) => href.split('/').at(-1))
  expect(names(await window('VEVENT', '20261109T000000Z', '20261110T000000Z'))).toEqual(['cours.ics'])
  expect(names(await window('VEVENT', '20261111T000000Z', '20261112T000000Z'))).toEqual(['jour.ics'])
  expect(names(await window('VTODO', '20261112T000000Z', '20261113T000000Z'))).toEqual(['tache.ics'])
  const words = `<C:comp-filter name="VEVENT"><C:prop-filter name="SUMMARY"><C:text-match>JOUR</C:text-match></C:prop-filter></C:comp-filter>`
  expect(names(await query(words))).toEqual(['jour.ics'])
  expect((await window('VTIMEZONE', '20261101T000000Z', '20261201T000000Z')).status).toBe(403)
  expect((await window('VEVENT', 'demain', 'x')).status).toBe(400)
  const multiget = await dav(
    'REPORT',
    `${home}agenda/`,
    `<C:calendar-multiget ${ns}><D:prop><C:calendar-data/></D:prop><D:href>${home}agenda/jour.ics</D:href><D:href>${home}agenda/rien.ics</D:href></C:calendar-multiget>`,
  )
  expect(multiget.body).toContain('SUMMARY:jour')
  expect(multiget.body).toContain('404 Not Found')
})

test('synchronisation tells what came, changed and left', async () => {
  const sync = (token: string) =>
    dav(
      'REPORT',
      `${home}agenda/`,
      `<D:sync-collection ${ns}><D:sync-token>${token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>`,
    )
  const first = await sync('')
  expect(hrefsIn(first)).toHaveLength(3)
  const [, token = ''] = /<D:sync-token>([^<]+)</.exec(first.body) ?? []
  await dav('DELETE', `${home}agenda/jour.ics`)
  await dav('PUT', `${home}agenda/neuf.ics`, ics('neuf', 'DTSTART:20261201T080000Z'))
  const second = await sync(token)
  expect(
    hrefsIn(second)
      .map((href) => href.split('/').at(-1))
      .sort(),
  ).toEqual(['jour.ics', 'neuf.ics'])
  expect(second.body).toContain('404 Not Found')
})

test('a token opens what it was given for, and nobody sees another’s calendars', async () => {
  const contacts = await giveToken(rig.house.people, rig.anne, 'urn:ietf:params:oauth:scope:contacts')
  const calendars = await giveToken(rig.house.people, rig.anne, 'urn:ietf:params:oauth:scope:calendars')
  const as = (token: string, path: string) =>
    dav('PROPFIND', path, undefined, { authorization: `Bearer ${token}`, depth: '0' }).then(({ status }) => status)
  const books = home.replace('calendars', 'addressbooks')
  expect([await as(contacts.token, home), await as(contacts.token, books)]).toEqual([403, 207])
  expect([await as(calendars.token, home), await as(calendars.token, books)]).toEqual([207, 403])
  const other = await addAccount(rig.house, 'karim')
  const authorization = await basicOf(rig, 'karim', other)
  expect((await dav('GET', `${home}agenda/cours.ics`, undefined, { authorization })).status).toBe(404)
})
