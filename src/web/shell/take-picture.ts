/** Keeps the picture of the screen at rest, sealed, for the next start; what is no longer true of it is dropped at once. */
import { PICTURE, type Picture, pieceOf, presentView } from '../first/picture.ts'
import { drop, keep } from './keepsakes.ts'
import { session } from './session.ts'

/** The screen is at rest when nothing has changed for so long. */
const REST_MS = 700
const LONGEST = 300_000

/** What comes after the list does at a start, and what a conversation shows, are no part of the first screen. */
const isLater = (element: Element): boolean => element.hasAttribute('data-later')

/** Beyond the screen nothing is seen. */
const isBelow = (element: Element): boolean =>
  element.getAttribute('role') === 'row' && element.getBoundingClientRect().top >= window.innerHeight

const take = (): Picture | undefined => {
  const { login, signedIn, shared } = session.get() ?? {}
  const of = presentView()
  const frame = document.querySelector('#root > [data-frame]')
  const grid = frame?.querySelector('[role=grid][aria-busy=false]')
  if (of === undefined || login === undefined || signedIn !== true || shared === true) return
  if (frame === null || grid === undefined || grid === null || grid.scrollTop !== 0) return
  // Something is under way.
  if (document.querySelector('[role*=dialog],[role=menu],[data-choosing]') !== null) return
  if (grid.querySelector('[role=row]:not(:has(time))') !== null) return
  const piece = pieceOf(frame, (element) => isLater(element) || isBelow(element))
  return piece === undefined ? undefined : { of, login, piece }
}

/** Until it is told to stop. Only for a client that nothing waits in and whose server answers: `isCalm`. */
export const followPicture = (isCalm: () => boolean): (() => void) => {
  const root = document.getElementById('root')
  if (root === null) return () => {}
  let timer: ReturnType<typeof setTimeout> | undefined
  const idle = (fn: () => void) =>
    typeof requestIdleCallback === 'function' ? requestIdleCallback(fn, { timeout: 2000 }) : setTimeout(fn, 200)
  const watch = new MutationObserver(() => {
    // Once is enough: it is looked at again when it is taken.
    watch.disconnect()
    drop(PICTURE)
    rest()
  })
  const look = () => {
    watch.observe(root, { childList: true, subtree: true, characterData: true, attributes: true })
    const picture = isCalm() ? take() : undefined
    if (picture !== undefined && JSON.stringify(picture).length < LONGEST) void keep(PICTURE, picture)
    else drop(PICTURE)
  }
  const rest = () => {
    clearTimeout(timer)
    timer = setTimeout(() => idle(look), REST_MS)
  }
  rest()
  return () => {
    clearTimeout(timer)
    watch.disconnect()
  }
}
