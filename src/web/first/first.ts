/**
 * The page's first script, before its first paint: the theme, so that a dark page never flashes white; who is signed in,
 * asked at once; the program of the mail, fetched at once where somebody was signed in; the picture of the last screen;
 * then the program. A file of its own, of a few kilobytes: the CSP forbids inline script.
 */
import { drop, kept, mayHaveKept } from '../shell/keepsakes.ts'
import { nodeOf, PICTURE, type Picture, presentView, programFiles, SHOWN } from './picture.ts'

/** The picture is not waited for any longer. */
const PICTURE_WITHIN_MS = 400
/** It does not hide for ever what should have taken its place. */
const PICTURE_FOR_MS = 8000

const setTheme = (): void => {
  const chosen: unknown = JSON.parse(localStorage.getItem('convergence.preferences') || '{}')
  const { theme, contrast, density, language } = chosen as Partial<Record<string, unknown>>
  const root = document.documentElement
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
  const system = matchMedia('(prefers-contrast: more)').matches
  if (contrast === 'high' || (contrast !== 'normal' && system)) root.dataset.contrast = 'high'
  if (density === 'compact' || density === 'spacious') root.dataset.density = density
  if (language === 'fr' || language === 'en') root.lang = language
}

/** Taken by shell/session.ts. */
const askSession = (): Promise<Response> => {
  const asked = fetch('/auth/session', {
    credentials: 'same-origin',
    headers: { accept: 'application/json' },
    cache: 'no-store',
  })
  asked.catch(() => undefined)
  globalThis.convergenceSession = asked
  return asked
}

const addLink = (attributes: Readonly<Record<string, string>>): Promise<void> => {
  const link = document.createElement('link')
  Object.assign(link, { crossOrigin: '', ...attributes })
  return new Promise((resolve) => {
    for (const event of ['load', 'error']) link.addEventListener(event, () => resolve())
    document.head.append(link)
  })
}

const once = (target: EventTarget, event: string): Promise<unknown> =>
  new Promise((resolve) => target.addEventListener(event, resolve, { once: true }))

const parsed = async (): Promise<void> => {
  if (document.readyState === 'loading') await once(document, 'DOMContentLoaded')
}

/** Fetches the program; resolves once its style sheets are in the page, after those that the page itself has. */
const fetchProgram = async (): Promise<void> => {
  const files = programFiles() ?? []
  for (const href of files)
    void addLink(href.endsWith('.css') ? { rel: 'preload', as: 'style', href } : { rel: 'modulepreload', href })
  await parsed()
  const isNew = (file: string) =>
    file.endsWith('.css') && document.querySelector(`link[href="${file}"][rel="stylesheet"]`) === null
  await Promise.all(files.filter(isNew).map((href) => addLink({ rel: 'stylesheet', href })))
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The program itself, which the page only names. */
const startProgram = async (): Promise<void> => {
  await parsed()
  const src = document.querySelector<HTMLMetaElement>('meta[name="start"]')?.content
  if (src === undefined) return
  const script = document.createElement('script')
  Object.assign(script, { type: 'module', crossOrigin: '', src })
  document.head.append(script)
}

/** Whether the application has a screen of its own. */
const isThere = (root: Element): boolean =>
  root.querySelector('main,#list') !== null && root.querySelector('main[aria-busy=true],#list[aria-busy=true]') === null

/** Shows it until the application has its own screen, in the same frame; a press of a row is kept for the row itself. */
const show = (picture: Picture, root: Element): void => {
  const holder = document.createElement('div')
  Object.assign(holder, { id: SHOWN, inert: true, ariaHidden: 'true' })
  holder.append(nodeOf(picture.piece))
  let pressed: string | undefined
  const press = ({ clientX, clientY }: MouseEvent) => {
    for (const row of holder.querySelectorAll<HTMLElement>('[data-row]')) {
      const { top, bottom, left, right } = row.getBoundingClientRect()
      if (clientY >= top && clientY < bottom && clientX >= left && clientX < right) pressed = row.dataset.row
    }
  }
  const end = () => {
    watch.disconnect()
    removeEventListener('click', press, true)
    holder.remove()
    if (pressed !== undefined) document.getElementById(pressed)?.click()
  }
  const watch = new MutationObserver(() => isThere(root) && end())
  watch.observe(root, { childList: true, subtree: true, attributeFilter: ['aria-busy'] })
  addEventListener('click', press, true)
  root.after(holder)
  setTimeout(end, PICTURE_FOR_MS)
}

/** Nothing is shown before the server has said that it is still the same person. */
const showPicture = async (asked: Promise<Response>, styled: Promise<unknown>): Promise<void> => {
  const view = presentView()
  if (view === undefined || !mayHaveKept() || document.visibilityState === 'hidden') return
  const [found, answer] = await Promise.all([
    // It serves once: what is done from now on is not in it.
    kept(PICTURE).finally(() => drop(PICTURE)),
    asked.then((response) => response.clone().json() as Promise<Record<string, unknown>>),
    styled,
    parsed(),
  ])
  const picture = found.get('') as Picture | undefined
  const root = document.getElementById('root')
  if (picture?.of !== view || root === null || isThere(root)) return
  const { signedIn, login, shared, mustChangePassword } = answer
  if (signedIn !== true || login !== picture.login || shared === true || mustChangePassword === true) return
  show(picture, root)
  await new Promise((resolve) => requestAnimationFrame(resolve))
  // The next task comes after the frame.
  await wait(0)
}

try {
  setTheme()
} catch {
  // Storage refused (private window): the defaults are fine.
}
const asked = askSession()
let shown: Promise<unknown> = Promise.resolve()
try {
  if (localStorage.getItem('convergence.signed-in') === '1') shown = showPicture(asked, fetchProgram())
} catch {
  // Storage refused: each is asked for a little later.
}
void Promise.race([shown.catch(() => undefined), wait(PICTURE_WITHIN_MS)]).then(startProgram)
