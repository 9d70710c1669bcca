/**
 * Messages per second out of the queue: each is taken under a durable lease, handed to another server on this machine,
 * and durably settled. `bin/node bench/smtp/queue.bench.ts`
 */
import { silentLog } from '#base/log.ts'
import { enqueue } from '#domain/delivery/queue.ts'
import { createQueueRunner } from '#domain/delivery/queue-runner.ts'
import { createCourier } from '#protocol/smtp/client/courier.ts'
import { openRig } from '../../test/smtp/rig.ts'
import { openSink } from '../../test/smtp/sink.ts'

const messages = 2000
const domains = 50
const sink = await openSink()
const zone = Object.fromEntries(Array.from({ length: domains }, (_, i) => [`d${i}.test`, { A: ['127.0.0.1'] }]))
const rig = await openRig({ zone, config: { queue: { port: sink.port, allowPrivate: true } } })
const blob = await rig.store.blobs.prepare(Buffer.from(`Subject: x\r\n\r\n${'ligne de texte\r\n'.repeat(250)}`))

let started = performance.now()
await Promise.all(
  Array.from({ length: messages }, (_, i) =>
    enqueue(rig.delivery, {
      accountId: null,
      submissionId: null,
      blob,
      sender: 'anne@ecole.test',
      options: { id: `B${i}`, skip: 0 },
      recipients: [{ address: `p${i}@d${i % domains}.test`, notify: [], orcpt: '' }],
      notBefore: 0,
    }),
  ),
)
const seconds = () => (performance.now() - started) / 1000
console.log(`into the queue ${Math.round(messages / seconds())}/s`)

const courier = createCourier({ hostname: 'mail.ecole.test', timeout: 10_000, log: silentLog })
const runner = createQueueRunner({ delivery: rig.delivery, courier })
started = performance.now()
await runner.start()
await runner.idle()
console.log(`out of the queue ${Math.round(sink.caught.length / seconds())}/s, ${sink.caught.length} of ${messages}`)
await runner.stop()
sink.close()
await rig.close()
process.exit(0)
