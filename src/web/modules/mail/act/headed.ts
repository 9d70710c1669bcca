/** Where the person is headed: the address changes at once, the screen a moment later. */
import type { Place } from '../place.ts'

/** The conversation that is open or opening; `elsewhere` when the list on the screen is being left. */
export interface Headed {
  readonly threadId: string | undefined
  readonly elsewhere: boolean
}

/** Typed by hand it may be anything. */
const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** What the address says of the list on the screen. */
export const headedIn = (pathname: string, place: Pick<Place, 'kind' | 'param'>): Headed => {
  const [, room = '', ...rest] = pathname.split('/').map(decoded)
  const [list, threadId] = room === 'search' ? ['', rest[0]] : rest
  const elsewhere = room !== (place.kind === 'search' ? 'search' : 'mail') || list !== place.param
  return { threadId: elsewhere ? undefined : threadId || undefined, elsewhere }
}
