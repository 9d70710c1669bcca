/**
 * Kills a sending server at random instants (SIGKILL) and counts, at the other server, what arrived. Every message that
 * was acknowledged with 250 must arrive. One may arrive twice only when the kill fell between the other server's 250 and
 * our commit of it: then both copies bear the same Message-ID and the same Received id.
 *
 * As a script: `bin/node test/smtp/crash.ts [rounds, default 100]`.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { temporaryFolder } from '../contract/drivers.ts'
import { password, plain, sendMail, type Talk, talk } from './rig.ts'
import { openSink } from './sink.ts'

export interface CrashResult {
  readonly rounds: number
  readonly acknowledged: number
  readonly lost: readonly string[]
  /** Messages that arrived more than once. */
  readonly twice: number
  /** Copies of one message that differ. */
  readonly different: number
}

const sleep = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

const start = (folder: string, port: number): Promise<{ child: ChildProcess; port: number }> =>
  new Promise((resolve, reject) => {
    const child = fork(new URL('./crash-child.ts', import.meta.url), [folder, String(port)], { stdio: 'inherit' })
    child.once('message', (message) => resolve({ child, port: (message as { port: number }).port }))
    child.once('error', reject)
  })

/** Submits messages one after another until the connection dies; adds the names of those acknowledged. */
const feed = async (port: number, round: number, acknowledged: Set<string>): Promise<void> => {
  let client: Talk
  try {
    client = await talk(port, 'EHLO client.test', true)
    if (!(await client.say(`AUTH PLAIN ${plain('anne', password)}`)).startsWith('235')) return
  } catch {
    return
  }
  for (let n = 0; !client.ended; n++) {
    const name = `r${round}-${n}`
    const text = `From: anne@ecole.test\nMessage-ID: <${name}@ecole.test>\nSubject: ${name}\n\n${'x\n'.repeat(200)}`
    const reply = await sendMail(client, 'anne@ecole.test', [`${name}@ailleurs.test`], text)
    if (reply.startsWith('250')) acknowledged.add(name)
  }
}

/**
 * Holds two messages, calls one back, kills the server at once and starts it again before their time. Returns who got
 * something, and whether it came before its time.
 */
export const crashHeld = async (): Promise<{ readonly arrived: readonly string[]; readonly early: boolean }> => {
  const folder = await temporaryFolder()
  const sink = await openSink()
  const { child } = await start(folder, sink.port)
  const ask = (message: object): Promise<{ readonly held?: number }> =>
    new Promise((resolve) => {
      child.once('message', (said) => resolve(said as { held?: number }))
      child.send(message)
    })
  const hold = 6000
  const heldAt = Date.now()
  await ask({ hold, name: 'kept' })
  const { held } = await ask({ hold, name: 'called-back' })
  await ask({ cancel: held })
  const kill = async (process: ChildProcess) => {
    const exited = new Promise((resolve) => process.once('exit', resolve))
    process.kill('SIGKILL')
    await exited
  }
  await kill(child)
  const again = await start(folder, sink.port)
  let early = false
  for (let i = 0; i < 300 && sink.caught.length === 0; i++) await sleep(100)
  if (Date.now() < heldAt + hold) early = true
  // Time for a second copy, and for the one called back.
  await sleep(1000)
  await kill(again.child)
  const arrived = sink.caught.flatMap(({ to }) => to)
  sink.close()
  await rm(folder, { recursive: true, force: true })
  return { arrived, early }
}

export const crash = async (rounds: number): Promise<CrashResult> => {
  const folder = await temporaryFolder()
  const sink = await openSink()
  const acknowledged = new Set<string>()
  for (let round = 0; round < rounds; round++) {
    const { child, port } = await start(folder, sink.port)
    const feeding = feed(port, round, acknowledged)
    // Once at least there must be something to lose; on a busy machine that takes a while.
    for (let i = 0; round === 0 && acknowledged.size === 0 && i < 300; i++) await sleep(100)
    await sleep(100 + Math.random() * 500)
    const exited = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await exited
    await feeding
  }
  // A last start sends what is left.
  const { child } = await start(folder, sink.port)
  const arrived = () => new Set(sink.caught.map(({ to }) => (to[0] ?? '').split('@')[0]))
  for (let i = 0; i < 600 && [...acknowledged].some((name) => !arrived().has(name)); i++) await sleep(100)
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exited
  const copies = new Map<string, string[]>()
  for (const { to, data } of sink.caught) {
    const name = (to[0] ?? '').split('@')[0] ?? ''
    copies.set(name, [...(copies.get(name) ?? []), data])
  }
  const repeated = [...copies.values()].filter((list) => list.length > 1)
  sink.close()
  await rm(folder, { recursive: true, force: true })
  return {
    rounds,
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((name) => !copies.has(name)),
    twice: repeated.length,
    different: repeated.filter((list) => new Set(list).size > 1).length,
  }
}

if (import.meta.main) {
  const rounds = Number(process.argv[2] ?? 100)
  const result = await crash(rounds)
  console.log(result)
  process.exit(result.lost.length === 0 && result.different === 0 && result.twice <= rounds * 8 ? 0 : 1)
}
