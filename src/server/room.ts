/** Room on the disk of the data folder, for readiness and metrics: a full disk refuses mail for a while, and loses none. */
import { statfs } from 'node:fs/promises'
import type { Metrics } from './metrics.ts'

/** With less, writes fail now or at the next message. */
const none = 16 * 1024 ** 2
/** With less, somebody should look. */
const little = 512 * 1024 ** 2

/** Octets that this user may still write there; undefined when the system does not say. */
export const roomIn = async (folder: string): Promise<number | undefined> => {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    return undefined
  }
}

/** What is wrong with so much room, in words: it keeps the server from serving, or should be looked at. */
export const roomProblem = (
  room: number | undefined,
): { readonly isFull: boolean; readonly text: string } | undefined => {
  if (room === undefined || room >= little) return undefined
  const text = `the disk of the data folder has ${Math.floor(room / 1024 ** 2)} MB left`
  return { isFull: room < none, text }
}

/** Gives the gauge `convergence_disk_free_bytes`. */
export const watchRoom = (folder: string, metrics: Metrics): void =>
  metrics.gauges('convergence_disk_free_bytes', 'Room on the disk of the data folder', 'folder', async () => {
    const room = await roomIn(folder)
    return room === undefined ? [] : [['data', room] as const]
  })
