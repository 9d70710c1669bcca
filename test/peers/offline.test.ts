/** A server whose way out is closed: mail for others waits, and nobody is told otherwise. */
import { createTransport } from 'nodemailer'
import { expect, test } from 'vitest'
import { imapClient, openPeerServer, password } from './rig.ts'

test('mail that finds no way out stays in the queue, and does not bounce', async () => {
  // nobody listens at port 9 of this machine
  const server = await openPeerServer({ OUTGOING_SMARTHOST: '127.0.0.1:9' })
  try {
    await server.account('anne')
    const transport = createTransport({
      host: '127.0.0.1',
      port: server.ports.submissions,
      secure: true,
      tls: { rejectUnauthorized: false },
      auth: { user: 'anne', pass: password },
    })
    const to = ['zoe@example.org', 'zoe@example.net']
    await transport.sendMail({ from: 'anne@ecole.test', to, subject: 'Patience', text: 'Bonjour' })
    const pending = async () =>
      server.running.house.store.read((tx) =>
        tx.query((q) => q.selectFrom('queue_recipient').select(['status', 'attempts', 'next_at'])),
      )
    let rows = await pending()
    while (rows.some(({ attempts }) => attempts === 0)) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      rows = await pending()
    }
    expect(rows.map(({ status }) => status)).toEqual(['pending', 'pending'])
    for (const { next_at: next } of rows) expect(next).toBeGreaterThan(Date.now())
    const client = await imapClient(server, 'anne')
    expect(await client.status('INBOX', { messages: true })).toMatchObject({ messages: 0 })
    await client.logout()
  } finally {
    await server.close()
  }
})
