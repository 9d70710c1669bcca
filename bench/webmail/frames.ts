/** What is counted in frames, of ours alone: the next message, a row that leaves, a list that is scrolled. */
import type { Page } from 'playwright-core'

interface Frames {
  /** From the key to the painted words of the next message, ms each. */
  readonly next: readonly number[]
  /** Frames until the archived row is gone, each. */
  readonly archive: readonly number[]
  /** Of the frames of a scroll, those in which a place on screen had no words. */
  readonly scroll: { readonly frames: number; readonly blank: number; readonly longest: number }
}

const PRESSES = 10
const ARCHIVES = 3
const PAUSE_MS = 250

declare global {
  interface Window {
    /** What the key that is about to be pressed will have taken. */
    benchKey?: { took: Promise<number> }
  }
}

/** Presses a key once the page listens for it: the promise would otherwise be made after the key. */
const pressed = async (page: Page, key: string, listen: () => void): Promise<number> => {
  await page.evaluate(listen)
  await page.keyboard.press(key)
  const took = await page.evaluate(() => window.benchKey?.took ?? Number.NaN)
  await page.waitForTimeout(PAUSE_MS)
  return took
}

/** Until the words of the next message are painted, ms. */
const listenForMessage = (): void => {
  const pane = () => document.querySelector('#reader')
  const before = pane()?.querySelector('h2')?.textContent
  const isThere = () => {
    const title = pane()?.querySelector('h2')?.textContent ?? ''
    return title !== '' && title !== before && /Bonjour/.test(pane()?.textContent ?? '')
  }
  const took = new Promise<number>((resolve) => {
    const onKey = (event: KeyboardEvent) => {
      window.benchPainted(isThere).then(
        (at) => resolve(at - performance.timeOrigin - event.timeStamp),
        () => resolve(Number.NaN),
      )
    }
    window.addEventListener('keydown', onKey, { capture: true, once: true })
  })
  window.benchKey = { took }
}

/** Until the open row is gone, frames. */
const listenForGone = (): void => {
  const row = document.querySelector('[role=grid] [role=row][data-open]')?.id ?? ''
  const took = new Promise<number>((resolve) => {
    const onKey = () => {
      let frames = 0
      const look = () => {
        frames += 1
        if (document.getElementById(row) === null || frames > 600) resolve(frames)
        else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    }
    window.addEventListener('keydown', onKey, { capture: true, once: true })
  })
  window.benchKey = { took }
}

const several = async (times: number, act: () => Promise<number>): Promise<number[]> => {
  const took: number[] = []
  for (let i = 0; i < times; i++) took.push(await act())
  return took
}

const WHEEL_PX = 240
const WHEELS = 120
const WHEEL_EVERY_MS = 25

/** A brisk turn of the wheel through the list: about ten screens a second, for three seconds. */
const scroll = async (page: Page): Promise<Frames['scroll']> => {
  const grid = await page.locator('[role=grid]').boundingBox()
  if (grid === null) throw new Error('no list')
  await page.mouse.move(grid.x + grid.width / 2, grid.y + grid.height / 2)
  await page.evaluate(() => {
    const scroller = document.querySelector('[role=grid]')
    const told = { frames: 0, blank: 0, longest: 0, stop: false }
    Object.assign(window, { benchScroll: told })
    let before = performance.now()
    const look = () => {
      if (told.stop || scroller === null) return
      const now = performance.now()
      told.longest = Math.max(told.longest, now - before)
      before = now
      told.frames += 1
      const { top, bottom } = scroller.getBoundingClientRect()
      let covered = 0
      for (const row of scroller.querySelectorAll('[role=row]')) {
        if (row.querySelector('time') === null) continue
        const place = row.getBoundingClientRect()
        covered += Math.max(0, Math.min(bottom, place.bottom) - Math.max(top, place.top))
      }
      // A border between rows is no blank place.
      if (covered < (bottom - top) * 0.97) told.blank += 1
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  for (let i = 0; i < WHEELS; i++) {
    await page.mouse.wheel(0, WHEEL_PX)
    await page.waitForTimeout(WHEEL_EVERY_MS)
  }
  return page.evaluate(() => {
    const told = (window as Window & { benchScroll?: Frames['scroll'] & { stop: boolean } }).benchScroll
    if (told === undefined) throw new Error('nothing watched')
    told.stop = true
    return told
  })
}

/** With a message of the inbox open. */
export const countFrames = async (page: Page): Promise<Frames> => {
  const next = await several(PRESSES, () => pressed(page, 'j', listenForMessage))
  const archive = await several(ARCHIVES, () => pressed(page, 'e', listenForGone))
  return { next, archive, scroll: await scroll(page) }
}
