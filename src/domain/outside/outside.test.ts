/** What may be fetched, hop by hop: the network is faked, the rules are not. */
import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { isFailure } from '#base/failure.ts'
import { askOutside, checkUrl, type Hop, type HopAnswer, type Outside } from './outside.ts'

const ok: HopAnswer = { status: 200, location: undefined, body: utf8('ok') }
const to = (location: string, status = 302): HopAnswer => ({ status, location, body: new Uint8Array(0) })

/** A network of names and answers, which notes what it was asked. */
const network = (names: Record<string, string[] | (() => string[])>, answers: Record<string, HopAnswer> = {}) => {
  const hops: Hop[] = []
  const outside: Outside = {
    resolve: async (name, type) => {
      const known = names[name]
      const all = typeof known === 'function' ? known() : (known ?? [])
      const some = all.filter((one) => one.includes(':') === (type === 'AAAA'))
      if (some.length === 0) throw Object.assign(new Error(name), { code: known ? 'ENODATA' : 'ENOTFOUND' })
      return some
    },
    carry: async (hop) => {
      hops.push(hop)
      return answers[hop.url.href] ?? ok
    },
  }
  return { outside, hops }
}

const get = (outside: Outside, url: string) =>
  askOutside(outside, { method: 'GET', url, maxBytes: 1000, time: 1000, maxRedirects: 3 })

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise
    return 'fetched'
  } catch (error) {
    return isFailure(error) ? error.code : String(error)
  }
}

test.each([
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0177.0.0.1/',
  'http://0/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[64:ff9b::169.254.169.254]/',
  'http://[fd00:ec2::254]/',
  'http://169.254.169.254/latest/meta-data/',
  'http://metadata.google.internal/',
  'http://localhost/',
  'http://localhost./',
  'http://LOCALHOST:80/',
  'http://intranet/',
  'http://nas.local/',
  'http://10.0.0.1:80/',
  'http://①②⑦.⓪.⓪.①/',
  'https://good.example:8443/',
  'http://good.example:25/',
  'http://good.example:22/',
  'http://user:secret@good.example/',
  'ftp://good.example/',
  'file:///etc/passwd',
  'gopher://good.example/',
  'data:image/png;base64,AAAA',
  'javascript:alert(1)',
  '//good.example/x',
  'http://',
  `https://good.example/${'x'.repeat(5000)}`,
])('%s is refused before anything is asked', async (url) => {
  const { outside, hops } = network({ 'good.example': ['93.184.216.34'] })
  expect(await codeOf(get(outside, url))).toBe('forbidden')
  expect(hops).toEqual([])
})

test.each([
  ['10.0.0.5'],
  ['93.184.216.34', '127.0.0.1'],
  ['::1'],
  ['::ffff:10.0.0.1'],
  ['64:ff9b::a00:1'],
  ['93.184.216.34', 'fe80::1'],
  ['not an address'],
])('a name that leads to %j %s is refused', async (...addresses) => {
  const { outside, hops } = network({ 'evil.example': addresses.filter((one) => one !== undefined) })
  expect(await codeOf(get(outside, 'https://evil.example/x.png'))).toBe('forbidden')
  expect(hops).toEqual([])
})

test('the connection goes to the address that was checked, whatever the name says a moment later (rebinding)', async () => {
  let asked = 0
  const { outside, hops } = network({ 'evil.example': () => (asked++ === 0 ? ['93.184.216.34'] : ['127.0.0.1']) })
  await get(outside, 'http://evil.example/x.png')
  expect(hops.map(({ address, url }) => [address, url.host])).toEqual([['93.184.216.34', 'evil.example']])
})

test('every hop of a redirection is checked again', async () => {
  const names = { 'a.example': ['93.184.216.34'], 'b.example': ['93.184.216.35'], 'inside.example': ['10.0.0.1'] }
  for (const location of [
    'http://127.0.0.1/',
    'http://inside.example/',
    'file:///etc/passwd',
    'http://b.example:6379/',
  ]) {
    const { outside, hops } = network(names, { 'http://a.example/': to(location) })
    expect(await codeOf(get(outside, 'http://a.example/'))).toBe('forbidden')
    expect(hops).toHaveLength(1)
  }
  const { outside, hops } = network(names, { 'http://a.example/': to('//b.example/y', 301) })
  expect((await get(outside, 'http://a.example/')).status).toBe(200)
  expect(hops.map(({ address }) => address)).toEqual(['93.184.216.34', '93.184.216.35'])
})

test('a redirection out of TLS, and one too many, are refused', async () => {
  const names = { 'a.example': ['93.184.216.34'] }
  const down = network(names, { 'https://a.example/': to('http://a.example/') })
  expect(await codeOf(get(down.outside, 'https://a.example/'))).toBe('forbidden')
  const loop = network(names, { 'https://a.example/': to('https://a.example/') })
  expect(await codeOf(get(loop.outside, 'https://a.example/'))).toBe('notFound')
  expect(loop.hops).toHaveLength(4)
})

test('a request that posts follows nothing', async () => {
  const { outside, hops } = network(
    { 'a.example': ['93.184.216.34'] },
    { 'https://a.example/': to('https://a.example/b') },
  )
  const body = { type: 'text/plain', bytes: utf8('x') }
  const request = {
    method: 'POST',
    url: 'https://a.example/',
    body,
    maxBytes: 10,
    time: 1000,
    maxRedirects: 3,
  } as const
  expect((await askOutside(outside, request)).status).toBe(302)
  expect(hops).toHaveLength(1)
})

test('nothing of the reader travels: no cookie, no referrer, no language, no name of a program', async () => {
  const { outside, hops } = network({ 'a.example': ['93.184.216.34'] })
  await get(outside, 'https://a.example/pixel.gif#me')
  expect(Object.keys(hops[0]?.headers ?? {}).sort()).toEqual(['accept-encoding', 'user-agent'])
  expect(hops[0]?.url.href).toBe('https://a.example/pixel.gif')
})

test('an address that is relative is one only beside another', () => {
  expect(checkUrl('/x', new URL('https://a.example/y')).href).toBe('https://a.example/x')
})
