/** Following only some people, chosen on this device: the inbox shows their mail alone. Whom is kept by the server. */
import type { EmailFilter } from '../../../data/index.ts'
import { createValue, type Value } from '../../../shell/value.ts'

const keptValue = (key: string): Value<boolean> => {
  let kept = false
  try {
    kept = localStorage.getItem(key) === '1'
  } catch {
    // No storage: the choice lasts as long as the page.
  }
  return createValue(kept)
}

const FOCUS = 'convergence.focus'
export const focusOn = keptValue(FOCUS)

const toggle = (value: Value<boolean>, key: string): void => {
  value.set((now) => !now)
  try {
    localStorage.setItem(key, value.get() ? '1' : '0')
  } catch {
    // Storage refused.
  }
}
export const toggleFocus = (): void => toggle(focusOn, FOCUS)

export const followedIn = (inMailbox: string): EmailFilter => ({
  operator: 'AND',
  conditions: [{ inMailbox }, { isFollowed: true }],
})
