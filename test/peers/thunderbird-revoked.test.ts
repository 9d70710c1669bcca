/** A lost device: Thunderbird idles with an app password, and its owner takes that password back in the browser. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Log, type LogFields, silentLog } from '#base/log.ts'
import { JmapPeer } from './jmap.ts'
import { openRelay, type Relay } from './relay.ts'
import { missing, openPeerServer, type PeerServer, password } from './rig.ts'
import { startThunderbird, type Thunderbird } from './thunderbird.ts'

const pause = () => new Promise((resolve) => setTimeout(resolve, 50))

describe.skipIf(missing('thunderbird'))('Thunderbird revoked (skipped where it is not installed)', () => {
  let server: PeerServer
  let peer: JmapPeer
  let relay: Relay
  let thunderbird: Thunderbird
  let cookie = ''
  let device: { id: number; password: string }
  const refusals: LogFields[] = []
  const log: Log = {
    ...silentLog,
    info: (event, fields = {}) => {
      if (event === 'sign-in.refused') refusals.push(fields)
    },
    with: () => log,
  }

  const post = async (path: string, body: unknown): Promise<{ status: number; json: unknown }> => {
    const headers = { 'content-type': 'application/json', 'x-csrf': '1', cookie }
    const answer = await fetch(new URL(path, server.url), { method: 'POST', headers, body: JSON.stringify(body) })
    const set = answer.headers.getSetCookie().map((one) => one.split(';')[0] ?? '')
    if (set.length > 0) cookie = set.join('; ')
    return { status: answer.status, json: await answer.json() }
  }
  const put = async (subject: string): Promise<void> => {
    const mail = `From: zoe@ailleurs.test\r\nTo: anne@ecole.test\r\nMessage-ID: <${subject.replace(/\W/g, '')}@x>\r\nSubject: ${subject}\r\n\r\nBonjour\r\n`
    const inbox = (await peer.mailboxes()).list.find((mailbox) => mailbox.role === 'inbox')?.id ?? ''
    const emails = { m: { blobId: await peer.upload(mail), mailboxIds: { [inbox]: true } } }
    expect(await peer.call('Email/import', { emails })).toHaveProperty('created.m')
  }
  const until = async (condition: string): Promise<void> => {
    while ((await thunderbird.script(`return Boolean(${condition})`)) !== true) await pause()
  }
  /** It passes over what is asked while it is busy with something else: it is asked again every five seconds. */
  const asked = async (act: string, condition: string): Promise<void> => {
    for (;;) {
      await thunderbird.script(act)
      const until = performance.now() + 5_000
      while (performance.now() < until) {
        if ((await thunderbird.script(`return Boolean(${condition})`)) === true) return
        await pause()
      }
    }
  }
  /** Thunderbird passes over what is announced before it idles: another message is put until one was told. */
  const pushed = async (): Promise<void> => {
    const arrived = () => thunderbird.script(`return ${has('Pushed')}`)
    for (let n = 1; (await arrived()) !== true; n++) {
      await put(`Pushed ${n}`)
      const until = performance.now() + 5_000
      while ((await arrived()) !== true && performance.now() < until) await pause()
    }
  }
  const has = (subject: string): string =>
    `messages().some((one) => one.mime2DecodedSubject.startsWith(${JSON.stringify(subject)}))`

  beforeAll(async () => {
    server = await openPeerServer({}, undefined, log)
    await server.account('anne')
    peer = await JmapPeer.open(server, 'anne')
    await post('/auth/login', { login: 'anne', password })
    const made = await post('/auth/app-passwords', { label: 'Portable', scopes: ['imap'] })
    expect(made.status).toBe(200)
    device = made.json as typeof device
    await put('Before')
    relay = await openRelay(server.ports.imaps)
    const ports = { ...server.ports, imaps: relay.port }
    thunderbird = await startThunderbird({ ...server, ports }, 'anne', device.password)
  }, 120_000)
  afterAll(async () => {
    await thunderbird?.close()
    await relay?.close()
    await server?.close()
  })

  test('its connections end when its password is taken back; it is refused from then on, and no mail is lost', async () => {
    await asked('server.performExpand(null)', 'inbox')
    await asked('inbox.getNewMessages(null, null)', has('Before'))
    // What nobody asked for arrives by IDLE alone.
    await pushed()
    const connected = relay.connections.filter(({ open }) => open)
    expect(connected.length).toBeGreaterThan(0)
    expect(refusals).toEqual([])
    const before = (await peer.emails()).list.map(({ id }) => id)

    const began = performance.now()
    const revoked = post('/auth/app-passwords/revoke', { id: device.id })
    const ends = await Promise.all(connected.map(({ endedByServer }) => endedByServer))
    const took = Math.max(...ends) - began
    expect(await revoked).toEqual({ status: 200, json: { revoked: true } })
    process.stdout.write(
      `Thunderbird: ${connected.length} connection(s) closed ${took.toFixed(0)} ms after the request to revoke\n`,
    )

    await put('After')
    // A person would be asked for another password: what asks is left alone, only the refusal matters.
    await thunderbird.script('inbox.getNewMessages(null, null)').catch(() => undefined)
    while (!refusals.some(({ service }) => service === 'imap')) await pause()
    const kept = (await peer.emails()).list.map(({ id }) => id)
    expect(before.length).toBeGreaterThanOrEqual(2)
    expect(kept).toEqual(expect.arrayContaining(before))
    expect(kept.length).toBeGreaterThan(before.length)
    await until(`${has('Before')} && ${has('Pushed')} && !${has('After')}`)
  }, 120_000)
})
