/**
 * Durable LMTP deliveries per second through the whole path: protocol, checks, MIME, blob and rows in one fsynced group
 * commit. `bin/node bench/smtp/lmtp.bench.ts [seconds of patience, default 60]`
 */
import { openRig } from '../../test/smtp/rig.ts'
import { load } from './load.ts'

const people = 200
const rig = await openRig()
const logins = Array.from({ length: 1000 }, (_, i) => `personne${i}`)
for (const login of logins) {
  // Straight into the rows: a thousand Argon2id hashes are not what is measured.
  const { createAccount } = await import('#domain/people/accounts.ts')
  await createAccount(rig.people, 'bench', { login, name: login })
}
const addresses = logins.map((login) => `${login}@ecole.test`)

const report = (name: string, seconds: number, deliveries: number, refused: number, cpu: NodeJS.CpuUsage) => {
  const busy = (cpu.user + cpu.system) / deliveries
  console.log(
    `${name.padEnd(34)} ${Math.round(deliveries / seconds)
      .toString()
      .padStart(7)}/s  ${busy.toFixed(0).padStart(5)} µs of CPU each` + (refused > 0 ? `  ${refused} refused` : ''),
  )
}

for (const connections of [1, 8, 32]) {
  const cpu = process.threadCpuUsage()
  const result = await load({
    port: rig.ports.lmtp,
    lmtp: true,
    connections,
    messages: connections === 1 ? 4000 : 12_000,
    recipients: addresses.slice(0, people),
    sizes: [4096],
    spread: true,
  })
  report(
    `4 kB, ${connections} connection(s)`,
    result.seconds,
    result.deliveries,
    result.refused,
    process.threadCpuUsage(cpu),
  )
  if (result.firstRefusal) console.log(result.firstRefusal)
}
{
  // Seven notes, two letters with a picture, one document: 49 kB on average.
  const kB = 1024
  const mix = [4, 4, 30, 4, 4, 400, 4, 30, 4, 4].map((size) => size * kB)
  const cpu = process.threadCpuUsage()
  const result = await load({
    port: rig.ports.lmtp,
    lmtp: true,
    connections: 4,
    messages: 2000,
    recipients: addresses.slice(0, people),
    sizes: mix,
    spread: true,
  })
  report('mix of 49 kB, 4 connections', result.seconds, result.deliveries, result.refused, process.threadCpuUsage(cpu))
}
const cpu = process.threadCpuUsage()
const broadcast = await load({
  port: rig.ports.lmtp,
  lmtp: true,
  connections: 1,
  messages: 20,
  recipients: addresses,
  sizes: [4096],
  spread: false,
})
report(
  '1,000 recipients, 1 connection',
  broadcast.seconds,
  broadcast.deliveries,
  broadcast.refused,
  process.threadCpuUsage(cpu),
)
console.log(`one message to 1,000: ${((broadcast.seconds / broadcast.messages) * 1000).toFixed(0)} ms`)
await rig.close()
process.exit(0)
