/**
 * Loaded into the server that is measured (`--import`): notes how long its event loop was away, on the clock and on a
 * processor. On a machine with other work the clock says little; what the loop itself has worked in one turn is ours.
 * Writes a JSON list of `[when, clock, processor]` in milliseconds to TURNS_FILE when the server is told to stop.
 */
import { writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const file = process.env.TURNS_FILE
const worthNoting = 10

const worked = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

if (isMainThread && file !== undefined) {
  const turns: [number, number, number][] = []
  let [clock, processor] = [performance.now(), worked()]
  const look = (): void => {
    const [now, used] = [performance.now(), worked()]
    if (now - clock > worthNoting) turns.push([Date.now(), now - clock, used - processor])
    clock = now
    processor = used
    setTimeout(look, 1).unref()
  }
  look()
  process.on('SIGTERM', () => writeFileSync(file, JSON.stringify(turns)))
}
