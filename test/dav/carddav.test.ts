/** CardDAV over HTTP, as a program speaks it (RFC 6352, 4918, 6578, 5689, 5397, 6764). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAppPassword } from '#domain/people/credentials.ts'
import { parseXml, type XmlElement } from '#format/xml/parse.ts'
import { giveToken } from '../people/tokens.ts'
import { type Answer, addAccount } from '../server/rig.ts'
import { type DavRig, openDavRig } from './rig.ts'

let rig: DavRig
beforeAll(async () => {
  rig = await openDavRig('text/vcard')
})
afterAll(() => rig?.close())

const dav: DavRig['dav'] = (...request) => rig.dav(...request)

const ns = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"'
const wide = { size: 5_000_000, depth: 40, nodes: 50_000 }

interface Response {
  readonly href: string
  readonly status: string
  readonly props: ReadonlyMap<string, XmlElement>
  readonly missing: readonly string[]
}

const textAt = (element: XmlElement | undefined, name: string): string =>
  element?.children.find((one) => one.name === name)?.text ?? ''

const responsesIn = (answer: Answer): { list: Response[]; token: string } => {
  expect(answer.status).toBe(207)
  const root = parseXml(answer.body, wide)
  const list = root.children
    .filter(({ name }) => name === 'response')
    .map((one) => {
      const stats = one.children.filter(({ name }) => name === 'propstat')
      const of = (code: string) =>
        stats
          .filter((stat) => textAt(stat, 'status').includes(code))
          .flatMap((stat) => stat.children.find(({ name }) => name === 'prop')?.children ?? [])
      return {
        href: textAt(one, 'href'),
        status: textAt(one, 'status'),
        props: new Map(of('200').map((prop) => [prop.name, prop])),
        missing: of('404').map(({ name }) => name),
      }
    })
  return { list, token: textAt(root, 'sync-token') }
}

const propfind = async (path: string, props: string, depth = '0') =>
  responsesIn(
    await dav('PROPFIND', path, `<?xml version="1.0"?><D:propfind ${ns}><D:prop>${props}</D:prop></D:propfind>`, {
      depth,
    }),
  ).list

const vcard = (uid: string, name: string, more = ''): string =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${uid}\r\nFN:${name}\r\nN:${name};;;;\r\n${more}END:VCARD\r\n`

let book: string

test('a program finds its address books from nothing but the host', async () => {
  const known = await dav('PROPFIND', '/.well-known/carddav')
  expect([known.status, known.headers.location]).toEqual([301, '/dav/'])
  const [root] = await propfind('/dav/', '<D:current-user-principal/><C:nothing/>')
  const principal = textAt(root?.props.get('current-user-principal'), 'href')
  expect(root?.missing).toEqual(['nothing'])
  const [person] = await propfind(principal, '<C:addressbook-home-set/><D:displayname/>')
  const home = textAt(person?.props.get('addressbook-home-set'), 'href')
  expect(person?.props.get('displayname')?.text).toBe('Personne anne')
  const list = await propfind(home, '<D:resourcetype/><D:displayname/><D:sync-token/>', '1')
  const books = list.filter(({ props }) =>
    props.get('resourcetype')?.children.some(({ name }) => name === 'addressbook'),
  )
  expect(books.map(({ props }) => props.get('displayname')?.text)).toEqual(['Contacts'])
  book = books[0]?.href ?? ''
})

test('who brings nothing, a wrong password, or a token for something else, is refused and told how', async () => {
  const nobody = await dav('PROPFIND', '/dav/', undefined, { authorization: '' })
  expect(nobody.status).toBe(401)
  expect(String(nobody.headers['www-authenticate'])).toContain('Basic realm="Convergence"')
  const cookie = await rig.call('/dav/', { method: 'PROPFIND', headers: { cookie: 'session=x' } })
  expect(cookie.status).toBe(401)
  const mail = await createAppPassword(rig.house.people, 'anne', rig.anne, { label: 'Courrier', scopes: ['imap'] })
  const wrong = `Basic ${Buffer.from(`anne:${mail.password}`).toString('base64')}`
  expect((await dav('PROPFIND', '/dav/', undefined, { authorization: wrong, depth: '0' })).status).toBe(401)
  const good = await giveToken(rig.house.people, rig.anne, 'urn:ietf:params:oauth:scope:contacts')
  const bearer = { authorization: `Bearer ${good.token}`, depth: '0' }
  expect((await dav('PROPFIND', '/dav/', undefined, bearer)).status).toBe(207)
  const other = await giveToken(rig.house.people, rig.anne, 'mail:imap')
  const refused = await dav('PROPFIND', '/dav/', undefined, { authorization: `Bearer ${other.token}`, depth: '0' })
  expect(refused.status).toBe(403)
  expect(refused.headers['www-authenticate']).toContain('scope="urn:ietf:params:oauth:scope:contacts"')
})

test('OPTIONS tells what is spoken, to everybody', async () => {
  const answer = await rig.call('/dav/', { method: 'OPTIONS' })
  expect(answer.headers.dav).toContain('addressbook')
  expect(answer.headers.allow).toContain('REPORT')
})

test('a card is put, read byte for byte, replaced only as it is known, and deleted', async () => {
  const text = vcard('put-1', 'Zoé', 'X-ODD;X-P=1:a\\,b\r\n')
  const put = await dav('PUT', `${book}put-1.vcf`, text, { 'if-none-match': '*' })
  expect(put.status).toBe(201)
  const read = await dav('GET', `${book}put-1.vcf`)
  expect([read.body, read.headers.etag, read.headers['content-type']]).toEqual([
    text,
    put.headers.etag,
    'text/vcard; charset=utf-8',
  ])
  expect((await dav('PUT', `${book}put-1.vcf`, text, { 'if-none-match': '*' })).status).toBe(412)
  expect((await dav('PUT', `${book}put-1.vcf`, text, { 'if-match': '"autre"' })).status).toBe(412)
  const again = await dav('PUT', `${book}put-1.vcf`, vcard('put-1', 'Zoë'), { 'if-match': String(put.headers.etag) })
  expect(again.status).toBe(204)
  expect(again.headers.etag).not.toBe(put.headers.etag)
  const v4 = await dav('GET', `${book}put-1.vcf`, undefined, { accept: 'text/vcard; version=4.0' })
  expect(v4.body).toContain('VERSION:4.0\r\n')
  const twin = await dav('PUT', `${book}autre.vcf`, vcard('put-1', 'Zoé'))
  expect([twin.status, twin.body.includes('no-uid-conflict'), twin.body.includes('put-1.vcf')]).toEqual([
    409,
    true,
    true,
  ])
  expect((await dav('PUT', `${book}rien.vcf`, 'rien')).body).toContain('valid-address-data')
  expect((await dav('PUT', `${book}x.vcf`, 'x', { 'content-type': 'image/png' })).status).toBe(415)
  expect((await dav('DELETE', `${book}put-1.vcf`, undefined, { 'if-match': '"autre"' })).status).toBe(412)
  expect((await dav('DELETE', `${book}put-1.vcf`)).status).toBe(204)
  expect((await dav('GET', `${book}put-1.vcf`)).status).toBe(404)
})

const sync = async (token: string, extra = '') =>
  responsesIn(
    await dav(
      'REPORT',
      book,
      `<D:sync-collection ${ns}><D:sync-token>${token}</D:sync-token><D:sync-level>1</D:sync-level>${extra}<D:prop><D:getetag/></D:prop></D:sync-collection>`,
    ),
  )

test('synchronisation tells what came, changed and left, in pages that are asked for', async () => {
  const first = await sync('')
  for (const n of [1, 2, 3]) await dav('PUT', `${book}sync-${n}.vcf`, vcard(`sync-${n}`, `Personne ${n}`))
  await dav('DELETE', `${book}sync-2.vcf`)
  const second = await sync(first.token)
  expect(second.list.map(({ href, status }) => [href, status]).sort()).toEqual([
    [`${book}sync-1.vcf`, ''],
    [`${book}sync-2.vcf`, 'HTTP/1.1 404 Not Found'],
    [`${book}sync-3.vcf`, ''],
  ])
  expect((await sync(second.token)).list).toEqual([])
  const page = await sync('', '<D:limit><D:nresults>1</D:nresults></D:limit>')
  expect(page.list.map(({ href }) => href)).toEqual([`${book}sync-1.vcf`, book])
  expect((await sync(page.token)).list.map(({ href }) => href)).toContain(`${book}sync-3.vcf`)
  const bad = await dav(
    'REPORT',
    book,
    `<D:sync-collection ${ns}><D:sync-token>urn:x:1</D:sync-token><D:sync-level>1</D:sync-level><D:prop/></D:sync-collection>`,
  )
  expect([bad.status, bad.body.includes('valid-sync-token')]).toEqual([403, true])
})

test('cards are fetched by their places and found by what they say', async () => {
  await dav(
    'PUT',
    `${book}find%20me.vcf`,
    vcard('find-1', 'Étienne Œuvrard', 'EMAIL:etienne@ecole.test\r\nEMAIL;TYPE=WORK:e@rectorat.test\r\n'),
  )
  const multiget = responsesIn(
    await dav(
      'REPORT',
      book,
      `<C:addressbook-multiget ${ns}><D:prop><D:getetag/><C:address-data/></D:prop><D:href>${book}find%20me.vcf</D:href><D:href>${book}absent.vcf</D:href></C:addressbook-multiget>`,
    ),
  ).list
  expect(multiget.map(({ href, status }) => [href, status])).toEqual([
    [`${book}find%20me.vcf`, ''],
    [`${book}absent.vcf`, 'HTTP/1.1 404 Not Found'],
  ])
  expect(multiget[0]?.props.get('address-data')?.text).toContain('FN:Étienne Œuvrard\r\n')
  const query = async (filter: string) =>
    responsesIn(
      await dav(
        'REPORT',
        book,
        `<C:addressbook-query ${ns}><D:prop><D:getetag/></D:prop><C:filter>${filter}</C:filter></C:addressbook-query>`,
        { depth: '1' },
      ),
    ).list.map(({ href }) => href)
  const mine = [`${book}find%20me.vcf`]
  const on = (name: string, test: string) => `<C:prop-filter name="${name}">${test}</C:prop-filter>`
  expect(await query(on('FN', '<C:text-match match-type="starts-with">étienne</C:text-match>'))).toEqual(mine)
  expect(
    await query(
      on('EMAIL', '<C:text-match match-type="ends-with" collation="i;ascii-casemap">@RECTORAT.test</C:text-match>'),
    ),
  ).toEqual(mine)
  expect(
    await query(on('EMAIL', '<C:param-filter name="TYPE"><C:text-match>work</C:text-match></C:param-filter>')),
  ).toEqual(mine)
  expect(await query(on('EMAIL', '<C:is-not-defined/>'))).not.toContain(mine[0])
  expect(
    (
      await dav(
        'REPORT',
        book,
        `<C:addressbook-query ${ns}><D:prop/><C:filter>${on('FN', '<C:text-match collation="x">a</C:text-match>')}</C:filter></C:addressbook-query>`,
      )
    ).status,
  ).toBe(403)
  const asked = async (filter: string) =>
    (
      await dav(
        'REPORT',
        book,
        `<C:addressbook-query ${ns}><D:prop/><C:filter>${filter}</C:filter></C:addressbook-query>`,
      )
    ).status
  expect(await asked(on('FN', '<C:text-match collation="__proto__">a</C:text-match>'))).toBe(403)
  expect(await asked(on('FN', '<C:text-match match-type="constructor">a</C:text-match>'))).toBe(400)
  expect(await asked(on('FN', '<C:text-match>a</C:text-match>'.repeat(11)))).toBe(400)
  const twice = `<D:href>${book}absent.vcf</D:href>`.repeat(3)
  const once = await dav('REPORT', book, `<C:addressbook-multiget ${ns}><D:prop/>${twice}</C:addressbook-multiget>`)
  expect(responsesIn(once).list).toHaveLength(1)
  const strange = await dav(
    'PROPFIND',
    book,
    `<D:propfind ${ns}><D:prop><x xmlns="constructor"/></D:prop></D:propfind>`,
    {
      depth: '0',
    },
  )
  expect(responsesIn(strange).list).toHaveLength(1)
})

test('a book is made, named and deleted; a card moves to it; the default one stays', async () => {
  const home = book.replace(/[^/]+\/$/, '')
  const make = `<D:mkcol ${ns}><D:set><D:prop><D:resourcetype><D:collection/><C:addressbook/></D:resourcetype><D:displayname>Classe de 6e</D:displayname></D:prop></D:set></D:mkcol>`
  expect((await dav('MKCOL', `${home}classe/`, make)).status).toBe(201)
  expect((await dav('MKCOL', `${home}classe/`, make)).status).toBe(405)
  expect((await dav('MKCOL', `${home}simple/`)).status).toBe(403)
  const patch = (inner: string) =>
    dav(
      'PROPPATCH',
      `${home}classe/`,
      `<D:propertyupdate ${ns}><D:set><D:prop>${inner}</D:prop></D:set></D:propertyupdate>`,
    )
  expect((await patch('<D:displayname>6e A</D:displayname>')).body).toContain('200 OK')
  expect((await patch('<D:displayname>x</D:displayname><D:getetag>y</D:getetag>')).body).toContain(
    '424 Failed Dependency',
  )
  const [named] = await propfind(`${home}classe/`, '<D:displayname/>')
  expect(named?.props.get('displayname')?.text).toBe('6e A')
  await dav('PUT', `${book}move.vcf`, vcard('move-1', 'Partant'))
  const moved = await dav('MOVE', `${book}move.vcf`, undefined, { destination: `http://x.test${home}classe/move.vcf` })
  expect(moved.status).toBe(201)
  expect((await dav('GET', `${home}classe/move.vcf`)).status).toBe(200)
  expect((await dav('DELETE', `${home}classe/`)).status).toBe(204)
  expect((await dav('DELETE', book)).status).toBe(403)
})

test('hostile requests are refused within their bounds', async () => {
  expect((await dav('PROPFIND', book, undefined, { depth: 'infinity' })).body).toContain('propfind-finite-depth')
  const bomb =
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><D:propfind xmlns:D="DAV:"><D:prop>&e;</D:prop></D:propfind>'
  expect((await dav('PROPFIND', book, bomb, { depth: '0' })).status).toBe(400)
  expect((await dav('PROPFIND', book, `<x>${'<a>'.repeat(50)}${'</a>'.repeat(50)}</x>`, { depth: '0' })).status).toBe(
    413,
  )
  expect((await dav('PUT', `${book}big.vcf`, vcard('big', 'x', `NOTE:${'x'.repeat(1_100_000)}\r\n`))).status).toBe(413)
  const paul = await addAccount(rig.house, 'paul')
  for (const path of [
    '/dav/addressbooks/u999/contacts/',
    `/dav/addressbooks/u${paul.toString(36)}/`,
    '/dav/../etc/passwd',
    `${book}%2e%2e/x.vcf`,
    '/dav/nowhere/',
    `${book}a/b/c`,
  ])
    expect((await dav('PROPFIND', path, undefined, { depth: '0' })).status, path).toBe(404)
  const escaped = await dav('PUT', `${book}${encodeURIComponent('<a>&"é.vcf')}`, vcard('esc-1', '<script>&'))
  expect(escaped.status).toBe(201)
  expect((await sync('')).list.some(({ href }) => href.endsWith(encodeURIComponent('<a>&"é.vcf')))).toBe(true)
  expect((await dav('REPORT', book, `<D:principal-match ${ns}/>`)).body).toContain('supported-report')
})
