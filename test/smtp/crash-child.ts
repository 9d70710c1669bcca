/**
 * The server that the crash test kills: an LMTP-fed house whose one job is to send what is in its queue. Arguments: the
 * folder, and the port of the other server. Prints its submission port once it serves.
 */
import { silentLog } from '#base/log.ts'
import { createQueueRunner } from '#domain/delivery/queue-runner.ts'
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
process.send?.({ port: rig.ports.submissions })
