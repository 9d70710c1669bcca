/** Following only some people: the inbox shows their mail alone. A choice of this device; whom is kept by the server. */
import type { EmailFilter } from '../../../data/index.ts'
import { createValue } from '../../../shell/value.ts'

const KEY = 'convergence.focus'

const kept = (): boolean => {
  try {
    return localStorage.getItem(KEY) === '1'
  } catch {
    return false
  }
}

export const focusOn = createValue(typeof localStorage !== 'undefined' && kept())

export const toggleFocus = (): void => {
  focusOn.set((now) => !now)
  try {
    localStorage.setItem(KEY, focusOn.get() ? '1' : '0')
  } catch {
    // Storage refused: the choice lasts as long as the page.
  }
}

export const followedIn = (inMailbox: string): EmailFilter => ({
  operator: 'AND',
  conditions: [{ inMailbox }, { isFollowed: true }],
})
