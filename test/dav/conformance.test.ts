/** Corner cases of WebDAV, CalDAV and CardDAV that conformance suites try (RFC 4918, 3744, 3253, 4791, 6352). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '../server/rig.ts'
import { type DavRig, openDavRig } from './rig.ts'

let rig: DavRig
let principal: string
let home: string
let books: string
beforeAll(async () => {
  rig = await openDavRig('application/xml')
  const id = `u${rig.anne.toString(36)}`
  ;[principal, home, books] = ['principals', 'calendars', 'addressbooks'].map((one) => `/dav/${one}/${id}/`) as [
    string,
    string,
    string,
  ]
  await propfind(home, '<D:displayname/>', '1')
  await propfind(books, '<D:displayname/>', '1')
  await dav('PUT', `${home}agenda/cours.ics`, lesson, text)
  await dav('PUT', `${books}contacts/a.vcf`, card, { 'content-type': 'text/vcard' })
})
afterAll(() => rig?.close())

const text = { 'content-type': 'text/calendar' }
const dav: DavRig['dav'] = (...request) => rig.dav(...request)

const ns =
  'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:B="urn:ietf:params:xml:ns:carddav" xmlns:A="http://apple.com/ns/ical/"'
const propfind = (path: string, props: string, depth = '0') =>
  dav('PROPFIND', path, `<D:propfind ${ns}><D:prop>${props}</D:prop></D:propfind>`, { depth })
const proppatch = (path: string, inner: string) =>
  dav('PROPPATCH', path, `<D:propertyupdate ${ns}>${inner}</D:propertyupdate>`)
const set = (props: string) => `<D:set><D:prop>${props}</D:prop></D:set>`
const ics = (uid: string, lines: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:${uid}\r\n${lines.replaceAll('|', '\r\n')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
const lesson = ics('cours', 'DTSTART;TZID=Europe/Paris:20260907T080000|DURATION:PT1H|RRULE:FREQ=WEEKLY;COUNT=10')
const card =
  'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:a\r\nFN:Alice\r\nN:Martin;Alice;;;\r\nEMAIL:alice@ecole.test\r\nEND:VCARD\r\n'

const query = (filter: string, data = '<D:getetag/>', path = `${home}agenda/`, depth = '1') =>
  dav(
    'REPORT',
    path,
    `<C:calendar-query ${ns}><D:prop>${data}</D:prop><C:filter><C:comp-filter name="VCALENDAR">${filter}</C:comp-filter></C:filter></C:calendar-query>`,
    { depth },
  )
const events = (inner: string) => `<C:comp-filter name="VEVENT">${inner}</C:comp-filter>`
const found = ({ status, body }: Answer): string[] => {
  expect(status, body).toBe(207)
  return [...body.matchAll(/\/([^/<]+\.ics)<\/D:href>/g)].map(([, name]) => name ?? '')
}

test('COPY and MOVE keep to Overwrite, to conditions and to the one UID of a collection', async () => {
  await dav('MKCALENDAR', `${home}autre/`)
  const from = `${home}agenda/cours.ics`
  const go = (method: string, source: string, destination: string, headers: Record<string, string> = {}) =>
    dav(method, source, undefined, { destination, ...headers })
  expect((await dav('COPY', from)).status).toBe(400)
  expect((await go('COPY', from, from)).status).toBe(403)
  const same = await go('COPY', from, `${home}agenda/double.ics`)
  expect([same.status, same.body]).toEqual([409, expect.stringContaining('no-uid-conflict')])
  expect((await go('COPY', from, `${home}nulle-part/x.ics`)).status).toBe(409)
  expect((await go('COPY', from, `${books}contacts/x.ics`)).status).toBe(403)
  expect((await go('COPY', from, `http://x.test${home}autre/copie.ics`)).status).toBe(201)
  expect((await dav('GET', `${home}autre/copie.ics`)).body).toBe(lesson)
  expect((await go('COPY', from, `${home}autre/copie.ics`, { overwrite: 'F' })).status).toBe(412)
  expect((await go('COPY', from, `${home}autre/copie.ics`)).status).toBe(204)
  expect((await go('MOVE', `${home}autre/copie.ics`, `${home}autre/nom.ics`, { 'if-match': '"x"' })).status).toBe(412)
  expect((await go('MOVE', `${home}autre/copie.ics`, `${home}autre/nom.ics`)).status).toBe(201)
  expect((await dav('GET', `${home}autre/copie.ics`)).status).toBe(404)
  expect((await go('MOVE', `${home}autre/nom.ics`, `${home}absent/nom.ics`)).status).toBe(409)
  expect((await dav('DELETE', `${home}autre/`)).status).toBe(204)
  expect((await go('COPY', `${books}contacts/absent.vcf`, `${books}contacts/b.vcf`)).status).toBe(404)
})

test('an event keeps its UID; texts may be CDATA; a slash after the well-known name leads there too', async () => {
  const other = await dav('PUT', `${home}agenda/cours.ics`, lesson.replace('UID:cours', 'UID:autre'), text)
  expect([other.status, other.body]).toEqual([409, expect.stringContaining('<L:no-uid-conflict>')])
  const named = await proppatch(`${home}agenda/`, set('<D:displayname><![CDATA[A & B]]></D:displayname>'))
  expect(named.body).toContain('200 OK')
  expect((await propfind(`${home}agenda/`, '<D:displayname/>')).body).toContain('A &amp; B')
  expect((await dav('PROPFIND', '/.well-known/caldav/')).headers.location).toBe('/dav/')
})

test('HEAD tells the length, If the entity tags, and what is not there the right status', async () => {
  const path = `${home}agenda/cours.ics`
  const { headers } = await dav('GET', path)
  const head = await dav('HEAD', path)
  expect([head.status, head.body, head.headers['content-length'], head.headers.etag]).toEqual([
    200,
    '',
    String(Buffer.byteLength(lesson)),
    headers.etag,
  ])
  expect((await dav('GET', path, undefined, { 'if-none-match': '*' })).status).toBe(304)
  expect((await dav('GET', path, undefined, { 'if-none-match': `W/${headers.etag}` })).status).toBe(304)
  const put = (lists: string) => dav('PUT', path, lesson, { ...text, if: lists })
  expect((await put('(["nothing"])')).status).toBe(412)
  expect((await put('(<opaquelocktoken:x>)')).status).toBe(412)
  expect((await put(`(["nothing"]) (Not <DAV:no-lock> [${headers.etag}])`)).status).toBe(204)
  expect((await dav('PUT', `${home}absent/x.ics`, lesson, text)).status).toBe(409)
  expect((await dav('MKCOL', `${home}absent/dedans/`)).status).toBe(409)
  expect((await dav('MKCOL', `${home}neuf/`, 'afaf', { 'content-type': 'xzy/bar' })).status).toBe(415)
  const nested = await dav('MKCALENDAR', `${home}agenda/dedans/`)
  expect([nested.status, nested.body]).toEqual([403, expect.stringContaining('calendar-collection-location-ok')])
  for (const method of ['LOCK', 'ACL']) expect((await dav(method, path)).status, method).toBe(405)
  const options = await dav('OPTIONS', path)
  expect(options.headers.allow).toContain('COPY')
})

test('allprop has what RFC 4918 defines and what is included; propname has names without values', async () => {
  const all = await dav(
    'PROPFIND',
    `${home}agenda/cours.ics`,
    `<D:propfind ${ns}><D:allprop/><D:include><D:owner/></D:include></D:propfind>`,
    { depth: '0' },
  )
  expect(all.body).toContain(`<D:getcontentlength>${Buffer.byteLength(lesson)}</D:getcontentlength>`)
  expect(all.body).toContain('<D:owner>')
  expect(all.body).not.toContain('404 Not Found')
  const names = await dav('PROPFIND', `${home}agenda/cours.ics`, `<D:propfind ${ns}><D:propname/></D:propfind>`, {
    depth: '0',
  })
  expect(names.body).toContain('<D:getcontentlength></D:getcontentlength>')
  expect(names.body).not.toContain('calendar-data')
  for (const body of [
    '<D:propfind xmlns:D="DAV:"><D:prop></D:propfind>',
    '<D:propfind xmlns:D="DAV:"><D:prop><x:y xmlns:x=""/></D:prop></D:propfind>',
  ])
    expect((await dav('PROPFIND', home, body, { depth: '0' })).status, body).toBe(400)
  const access = await propfind(
    `${home}agenda/`,
    '<D:acl/><D:supported-privilege-set/><D:acl-restrictions/><D:supported-report-set/><D:current-user-privilege-set/>',
  )
  expect(access.body).not.toContain('404 Not Found')
  for (const part of ['<L:free-busy-query>', '<D:expand-property>', '<L:read-free-busy>', '<D:protected>'])
    expect(access.body, part).toContain(part)
})

test('a PROPPATCH tells of each property what became of it, all or nothing', async () => {
  const path = `${home}agenda/`
  const live = await proppatch(path, set('<D:displayname>x</D:displayname><D:getetag>y</D:getetag>'))
  expect(live.body).toContain('cannot-modify-protected-property')
  expect(live.body).toContain('424 Failed Dependency')
  const bad = await proppatch(path, set('<A:calendar-color>vert</A:calendar-color>'))
  expect([bad.status, bad.body]).toEqual([207, expect.stringContaining('409 Conflict')])
  const gone = await proppatch(path, '<D:remove><D:prop><x xmlns="urn:x"/></D:prop></D:remove>')
  expect(gone.body).toContain('200 OK')
})

test('a query looks into alarms, parameters, negations and collations as the RFC says', async () => {
  await dav(
    'PUT',
    `${home}agenda/reunion.ics`,
    ics(
      'reunion',
      'DTSTART:20261201T090000Z|DTEND:20261201T100000Z|STATUS:TENTATIVE|ATTENDEE;PARTSTAT=DECLINED:mailto:a@x.test|DESCRIPTION:Ordre du jour|BEGIN:VALARM|ACTION:DISPLAY|DESCRIPTION:x|TRIGGER:-PT30M|END:VALARM',
    ),
    text,
  )
  const alarm = (inner: string) => events(`<C:comp-filter name="VALARM">${inner}</C:comp-filter>`)
  expect(found(await query(alarm('')))).toEqual(['reunion.ics'])
  expect(found(await query(alarm('<C:is-not-defined/>')))).toEqual(['cours.ics'])
  const rings = (start: string, end: string) => alarm(`<C:time-range start="${start}" end="${end}"/>`)
  expect(found(await query(rings('20261201T083000Z', '20261201T083100Z')))).toEqual(['reunion.ics'])
  expect(found(await query(rings('20261201T090000Z', '20261201T093000Z')))).toEqual([])
  const prop = (name: string, inner: string) => events(`<C:prop-filter name="${name}">${inner}</C:prop-filter>`)
  const status = (value: string) =>
    prop('ATTENDEE', `<C:param-filter name="PARTSTAT"><C:text-match>${value}</C:text-match></C:param-filter>`)
  expect(found(await query(status('DECLINED')))).toEqual(['reunion.ics'])
  expect(found(await query(status('ACCEPTED')))).toEqual([])
  // A property that is not there matches nothing, negated or not (§9.7.2).
  const no = '<C:text-match negate-condition="yes">absent</C:text-match>'
  expect(found(await query(prop('DESCRIPTION', no)))).toEqual(['reunion.ics'])
  expect(found(await query(prop('SUMMARY', '<C:text-match collation="i;octet">REUNION</C:text-match>')))).toEqual([])
  const strange = await query(prop('SUMMARY', '<C:text-match collation="i;klingon">x</C:text-match>'))
  expect([strange.status, strange.body]).toEqual([403, expect.stringContaining('supported-collation')])
  expect((await query(events('<C:time-range/>'))).status).toBe(400)
  expect((await query(events('<C:time-range start="20261202T000000Z" end="20261201T000000Z"/>'))).status).toBe(400)
  expect(found(await query('<C:comp-filter name="VTODO"/>'))).toEqual([])
  expect(found(await query('<C:prop-filter name="PRODID"/>'))).toHaveLength(2)
  expect(found(await query(events(''), '<D:getetag/>', home, 'infinity'))).toHaveLength(2)
  expect(found(await query(events(''), '<D:getetag/>', `${home}agenda/cours.ics`, '0'))).toEqual(['cours.ics'])
})

test('calendar-data is given expanded, limited and in part', async () => {
  const range = 'start="20260914T000000Z" end="20260922T000000Z"'
  const expanded = await query(
    events(`<C:time-range ${range}/>`),
    `<C:calendar-data><C:expand ${range}/></C:calendar-data>`,
  )
  expect(found(expanded)).toEqual(['cours.ics'])
  const text = expanded.body.replaceAll('&#xD;&#xA;', '\n')
  expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(2)
  expect(text).toContain('DTSTART:20260914T060000Z')
  expect(text).toContain('RECURRENCE-ID:20260921T060000Z')
  expect(text).not.toContain('RRULE')
  const part = await query(
    events(`<C:time-range ${range}/>`),
    '<C:calendar-data><C:comp name="VCALENDAR"><C:prop name="VERSION"/><C:comp name="VEVENT"><C:prop name="UID"/></C:comp></C:comp></C:calendar-data>',
  )
  expect(part.body.replaceAll('&#xD;&#xA;', '\n')).toContain(
    '>BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:cours\nEND:VEVENT\nEND:VCALENDAR\n<',
  )
  const backwards = '<C:calendar-data><C:expand start="20260914T000000Z" end="20260901T000000Z"/></C:calendar-data>'
  expect((await query(events(''), backwards)).status).toBe(400)
  const cards = await dav(
    'REPORT',
    books,
    `<B:addressbook-multiget ${ns}><D:prop><B:address-data><B:prop name="FN"/></B:address-data></D:prop><D:href>${books}contacts/%61.vcf</D:href></B:addressbook-multiget>`,
  )
  expect(cards.body).toContain('FN:Alice')
  expect(cards.body).not.toContain('EMAIL')
})

test('free and busy times are told of a window', async () => {
  await dav('PUT', `${home}agenda/a.ics`, ics('a', 'DTSTART:20261207T090000Z|DTEND:20261207T100000Z'), text)
  await dav('PUT', `${home}agenda/b.ics`, ics('b', 'DTSTART:20261207T093000Z|DTEND:20261207T110000Z'), text)
  await dav(
    'PUT',
    `${home}agenda/c.ics`,
    ics('c', 'DTSTART:20261207T140000Z|DTEND:20261207T150000Z|TRANSP:TRANSPARENT'),
    text,
  )
  const ask = (range: string, path = `${home}agenda/`) =>
    dav('REPORT', path, `<C:free-busy-query ${ns}>${range}</C:free-busy-query>`, { depth: '1' })
  const answer = await ask('<C:time-range start="20261201T000000Z" end="20261208T000000Z"/>')
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/calendar; charset=utf-8'])
  expect(answer.body.match(/FREEBUSY.*(?=\r\n)/g)?.filter((line) => /^FREEBUSY[;:]/.test(line))).toEqual([
    'FREEBUSY:20261207T090000Z/20261207T110000Z',
    'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261201T090000Z/20261201T100000Z',
  ])
  expect((await ask('')).status).toBe(400)
  expect((await ask('<C:time-range start="20260101T000000Z" end="20300101T000000Z"/>')).status).toBe(403)
  expect((await ask('<C:time-range start="20261201T000000Z" end="20261208T000000Z"/>', books)).status).toBe(403)
})

test('one finds oneself among the principals, and nobody else', async () => {
  const report = (path: string, body: string) => dav('REPORT', path, body, { depth: '0' })
  const searched = await report('/dav/principals/', `<D:principal-search-property-set ${ns}/>`)
  expect([searched.status, searched.body]).toEqual([200, expect.stringContaining('<L:calendar-user-address-set>')])
  const search = (word: string) =>
    report(
      '/dav/principals/',
      `<D:principal-property-search ${ns}><D:property-search><D:prop><C:calendar-user-address-set/></D:prop><D:match>${word}</D:match></D:property-search><D:prop><D:displayname/></D:prop></D:principal-property-search>`,
    )
  expect((await search('ANNE@')).body).toContain(`<D:href>${principal}</D:href>`)
  expect((await search('paul@')).body).not.toContain('<D:response>')
  const me = await report('/dav/principals/', `<D:principal-match ${ns}><D:self/></D:principal-match>`)
  expect(me.body).toContain(`<D:href>${principal}</D:href>`)
  const expand = await report(
    '/dav/',
    `<D:expand-property ${ns}><D:property name="current-user-principal"><D:property name="calendar-home-set" namespace="urn:ietf:params:xml:ns:caldav"><D:property name="displayname"/></D:property></D:property></D:expand-property>`,
  )
  expect(expand.body).toContain(`<D:current-user-principal><D:response><D:href>${principal}</D:href>`)
  expect(expand.body).toContain(`<L:calendar-home-set><D:response><D:href>${home}</D:href>`)
  expect((await report(`${home}agenda/`, `<D:version-tree ${ns}/>`)).body).toContain('supported-report')
})
