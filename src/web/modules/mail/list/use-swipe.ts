/**
 * A finger that draws a row to the side acts on it; which act is a preference. What it does has a button and a key as
 * well (WCAG 2.5.1): this is only the shorter way. A mouse drags rows to folders instead.
 */
import { type MouseEvent, type PointerEvent, useRef } from 'react'
import { preferences, type SwipeAct } from '../../../shell/preferences.ts'
import { archive, askSnooze, emailsOfRows, isUnread, markRead, type Target, trash } from '../act/act.ts'
import type { Acts } from '../act/acts.ts'

/** From here on it is a swipe and no longer a tap or a scroll, in pixels. */
const BEGINS = 14
/** And from here on it acts when the finger leaves. */
const ACTS = 88

const acting: Readonly<Record<Exclude<SwipeAct, 'none'>, (acts: Acts, which: Target) => void>> = {
  archive,
  trash,
  snooze: askSnooze,
  read: (acts, which) => markRead(acts, isUnread(acts, which), which),
}

interface Swipe {
  readonly x: number
  readonly y: number
  by: number
  isSwipe: boolean
}

const actOf = (by: number): SwipeAct => {
  const { swipeLeft, swipeRight } = preferences.get()
  return by < 0 ? swipeLeft : swipeRight
}

const show = (row: HTMLElement, by: number): void => {
  if (by === 0) {
    row.style.removeProperty('--swipe')
    delete row.dataset.swipe
    delete row.dataset.swipeActs
    return
  }
  row.style.setProperty('--swipe', `${by}px`)
  row.dataset.swipe = actOf(by)
  if (Math.abs(by) >= ACTS) row.dataset.swipeActs = ''
  else delete row.dataset.swipeActs
}

/** Handlers for a row's element. */
export const useSwipe = (acts: Acts, id: string | undefined) => {
  const now = useRef<Swipe>(undefined)
  const swiped = useRef(false)
  const end = (row: HTMLElement, isDone: boolean) => {
    const { by = 0 } = now.current ?? {}
    now.current = undefined
    show(row, 0)
    const act = actOf(by)
    if (!isDone || Math.abs(by) < ACTS || id === undefined || act === 'none') return
    acting[act](acts, { rows: [id], emails: emailsOfRows(acts, [id]) })
  }
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      swiped.current = false
      if (event.pointerType !== 'touch' || !event.isPrimary) return
      now.current = { x: event.clientX, y: event.clientY, by: 0, isSwipe: false }
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const swipe = now.current
      if (swipe === undefined || event.pointerType !== 'touch') return
      const by = event.clientX - swipe.x
      if (!swipe.isSwipe) {
        if (Math.abs(by) < BEGINS || Math.abs(by) < 1.5 * Math.abs(event.clientY - swipe.y)) return
        swipe.isSwipe = true
        swiped.current = true
        event.currentTarget.setPointerCapture(event.pointerId)
      }
      swipe.by = actOf(by) === 'none' ? 0 : by
      show(event.currentTarget, swipe.by)
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => end(event.currentTarget, true),
    onPointerCancel: (event: PointerEvent<HTMLElement>) => end(event.currentTarget, false),
    /** The finger that leaves after a swipe opens nothing. */
    onClickCapture: (event: MouseEvent) => {
      if (!swiped.current) return
      swiped.current = false
      event.stopPropagation()
      event.preventDefault()
    },
  }
}
