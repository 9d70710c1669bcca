/** Thunderbird against the whole server: what it shows, and what happens elsewhere reaching it by IDLE. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { JmapPeer } from './jmap.ts'
import { missing, openPeerServer, type PeerServer } from './rig.ts'
import { startThunderbird, type Thunderbird } from './thunderbird.ts'

describe.skipIf(missing('thunderbird'))('Thunderbird (skipped where it is not installed)', () => {
  let server: PeerServer
  let peer: JmapPeer
  let thunderbird: Thunderbird
  let first = ''
  let tries = 0
  /** A second try has messages of its own. */
  const subject = (text: string): string => `${text} ${++tries}`

  const mail = (subject: string): string =>
    `From: Zoé <zoe@ailleurs.test>\r\nTo: anne@ecole.test\r\nMessage-ID: <${subject.replace(/\W/g, '')}@x>\r\nContent-Type: text/plain; charset=utf-8\r\nSubject: ${subject}\r\n\r\nDéjà là.\r\n`
  const role = async (name: string): Promise<string> =>
    (await peer.mailboxes()).list.find((mailbox) => mailbox.role === name)?.id ?? ''
  const put = async (subject: string): Promise<string> => {
    const emails = { m: { blobId: await peer.upload(mail(subject)), mailboxIds: { [await role('inbox')]: true } } }
    const { created } = await peer.call('Email/import', { emails })
    return (created as Record<string, { id: string }>).m?.id ?? ''
  }
  const has = (subject: string, more = 'true'): string =>
    `messages().some((one) => one.mime2DecodedSubject === ${JSON.stringify(subject)} && ${more})`
  const is = async (condition: string): Promise<boolean> =>
    (await thunderbird.script(`return Boolean(${condition})`)) === true
  /** It passes over what is asked while it is busy with something else: it is asked again every five seconds. */
  const asked = async (act: string, condition: string, signal: AbortSignal): Promise<void> => {
    for (;;) {
      await thunderbird.script(act)
      const until = performance.now() + 5_000
      while (performance.now() < until) {
        if (await is(condition)) return
        await pause(50, undefined, { signal })
      }
    }
  }

  let nudges = 0
  /** It passes over what it is told while it does not idle: every five seconds a message comes that it must look at. */
  const told = async (condition: string, signal: AbortSignal): Promise<void> => {
    for (;;) {
      const until = performance.now() + 5_000
      while (performance.now() < until) {
        if (await is(condition)) return
        await pause(50, undefined, { signal })
      }
      await put(`Attente ${++nudges}`)
    }
  }

  beforeAll(async () => {
    server = await openPeerServer()
    await server.account('anne')
    peer = await JmapPeer.open(server, 'anne')
    first = await put('Élève en première')
    thunderbird = await startThunderbird(server, 'anne')
  }, 120_000)
  afterAll(async () => {
    await thunderbird?.close()
    await server?.close()
  })

  test('signs in, shows the mailboxes with their roles and the messages in them', async ({ signal }) => {
    await asked('server.performExpand(null)', 'inbox', signal)
    await asked('inbox.getNewMessages(null, null)', has('Élève en première', '!one.isRead'), signal)
    const folders = await thunderbird.script(`
      const flags = Ci.nsMsgFolderFlags
      const of = (flag) => server.rootFolder.getFolderWithFlags(flag)?.name
      return [flags.Drafts, flags.SentMail, flags.Archive, flags.Junk, flags.Trash].map(of)`)
    expect(folders).toEqual(['Brouillons', 'Envoyés', 'Archives', 'Indésirables', 'Corbeille'])
  }, 120_000)

  test('is told of flags, arrivals and moves that JMAP makes, which nobody asked for', async ({ signal }) => {
    await peer.call('Email/set', { update: { [first]: { 'keywords/$seen': true, 'keywords/$flagged': true } } })
    await told(has('Élève en première', 'one.isRead && one.isFlagged'), signal)
    const arrival = subject('Arrivée en direct')
    await put(arrival)
    await told(has(arrival), signal)
    await peer.call('Email/set', { update: { [first]: { mailboxIds: { [await role('archive')]: true } } } })
    await told(`!${has('Élève en première')}`, signal)
  }, 120_000)

  test('marks and deletes, and JMAP sees it', async ({ signal }) => {
    const own = subject('À supprimer')
    const id = await put(own)
    await told(has(own), signal)
    const find = `messages().find((one) => one.mime2DecodedSubject === ${JSON.stringify(own)})`
    await thunderbird.script(`inbox.markMessagesFlagged([${find}], true)`)
    const email = async () => (await peer.emails()).list.find((one) => one.id === id)
    while (!(await email())?.keywords.$flagged) await pause(50, undefined, { signal })
    await thunderbird.script(`inbox.deleteMessages([${find}], null, false, true, null, false)`)
    const trash = await role('trash')
    while (!(await email())?.mailboxIds[trash]) await pause(50, undefined, { signal })
    expect(Object.keys((await email())?.mailboxIds ?? {})).toEqual([trash])
  }, 120_000)
})
