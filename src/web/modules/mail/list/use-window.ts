/**
 * Which rows of a long list are on screen. All rows have one height, so nothing has to be known of those that are not:
 * a hundred thousand rows cost what ten do.
 */
import { useCallback, useDeferredValue, useLayoutEffect, useState } from 'react'
import { flushSync } from 'react-dom'

/** Rows made beyond those on screen, on both sides: what a scroll shows before the next frame. */
const OVERSCAN = 8
/** Those that a list begins with: what nobody sees yet waits until what is seen has been painted. */
const AT_FIRST = 1

interface Seen {
  /** Of the first row on screen. */
  readonly from: number
  /** Just beyond the last one. */
  readonly to: number
}

export interface RowWindow extends Seen {
  /** Where the rows to be made begin and end (excluded). */
  readonly first: number
  readonly last: number
  /** Scrolls no further than needed to show a row whole. */
  readonly scrollTo: (index: number) => void
}

export interface RowsOf {
  readonly count: number
  /** Pixels of one row. */
  readonly height: number
  /** Kept up to date: pixels scrolled. Where the list is when it is come back to. */
  readonly place: { top: number }
}

const seenAt = (top: number, view: number, height: number): Seen => ({
  from: Math.floor(top / height),
  to: Math.ceil((top + view) / height),
})

/** The same object while the same rows are seen. */
const orBefore =
  (now: Seen) =>
  (before: Seen): Seen =>
    before.from === now.from && before.to === now.to ? before : now

/** @param scroller what scrolls, once it is there */
export const useWindow = (scroller: HTMLElement | null, { count, height, place }: RowsOf): RowWindow => {
  // Before the first measure: the list is never higher than the window.
  const [seen, setSeen] = useState(() => seenAt(place.top, window.innerHeight, height))
  useLayoutEffect(() => {
    if (scroller === null) return
    const look = () => {
      place.top = scroller.scrollTop
      setSeen(orBefore(seenAt(scroller.scrollTop, scroller.clientHeight, height)))
    }
    // In the same frame: later, it would show a blank place.
    const scrolled = () => flushSync(look)
    // Another list begins where it was left.
    scroller.scrollTop = place.top
    look()
    const observer = new ResizeObserver(look)
    observer.observe(scroller)
    scroller.addEventListener('scroll', scrolled, { passive: true })
    return () => {
      observer.disconnect()
      scroller.removeEventListener('scroll', scrolled)
    }
  }, [scroller, height, place])
  const scrollTo = useCallback(
    (index: number) => {
      if (scroller === null) return
      const { scrollTop, clientHeight } = scroller
      const top = index * height
      if (top < scrollTop) scroller.scrollTop = top
      else if (top + height > scrollTop + clientHeight) scroller.scrollTop = top + height - clientHeight
      else return
      // With what else the key changes, not in a rendering of its own when the scrolling is told.
      setSeen(orBefore(seenAt(scroller.scrollTop, clientHeight, height)))
    },
    [scroller, height],
  )
  const overscan = useDeferredValue(OVERSCAN, AT_FIRST)
  const first = Math.max(0, Math.min(seen.from, count) - overscan)
  return { ...seen, first, last: Math.max(first, Math.min(count, seen.to + overscan)), scrollTo }
}
