/** Memory and processor time of a process and all that it started, as Linux counts them. */
import { readdir, readFile } from 'node:fs/promises'

const children = async (): Promise<Map<number, number[]>> => {
  const byParent = new Map<number, number[]>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    byParent.set(parent, [...(byParent.get(parent) ?? []), Number(name)])
  }
  return byParent
}

const tree = async (pid: number): Promise<number[]> => {
  const byParent = await children()
  const all = [pid]
  for (let i = 0; i < all.length; i++) all.push(...(byParent.get(all[i]!) ?? []))
  return all
}

/** Processor time of the tree so far, in clock ticks of 10 ms. */
const ticks = async (pid: number): Promise<number> => {
  let sum = 0
  for (const one of await tree(pid)) {
    const stat = await readFile(`/proc/${one}/stat`, 'utf8').catch(() => '')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    sum += Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
  }
  return sum
}

/** Resolves when the tree uses less than a twentieth of a processor for half a second, or after 30 s. */
export const quietTree = async (pid: number): Promise<void> => {
  for (let i = 0; i < 60; i++) {
    const before = await ticks(pid)
    await new Promise((resolve) => setTimeout(resolve, 500))
    if ((await ticks(pid)) - before <= 2) return
  }
}

/** Proportional set size of a process and its descendants, in kB: what they would free by leaving. */
export const memoryOfTree = async (pid: number): Promise<number> => {
  let sum = 0
  for (const one of await tree(pid)) {
    const rollup = await readFile(`/proc/${one}/smaps_rollup`, 'utf8').catch(() => '')
    sum += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0)
  }
  return sum
}
