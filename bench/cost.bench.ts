/**
 * Processor time that our server spends per message, on its event loop and in all its threads: what throughput is made
 * of, and unlike throughput nearly the same on a machine that has other work. `bin/node bench/cost.bench.ts [words]`;
 * with `PROFILE=folder` the server writes a `.cpuprofile` there when it stops, and `windows` says (in its microseconds)
 * when the measured loads ran.
 */
import { appendFile, mkdir, readdir, readFile } from 'node:fs/promises'
import { loads, warmUp } from './peers/loads.ts'
import { startOurs } from './peers/ours.ts'

const wanted = process.argv.slice(2)
const profile = process.env.PROFILE
const rounds = Number(process.env.ROUNDS ?? 3)

const nanoseconds = async (path: string): Promise<number> =>
  Number((await readFile(path, 'utf8').catch(() => '0')).split(' ')[0])

const microseconds = ([seconds, rest]: [number, number]): number => seconds * 1e6 + rest / 1e3

/** Microseconds on a processor so far: the main thread, and all threads that still live. */
const spent = async (pid: number): Promise<{ main: number; all: number }> => {
  let all = 0
  for (const task of await readdir(`/proc/${pid}/task`)) all += await nanoseconds(`/proc/${pid}/task/${task}/schedstat`)
  return { main: (await nanoseconds(`/proc/${pid}/task/${pid}/schedstat`)) / 1000, all: all / 1000 }
}

if (profile !== undefined) await mkdir(profile, { recursive: true })
const ours = await startOurs(1020, {
  nodeArguments: profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
})
try {
  await warmUp(ours)
  for (const load of loads) {
    const { messages } = load
    if (messages === undefined) continue
    if (wanted.length > 0 && !wanted.some((word) => load.name.toLowerCase().includes(word.toLowerCase()))) continue
    let best = { main: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY }
    let fastest = 0
    const windows: [number, number][] = []
    for (let round = 0; round < rounds; round++) {
      await ours.quiet()
      const before = await spent(ours.pid)
      const from = process.hrtime()
      const result = await load.run(ours)
      windows.push([microseconds(from), microseconds(process.hrtime())])
      const after = await spent(ours.pid)
      const main = (after.main - before.main) / messages
      if (main < best.main) best = { main, all: (after.all - before.all) / messages }
      fastest = load.better === 'more' ? Math.max(fastest, result) : Math.min(fastest || result, result)
    }
    if (profile !== undefined) await appendFile(`${profile}/windows`, `${JSON.stringify(windows)}\n`)
    console.log(
      `${load.name.padEnd(52)} event loop ${best.main.toFixed(0)} us, all threads ${best.all.toFixed(0)} us each; best ${fastest.toFixed(fastest < 10 ? 3 : 0)} ${load.unit}`,
    )
  }
} finally {
  await ours.stop()
}
