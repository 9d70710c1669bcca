/** Which folders hide what is within them: on this device, until they are opened again. */
import { session } from '../../../shell/session.ts'
import { createValue } from '../../../shell/value.ts'

const KEY = 'convergence.folded'
/** Of folders that are no more some stay noted: the oldest go first. */
const MOST = 500

const kept = (): ReadonlySet<string> => {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return new Set(Array.isArray(list) ? list.filter((id) => typeof id === 'string') : [])
  } catch {
    // No storage, or something else in it: all are open.
    return new Set()
  }
}

/** Their ids. */
export const folded = createValue<ReadonlySet<string>>(kept())

export const fold = (id: string, on: boolean): void => {
  folded.set((now) => new Set([...[...now].filter((one) => one !== id), ...(on ? [id] : [])].slice(-MOST)))
  // On a shared computer nothing is kept.
  if (session.get()?.shared === true) return
  try {
    localStorage.setItem(KEY, JSON.stringify([...folded.get()]))
  } catch {
    // Storage refused: it lasts as long as the page.
  }
}
