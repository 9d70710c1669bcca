/**
 * What the tests of one run share, thrown away at its end: the folder for everything temporary, the academy that the
 * first journey fills (journey/rig.ts), the PostgreSQL server that the first test starts (contract/server.ts).
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk in memory, when it has room: nothing here needs to outlive the machine. */
const memory = '/dev/shm'
const enough = 3 * 2 ** 30

const place = (): string => {
  try {
    const { bavail, bsize } = statfsSync(memory)
    if (bavail * bsize >= enough) return memory
  } catch {
    // Other systems have none.
  }
  return tmpdir()
}

const endServer = async (pidFile: string): Promise<void> => {
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8'))
  try {
    // Fast shutdown: connections are ended.
    process.kill(pid, 'SIGINT')
    for (let i = 0; i < 100; i++) {
      process.kill(pid, 0)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const end = async (folder: string): Promise<void> => {
  await endServer(join(folder, 'postgres', 'pid'))
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** Runs that were killed could not clean up: what they left would stay in memory. */
const sweep = async (parent: string): Promise<void> => {
  for (const name of readdirSync(parent)) {
    const [, pid] = /^cv-(\d+)-/.exec(name) ?? []
    if (pid !== undefined && !isAlive(Number(pid))) await end(join(parent, name))
  }
}

export const setup = async (): Promise<(() => Promise<void>) | undefined> => {
  // The first project of the run has made it.
  if (process.env.JOURNEY_ACADEMY !== undefined) return
  const parent = place()
  await sweep(parent)
  const folder = mkdtempSync(join(parent, `cv-${process.pid}-`))
  for (const name of ['academy', 'postgres', 'tmp']) mkdirSync(join(folder, name))
  // PostgreSQL runs as a user of its own when we are root.
  for (const path of [folder, join(folder, 'postgres')]) chmodSync(path, 0o711)
  process.env.JOURNEY_ACADEMY = join(folder, 'academy')
  process.env.TEST_POSTGRES_FOLDER = join(folder, 'postgres')
  process.env.TMPDIR = join(folder, 'tmp')
  return () => end(folder)
}
