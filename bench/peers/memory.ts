/** Memory of a process and all that it started, as Linux counts it. */
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

/** Proportional set size of a process and its descendants, in kB: what they would free by leaving. */
export const memoryOfTree = async (pid: number): Promise<number> => {
  const byParent = await children()
  const all = [pid]
  for (let i = 0; i < all.length; i++) all.push(...(byParent.get(all[i]!) ?? []))
  let sum = 0
  for (const one of all) {
    const rollup = await readFile(`/proc/${one}/smaps_rollup`, 'utf8').catch(() => '')
    sum += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0)
  }
  return sum
}
