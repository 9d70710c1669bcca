/** The moments of both webmails, each from the press of a key or button to the frame that shows what was wanted. */
import type { BrowserContext, Page } from 'playwright-core'
import { type Hand, type Webmail, word } from './webmails.ts'

declare global {
  interface Window {
    benchHand: Hand
    /** When the first rows of the list were painted in this document; ms since 1970. */
    benchRows?: number
    /** Resolves with the moment after the painting of the first frame in which it is true; ms since 1970. */
    benchPainted: (isThere: () => boolean) => Promise<number>
  }
}

const watch = (): void => {
  window.benchPainted = (isThere) =>
    new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error('what was waited for did not come')), 60_000)
      const channel = new MessageChannel()
      channel.port1.onmessage = () => resolve(performance.timeOrigin + performance.now())
      const look = () => (isThere() ? channel.port2.postMessage(0) : requestAnimationFrame(look))
      requestAnimationFrame(look)
    })
  window.benchPainted(window.benchHand.isListed).then(
    (at) => {
      window.benchRows = at
    },
    () => undefined,
  )
}

/** Puts the hand and the watch into every document before its own scripts. */
export const prepareContext = async (context: BrowserContext, { hand }: Webmail): Promise<void> => {
  const functions = Object.entries(hand).map(([name, run]) => `${name}: ${run}`)
  const script = `if (window === window.top) { window.benchHand = { ${functions.join(', ')} }; (${watch})() }`
  await context.addInitScript({ content: script })
}

/** Which row is pressed. */
const PRESSED = 3

const now = (): number => performance.timeOrigin + performance.now()

const rowsPainted = async (page: Page): Promise<number> => {
  const handle = await page.waitForFunction(() => window.benchRows, undefined, { timeout: 60_000 })
  return (await handle.jsonValue()) ?? Number.NaN
}

/** @param typingMs how long the person types before pressing the button: what is fetched meanwhile, both may fetch */
export const signIn = async (page: Page, mail: Webmail, typingMs: number): Promise<number> => {
  const { login, password, button } = mail.fields
  await page.goto(mail.url)
  await page.fill(login, mail.user)
  await page.fill(password, mail.password)
  await page.waitForTimeout(typingMs)
  const started = now()
  await page.evaluate((selector) => document.querySelector<HTMLElement>(selector)?.click(), button)
  return (await rowsPainted(page)) - started
}

export const reload = async (page: Page): Promise<number> => {
  const started = now()
  await page.reload({ waitUntil: 'commit' })
  return (await rowsPainted(page)) - started
}

/**
 * The mouse presses a row as soon as the list is seen; until the application shows that it has taken it, from the same
 * start as `seen`, ms. What is seen early and answers late shows here.
 */
export const press = async (page: Page, mail: Webmail, act: () => Promise<number>): Promise<number> => {
  const seen = await act()
  const place = await page.evaluate(
    ([row, n]) => {
      const seenRows = [...document.querySelectorAll(row)].map((one) => one.getBoundingClientRect())
      const { x, y, width, height } = seenRows.filter((one) => one.height > 0)[n] ?? {}
      return { at: window.benchRows, x, y, width, height }
    },
    [mail.row, PRESSED] as const,
  )
  const { at = Number.NaN, x, y, width, height } = place
  if (x === undefined || y === undefined || width === undefined || height === undefined)
    throw new Error('no row to press')
  await page.mouse.click(x + width / 2, y + height / 2)
  const answered = await page.evaluate(() => window.benchPainted(() => window.benchHand.isPressed()))
  return seen + answered - at
}

export const open = (page: Page, row: number): Promise<number> =>
  page.evaluate(async (n) => {
    const started = performance.timeOrigin + performance.now()
    const subject = window.benchHand.openRow(n)
    return (await window.benchPainted(() => window.benchHand.isOpen(subject))) - started
  }, row)

export const search = (page: Page): Promise<number> =>
  page.evaluate(async (text) => {
    const started = performance.timeOrigin + performance.now()
    window.benchHand.search(text)
    return (await window.benchPainted(() => window.benchHand.isFound(text))) - started
  }, word)

/** Octets that came over the network while a page was used, compressed as they came: all of them, and scripts alone. */
export const countBytes = async (page: Page): Promise<() => { readonly all: number; readonly script: number }> => {
  const count = { all: 0, script: 0 }
  const scripts = new Set<string>()
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  session.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    count.all += encodedDataLength
    if (scripts.has(requestId)) count.script += encodedDataLength
  })
  return () => ({ ...count })
}
