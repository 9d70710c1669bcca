import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { afterAll, expect, test } from 'vitest'
import { contrast, parseColour } from '#format/colour/parse.ts'
import { registerBrand } from '../http/brand.ts'
import { registerWeb } from '../http/web.ts'
import { readBrand } from './brand.ts'
import { brandColours } from './colours.ts'
import { checkPicture } from './picture.ts'

const folder = mkdtempSync(join(tmpdir(), 'convergence-brand-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const svg = (inside: string): Uint8Array =>
  new TextEncoder().encode(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">${inside}</svg>`)

const png = (width: number, height: number): Uint8Array => {
  const bytes = new Uint8Array(64)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const view = new DataView(bytes.buffer)
  view.setUint32(16, width)
  view.setUint32(20, height)
  return bytes
}

const write = (name: string, content: string | Uint8Array): string => {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

test('whatever the colour, text keeps 4.5 to 1 in light and dark and 7 to 1 in high contrast', () => {
  for (const accent of ['#ffcc00', '#1b4f8f', '#000000', '#ffffff', '#c8102e', '#00ff00', '#808080']) {
    const rules = brandColours(accent)?.css.trim().split('\n').slice(1) ?? []
    expect(rules).toHaveLength(2)
    for (const [i, ratio, paper] of [
      [0, 4.5, ['#fdfdfc', '#2a2f37']],
      [1, 7, ['#ffffff', '#000000']],
    ] as const) {
      const [light, dark] = /--accent:light-dark\((#\w+),(#\w+)\)/.exec(rules[i] ?? '')?.slice(1) ?? []
      expect(contrast(parseColour(light ?? '')!, parseColour(paper[0])!), `${accent} light`).toBeGreaterThanOrEqual(
        ratio,
      )
      expect(contrast(parseColour(dark ?? '')!, parseColour(paper[1])!), `${accent} dark`).toBeGreaterThanOrEqual(ratio)
    }
  }
})

test('the side of the sign-in page is dark enough for its words, whatever the colour', () => {
  for (const accent of ['#ffcc00', '#ffffff', '#00ff00', '#c8102e']) {
    const sides = /--gate-side:light-dark\((#\w+),(#\w+)\)/.exec(brandColours(accent)?.css ?? '')?.slice(1) ?? []
    expect(sides).toHaveLength(2)
    for (const side of sides) expect(contrast(parseColour(side)!, parseColour('#f3f2ee')!)).toBeGreaterThanOrEqual(7)
  }
})

test('a colour that cannot be read is moved, and the reason is told; one that can is left alone', () => {
  expect(brandColours('#ffcc00')?.adjusted[0]).toMatch(
    /^on light pages #ffcc00 would have a contrast of 1\.\d where 4\.5/,
  )
  const fine = brandColours('#173f73')
  expect(fine?.css).toContain('--accent:light-dark(#173f73,')
  expect(fine?.adjusted.some((sentence) => sentence.startsWith('on light pages'))).toBe(false)
  expect(brandColours('blue')).toBeUndefined()
})

test('a logo that acts, loads or is no picture is refused with its reason', () => {
  expect(checkPicture(svg('<path d="M0 0h10" fill="url(#a)"/>')).type).toBe('image/svg+xml')
  expect(checkPicture(png(600, 200)).type).toBe('image/png')
  for (const inside of [
    '<script>alert(1)</script>',
    '<path onload="x()" d=""/>',
    '<image href="https://x.example/a.png"/>',
    '<use href="https://x.example/a.svg#b"/>',
    '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="data:image/svg+xml,x"/>',
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
    '<style>@import "https://x.example/a.css"</style>',
    '<path d="" fill="url(https://x.example/a)"/>',
    '<animate attributeName="href"/>',
  ])
    expect(() => checkPicture(svg(inside)), inside).toThrow()
  expect(() => checkPicture(new TextEncoder().encode('<html></html>'))).toThrow()
  expect(() => checkPicture(png(9000, 10))).toThrow(/9000 × 10/)
  expect(() => checkPicture(new Uint8Array(400_000))).toThrow(/larger/)
  expect(() => checkPicture(png(300, 200), { icon: true })).toThrow(/square/)
})

test('a brand is read from its file, and a wrong one leaves the platform as it is and says why', () => {
  write('logo.svg', svg('<circle r="4"/>'))
  write('icon.png', png(512, 512))
  const whole = write(
    'brand.json',
    JSON.stringify({ name: 'Académie de Besançon', logo: 'logo.svg', icon: 'icon.png', accent: '#173f73' }),
  )
  const { brand, problems } = readBrand(whole)
  expect(problems).toEqual([])
  expect(brand).toMatchObject({ name: 'Académie de Besançon', shortName: 'Académie de Besançon' })
  expect(
    [...(brand?.files.keys() ?? [])].every((path) => /^\/brand\/(logo|icon|colours)-\w{16}\.(svg|png|css)$/.test(path)),
  ).toBe(true)
  for (const [content, why] of [
    ['{"name":"A","colour":"#123456"}', /"colour" is not known/],
    ['{"name":"A<b>"}', /< or >/],
    ['{"accent":"blue"}', /#1b4f8f/],
    ['{"logo":"../nowhere.svg"}', /logo/],
    ['[]', /one object/],
    ['{', /brand/],
  ] as const) {
    const wrong = readBrand(write('wrong-brand.json', content))
    expect(wrong.brand, content).toBeUndefined()
    expect(wrong.problems.join(' '), content).toMatch(why)
  }
  expect(readBrand(join(folder, 'absent.json')).problems).toHaveLength(1)
  expect(readBrand(undefined)).toEqual({ brand: undefined, problems: [], notes: [] })
})

test('the page of the app, the manifest and our own pages bear the brand; what people wrote does not change', async () => {
  write('mark.svg', svg('<circle r="4"/>'))
  const { brand } = readBrand(
    write(
      'served.json',
      JSON.stringify({ name: 'Académie « Nord » & Sud', logo: 'mark.svg', icon: 'mark.svg', accent: '#173f73' }),
    ),
  )
  const web = join(folder, 'web')
  mkdirSync(web)
  const head = '<title>Convergence</title><link rel="icon" href="/icon.svg" type="image/svg+xml" />'
  writeFileSync(join(web, 'index.html'), `<html><head>${head}</head><body><h1>Convergence</h1></body></html>`)
  writeFileSync(join(web, 'app.webmanifest'), '{"name":"Convergence","icons":[],"lang":"fr"}')
  const app = Fastify()
  const branded = registerBrand(app, brand!, web)
  const said = '<html><head><title>Aide – Convergence</title></head><body><header>Convergence</header>'
  app.get('/aide', (_, reply) =>
    reply.type('text/html; charset=utf-8').send(`${said}<p>Convergence des luttes</p></body></html>`),
  )
  await registerWeb(app, web, branded?.page)
  const get = (url: string) => app.inject({ url, headers: { accept: 'text/html' } })
  for (const url of ['/', '/mail/inbox']) {
    const { body, headers } = await get(url)
    expect(headers['content-type']).toContain('text/html')
    expect(body).toContain('<title>Académie « Nord » &amp; Sud</title>')
    expect(body).toContain('<h1>Académie « Nord » &amp; Sud</h1>')
    expect(body).toMatch(
      /<meta name="convergence-brand" content="{&quot;name&quot;:&quot;Académie « Nord » &amp; Sud&quot;/,
    )
    expect(body).toMatch(/<link rel="icon" href="\/brand\/icon-\w+\.svg"/)
    expect(body.match(/rel="stylesheet"/g)).toHaveLength(1)
  }
  const help = (await get('/aide')).body
  expect(help).toContain('<title>Aide – Académie « Nord » &amp; Sud</title>')
  expect(help).toContain('<header>Académie « Nord » &amp; Sud</header><p>Convergence des luttes</p>')
  expect(help).toContain('/brand/colours-')
  expect((await app.inject('/app.webmanifest')).json()).toMatchObject({ name: 'Académie « Nord » & Sud', lang: 'fr' })
  const logo = await app.inject(brand?.logo ?? '')
  expect(logo.headers).toMatchObject({ 'content-type': 'image/svg+xml' })
  expect(logo.headers['content-security-policy']).toContain('sandbox')
  expect((await app.inject('/brand/other.svg')).statusCode).toBe(404)
  await app.close()
})
