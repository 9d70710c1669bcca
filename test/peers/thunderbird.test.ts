/** Thunderbird against the whole server: what it shows, and what happens elsewhere reaching it by IDLE. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { JmapPeer } from './jmap.ts'
import { missing, openPeerServer, type PeerServer } from './rig.ts'
import { startThunderbird, type Thunderbird } from './thunderbird.ts'

describe.skipIf(missing('thunderbird'))('Thunderbird (skipped where it is not installed)', () => {
  let server: PeerServer
  let peer: JmapPeer
  let thunderbird: Thunderbird
  let [first, direct] = ['', '']

  const mail = (subject: string): string =>
    `From: Zoé <zoe@ailleurs.test>\r\nTo: anne@ecole.test\r\nMessage-ID: <${subject.replace(/\W/g, '')}@x>\r\nContent-Type: text/plain; charset=utf-8\r\nSubject: ${subject}\r\n\r\nDéjà là.\r\n`
  const role = async (name: string): Promise<string> =>
    (await peer.mailboxes()).list.find((mailbox) => mailbox.role === name)?.id ?? ''
  const put = async (subject: string): Promise<string> => {
    const emails = { m: { blobId: await peer.upload(mail(subject)), mailboxIds: { [await role('inbox')]: true } } }
    const { created } = await peer.call('Email/import', { emails })
    return (created as Record<string, { id: string }>).m?.id ?? ''
  }
  const until = async (condition: string): Promise<void> => {
    while ((await thunderbird.script(`return Boolean(${condition})`)) !== true)
      await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const has = (subject: string, more = 'true'): string =>
    `messages().some((one) => one.mime2DecodedSubject === ${JSON.stringify(subject)} && ${more})`

  /** It passes over what is told before it idles: messages are put until one arrives that nobody asked for. */
  const idling = async (): Promise<void> => {
    for (let n = 1; ; n++) {
      await put(`Attente ${n}`)
      const until = performance.now() + 5_000
      while (performance.now() < until) {
        if (await thunderbird.script(`return ${has(`Attente ${n}`)}`)) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
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

  test('signs in, shows the mailboxes with their roles and the messages in them', async () => {
    await thunderbird.script('server.performExpand(null)')
    await until('inbox')
    await thunderbird.script('inbox.getNewMessages(null, null)')
    await until(has('Élève en première', '!one.isRead'))
    const folders = await thunderbird.script(`
      const flags = Ci.nsMsgFolderFlags
      const of = (flag) => server.rootFolder.getFolderWithFlags(flag)?.name
      return [flags.Drafts, flags.SentMail, flags.Archive, flags.Junk, flags.Trash].map(of)`)
    expect(folders).toEqual(['Brouillons', 'Envoyés', 'Archives', 'Indésirables', 'Corbeille'])
  }, 120_000)

  test('is told of flags, arrivals and moves that JMAP makes, while it idles', async () => {
    await idling()
    await peer.call('Email/set', { update: { [first]: { 'keywords/$seen': true, 'keywords/$flagged': true } } })
    await until(has('Élève en première', 'one.isRead && one.isFlagged'))
    direct = await put('Arrivée en direct')
    await until(has('Arrivée en direct'))
    await peer.call('Email/set', { update: { [first]: { mailboxIds: { [await role('archive')]: true } } } })
    await until(`!${has('Élève en première')}`)
  }, 120_000)

  test('marks and deletes, and JMAP sees it', async () => {
    const find = "messages().find((one) => one.mime2DecodedSubject === 'Arrivée en direct')"
    await thunderbird.script(`inbox.markMessagesFlagged([${find}], true)`)
    const email = async () => (await peer.emails()).list.find((one) => one.id === direct)
    while (!(await email())?.keywords.$flagged) await new Promise((resolve) => setTimeout(resolve, 50))
    await thunderbird.script(`inbox.deleteMessages([${find}], null, false, true, null, false)`)
    const trash = await role('trash')
    while (!(await email())?.mailboxIds[trash]) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(Object.keys((await email())?.mailboxIds ?? {})).toEqual([trash])
  }, 120_000)
})
