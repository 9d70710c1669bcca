/**
 * The server that the crash test kills: an LMTP-fed house whose one job is to send what is in its queue. Arguments: the
 * folder, and the port of the other server. Prints its submission port once it serves.
 */
import { silentLog } from '#base/log.ts'
import { cancelSubmission } from '#domain/delivery/call-back.ts'
import { createQueueRunner } from '#domain/delivery/queue-runner.ts'
import { submitMessage } from '#domain/delivery/submit.ts'
import { appendMessage } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { noFlags } from '#domain/mail/flags.ts'
import { mailboxByRole } from '#domain/mail/mailboxes.ts'
import { createCourier } from '#protocol/smtp/client/courier.ts'
import { openRig } from './rig.ts'

const [folder = '', port = '0'] = process.argv.slice(2)
const rig = await openRig({
  folder,
  zone: { 'ailleurs.test': { A: ['127.0.0.1'] } },
  config: { queue: { port: Number(port), allowPrivate: true, perDomain: 8 } },
})
const existing = await rig.store.read((tx) => tx.query((q) => q.selectFrom('account').select('id').limit(1)))
if (existing.length === 0) await rig.account('anne')
const courier = createCourier({ hostname: 'mail.ecole.test', timeout: 5000, log: silentLog })
const runner = createQueueRunner({ delivery: rig.delivery, courier })
await runner.start()
/** What is held, and called back, by the account itself. */
process.on('message', (message: { readonly hold?: number; readonly name?: string; readonly cancel?: number }) => {
  const answer = async () => {
    const [account] = await rig.store.read((tx) => tx.query((q) => q.selectFrom('account').select('id').limit(1)))
    const id = Number(account?.id)
    if (message.cancel !== undefined) {
      await cancelSubmission(rig.delivery, id, message.cancel)
      return { canceled: message.cancel }
    }
    const [identity] = await rig.store.read((tx) => tx.query((q) => q.selectFrom('identity').select('id').limit(1)))
    const drafts = await rig.store.read((tx) => mailboxByRole(tx, id, 'drafts'))
    const { name = '', hold = 0 } = message
    const bytes = Buffer.from(`From: anne@ecole.test\r\nTo: ${name}@ailleurs.test\r\nSubject: ${name}\r\n\r\nx\r\n`)
    const { emailId } = await appendMessage(rig.delivery.ctx, id, {
      blob: await rig.store.blobs.prepare(bytes),
      content: readContent(bytes),
      mailboxIds: [drafts?.id ?? 0],
      flags: noFlags,
      receivedAt: Date.now(),
    })
    const by = { accountId: id, login: 'anne', ip: '192.0.2.7' }
    const request = { identityId: Number(identity?.id), emailId, sendAt: Date.now() + hold }
    return { held: (await submitMessage(rig.delivery, by, request)).id }
  }
  void answer().then((said) => process.send?.(said))
})
process.send?.({ port: rig.ports.submissions })
