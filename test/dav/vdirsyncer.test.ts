/** A real CardDAV and CalDAV client, vdirsyncer: what it sends and fetches both ways. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAppPassword } from '#domain/people/credentials.ts'
import { temporaryFolder } from '../contract/drivers.ts'
import { addAccount, type HttpRig, openHttpRig } from '../server/rig.ts'

const program = ['/usr/bin/vdirsyncer', '/usr/local/bin/vdirsyncer'].find((path) => existsSync(path))
const vcard = (uid: string, name: string) =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${uid}\r\nFN:${name}\r\nN:${name};;;;\r\nX-ODD:gardé\r\nEND:VCARD\r\n`

describe.skipIf(!program)(`vdirsyncer${program ? '' : ' (not installed)'}`, () => {
  let rig: HttpRig
  let folder: string
  let authorization: string
  beforeAll(async () => {
    rig = await openHttpRig()
    folder = await temporaryFolder()
    const id = await addAccount(rig.house, 'anne')
    const { password } = await createAppPassword(rig.house.people, 'anne', id, { label: 'x', scopes: ['dav'] })
    authorization = `Basic ${Buffer.from(`anne:${password}`).toString('base64')}`
    await mkdir(join(folder, 'local', 'contacts'), { recursive: true })
    await mkdir(join(folder, 'agendas', 'agenda'), { recursive: true })
    await writeFile(
      join(folder, 'config'),
      `[general]
status_path = "${folder}/status/"
[pair contacts]
a = "here"
b = "there"
collections = ["from b"]
conflict_resolution = "b wins"
[storage here]
type = "filesystem"
path = "${folder}/local/"
fileext = ".vcf"
[pair calendars]
a = "agendas"
b = "caldav"
collections = ["from b"]
conflict_resolution = "b wins"
[storage agendas]
type = "filesystem"
path = "${folder}/agendas/"
fileext = ".ics"
[storage caldav]
type = "caldav"
url = "http://127.0.0.1:${rig.port}/"
username = "anne"
password = "${password}"
[storage there]
type = "carddav"
url = "http://127.0.0.1:${rig.port}/"
username = "anne"
password = "${password}"
`,
    )
  })
  afterAll(async () => {
    await rig?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const run = (...words: string[]) =>
    promisify(execFile)(program ?? '', ['-c', join(folder, 'config'), ...words], { timeout: 60_000 })
  const here = join('local', 'contacts')
  const local = async () => (await readdir(join(folder, here))).filter((name) => name.endsWith('.vcf'))

  test('finds the book, and takes cards both ways until both sides are the same', async () => {
    await run('discover')
    await writeFile(join(folder, here, 'un.vcf'), vcard('un', 'Venue d’ici'))
    const home = (await rig.call('/dav/addressbooks/', { method: 'PROPFIND', headers: { authorization, depth: '1' } }))
      .body
    const [path = ''] = /\/dav\/addressbooks\/u\w+\//.exec(home) ?? []
    const put = await rig.call(`${path}contacts/deux.vcf`, {
      method: 'PUT',
      headers: { authorization, 'content-type': 'text/vcard' },
      body: vcard('deux', 'Venue de là'),
    })
    expect(put.status).toBe(201)
    await run('sync')
    expect(await local()).toHaveLength(2)
    const query = await rig.call(`${path}contacts/`, { method: 'PROPFIND', headers: { authorization, depth: '1' } })
    const hrefs = [...query.body.matchAll(/<D:href>([^<]+\.vcf)<\/D:href>/g)].map(([, href]) => href ?? '')
    expect(hrefs).toHaveLength(2)
    const mine = await Promise.all(
      hrefs.map(async (href) => (await rig.call(href, { headers: { authorization } })).body),
    )
    expect(mine.find((text) => text.includes('UID:un'))).toContain('X-ODD:gardé')
    await rig.call(`${path}contacts/deux.vcf`, { method: 'DELETE', headers: { authorization } })
    await run('sync')
    const [only = ''] = await local()
    expect(await local()).toHaveLength(1)
    expect(await readFile(join(folder, here, only), 'utf8')).toContain('UID:un')
  })

  test('finds the calendar, and takes events both ways', async () => {
    const event = (uid: string) =>
      `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20260901T000000Z\r\nDTSTART:20260907T080000Z\r\nRRULE:FREQ=WEEKLY\r\nX-ODD:gardé\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
    await run('discover')
    await writeFile(join(folder, 'agendas', 'agenda', 'un.ics'), event('un'))
    const home = (await rig.call('/dav/calendars/', { method: 'PROPFIND', headers: { authorization, depth: '1' } }))
      .body
    const [path = ''] = /\/dav\/calendars\/u\w+\//.exec(home) ?? []
    const put = await rig.call(`${path}agenda/deux.ics`, {
      method: 'PUT',
      headers: { authorization, 'content-type': 'text/calendar' },
      body: event('deux'),
    })
    expect(put.status).toBe(201)
    await run('sync', 'calendars')
    expect((await readdir(join(folder, 'agendas', 'agenda'))).filter((name) => name.endsWith('.ics'))).toHaveLength(2)
    const listed = await rig.call(`${path}agenda/`, { method: 'PROPFIND', headers: { authorization, depth: '1' } })
    const hrefs = [...listed.body.matchAll(/<D:href>([^<]+\.ics)<\/D:href>/g)].map(([, href]) => href ?? '')
    const texts = await Promise.all(
      hrefs.map(async (href) => (await rig.call(href, { headers: { authorization } })).body),
    )
    expect(texts.find((text) => text.includes('UID:un'))).toContain('X-ODD:gardé')
  })
})
