/** Postfix sends to us by SMTP and LMTP, takes what leaves our queue, and both bounce to our person (RFC 3464). */
import { rm } from 'node:fs/promises'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../contract/drivers.ts'
import { freePort } from '../ports.ts'
import { type Postfix, postfixMissing, startPostfix } from './postfix.ts'
import { imapClient, openPeerServer, type PeerServer, password } from './rig.ts'

const reason = postfixMissing()

/** Waits for something to become true; the test's own time limit bounds it. */
const until = async <T>(read: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  for (;;) {
    const value = await read()
    if (value !== undefined) return value
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

describe.skipIf(reason !== undefined)(`Postfix (${reason ?? 'installed'})`, () => {
  let server: PeerServer
  let postfix: Postfix
  let folder: string

  beforeAll(async () => {
    folder = await temporaryFolder()
    // Postfix must be told where we are before we are told where it is.
    const [smtp, lmtp] = [await freePort(), await freePort()]
    postfix = await startPostfix(folder, {
      transports: () => ({
        'lea@ecole.test': `lmtp:inet:127.0.0.1:${lmtp}`,
        'ecole.test': `smtp:[127.0.0.1]:${smtp}`,
      }),
      forward: 'inconnu@ecole.test',
    })
    server = await openPeerServer({
      OUTGOING_SMARTHOST: `127.0.0.1:${postfix.port}`,
      LISTEN_SMTP: `127.0.0.1:${smtp}`,
      LISTEN_LMTP: `127.0.0.1:${lmtp}`,
    })
    await server.account('anne')
    await server.account('lea')
  })
  afterAll(async () => {
    await postfix?.stop()
    await server?.close()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  /** The newest message of somebody's inbox with these words in its subject, once there is one. */
  const inbox = async (login: string, subject: string): Promise<string> => {
    const client = await imapClient(server, login)
    try {
      return await until(async () => {
        await client.mailboxOpen('INBOX')
        const found = await client.search({ subject }, { uid: true })
        const uid = found ? found.at(-1) : undefined
        if (uid === undefined) return
        const message = await client.fetchOne(String(uid), { source: true }, { uid: true })
        return message ? message.source?.toString('utf8') : undefined
      })
    } finally {
      await client.logout()
    }
  }

  const throughPostfix = () => createTransport({ host: '127.0.0.1', port: postfix.port, ignoreTLS: true })
  const asAnne = () =>
    createTransport({
      host: '127.0.0.1',
      port: server.ports.submissions,
      secure: true,
      tls: { rejectUnauthorized: false },
      auth: { user: 'anne', pass: password },
    })

  test('delivers to us by SMTP over TLS and by LMTP, eight bits and dots unharmed', async () => {
    const text = 'Déjà vu\n.\n..point\nFrom ici\n'
    await throughPostfix().sendMail({
      envelope: { from: 'zoe@ailleurs.test', to: ['anne@ecole.test', 'lea@ecole.test'] },
      raw: `From: zoe@ailleurs.test\r\nSubject: Par Postfix\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text.replaceAll('\n', '\r\n')}`,
    })
    for (const [login, protocol] of [
      ['anne', 'ESMTPS'],
      ['lea', 'LMTP'],
    ] as const) {
      const message = await inbox(login, 'Par Postfix')
      expect(message.slice(message.indexOf('\r\n\r\n') + 4)).toBe(text.replaceAll('\n', '\r\n'))
      expect(message).toMatch(/^Return-Path: <zoe@ailleurs\.test>\r\n/)
      expect(message).toMatch(new RegExp(`by mail\\.ecole\\.test with (UTF8)?${protocol}`))
    }
    expect(postfix.log()).toMatch(/TLSv1\.3/)
  }, 60_000)

  test('takes what our people send, signed, and delivers it', async () => {
    await asAnne().sendMail({
      from: 'Anne <anne@ecole.test>',
      to: 'zoe@ailleurs.test',
      bcc: 'lea@ecole.test',
      subject: 'Réponse à Zoé',
      text: 'Entendu. À demain !',
      attachments: [{ filename: 'élève.txt', content: 'x'.repeat(200_000) }],
    })
    const [delivered = ''] = await until(() => {
      const found = postfix.mailbox('zoe')
      return found.length > 0 ? found : undefined
    })
    expect(delivered).toMatch(/^DKIM-Signature: .*d=ecole\.test/m)
    expect(delivered).not.toContain('lea@ecole.test')
    expect(await inbox('lea', 'Réponse')).toContain('From: Anne <anne@ecole.test>')
  }, 60_000)

  test('refuses a recipient, and our person reads why', async () => {
    await asAnne().sendMail({
      from: 'anne@ecole.test',
      to: ['personne@ailleurs.test', 'zoe@ailleurs.test'],
      subject: 'À moitié refusé',
      text: 'Bonjour',
    })
    const report = await inbox('anne', 'remis')
    expect(report).toMatch(/^Content-Type: multipart\/report;[^:]*report-type="?delivery-status/m)
    expect(report).toMatch(/^Final-Recipient: rfc822; ?personne@ailleurs\.test/m)
    expect(report).toMatch(/^Action: failed/m)
    expect(report).toMatch(/^Status: 5\.1\.1/m)
    expect(report).toMatch(/^Diagnostic-Code: smtp; ?550 5\.1\.1 /m)
    expect(report).not.toMatch(/^Final-Recipient: rfc822; ?zoe/m)
    expect(report).toMatch(/^Return-Path: <>/)
  }, 60_000)

  test('bounces by itself what we refuse of its forwarding, and we take the bounce', async () => {
    await asAnne().sendMail({
      from: 'anne@ecole.test',
      to: 'ancien@ailleurs.test',
      subject: 'Adresse morte',
      text: 'Là ?',
    })
    const report = await inbox('anne', 'Undelivered')
    expect(report).toMatch(/^From: .*MAILER-DAEMON@mx\.ailleurs\.test/m)
    expect(report).toMatch(/^Final-Recipient: rfc822; ?inconnu@ecole\.test/m)
    expect(report).toMatch(/^Status: 5\.1\.1/m)
  }, 60_000)
})
