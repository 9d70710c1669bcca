/** Which layout the window has room for. */
import { useSyncExternalStore } from 'react'

const queries = new Map<string, MediaQueryList>()
const queryOf = (text: string): MediaQueryList => {
  let found = queries.get(text)
  if (found === undefined) {
    found = window.matchMedia(text)
    queries.set(text, found)
  }
  return found
}

export const SINGLE_PANE = '(max-width: 47.99rem)'
export const DRAWER = '(max-width: 68.99rem)'

export const matches = (text: string): boolean => queryOf(text).matches

export const useMedia = (text: string): boolean =>
  useSyncExternalStore(
    (fn) => {
      const query = queryOf(text)
      query.addEventListener('change', fn)
      return () => query.removeEventListener('change', fn)
    },
    () => matches(text),
  )
