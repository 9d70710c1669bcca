/**
 * The webmail in Chromium against Roundcube, on two mailboxes of the same messages, in one run.
 * `npm run bench -- webmail [messages, 100000] [rounds, 5]`. The times are medians of the rounds, in milliseconds.
 */
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { dovecotMissing, startDovecot } from './peers/dovecot.ts'
import { message } from './peers/messages.ts'
import { certificateOf, startOurs } from './peers/ours.ts'
import { roundcubeMissing, startRoundcube } from './peers/roundcube.ts'
import { Imap } from './peers/wire.ts'

const [count = 100_000, rounds = 5] = process.argv
  .slice(2)
  .map(Number)
  .filter((number) => number > 0)
const browserPath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync)
/** A word that a few messages have, evenly spread. */
const rare = 'xylographie'
const rareEvery = Math.max(1, Math.floor(count / 20))

/** The word is in the subject: that is where Roundcube looks. */
const letter = (n: number): Uint8Array => {
  const bytes = message(n, 1500)
  if (n % rareEvery !== 3) return bytes
  return new TextEncoder().encode(new TextDecoder().decode(bytes).replace('Subject: ', `Subject: ${rare} `))
}

const fill = async (name: string, port: number, user: string, password: string): Promise<void> => {
  const imap = await Imap.open(port, { user, password })
  const slice = 100
  for (let n = 0; n < count; n += slice) {
    const parts: Uint8Array[] = []
    for (let i = n; i < Math.min(n + slice, count); i++) {
      const bytes = letter(i)
      parts.push(new TextEncoder().encode(` {${bytes.length}+}\r\n`), bytes)
    }
    await imap.appendAll('INBOX', parts)
    if (n % 10_000 === 0) process.stderr.write(`\r${name}: ${n} of ${count} messages`)
  }
  process.stderr.write(`\r${name}: ${count} messages            \n`)
  imap.close()
}

/** What a webmail is, to a hand: how to sign in, and what shows that each act is done. */
interface Webmail {
  readonly name: string
  readonly url: string
  readonly user: string
  readonly password: string
  signIn(page: Page): Promise<number>
  shown(page: Page): Promise<void>
  open(page: Page, row: number): Promise<number>
  search(page: Page): Promise<number>
}

const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await act()
  return performance.now() - started
}

const fast = { polling: 'raf' as const, timeout: 60_000 }

const roundcube = (url: string, user: string, password: string): Webmail => ({
  name: 'roundcube',
  url,
  user,
  password,
  signIn: async (page) => {
    await page.goto(url)
    await page.fill('input[name=_user]', user)
    await page.fill('input[name=_pass]', password)
    return timed(async () => {
      await page.click('#rcmloginsubmit', { noWaitAfter: true })
      await page.waitForSelector('#messagelist tbody tr', { timeout: 60_000 })
    })
  },
  shown: async (page) => {
    await page.waitForSelector('#messagelist tbody tr', { timeout: 60_000 })
  },
  open: (page, row) =>
    timed(async () => {
      const subject = await page.evaluate((n) => {
        const line = document.querySelectorAll<HTMLElement>('#messagelist tbody tr')[n]
        line?.querySelector('td.subject')?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }))
        line?.querySelector('td.subject')?.dispatchEvent(new MouseEvent('mouseup', { bubbles: true }))
        line?.querySelector('td.subject')?.dispatchEvent(new MouseEvent('click', { bubbles: true }))
        return line?.querySelector('td.subject a')?.textContent?.trim() ?? ''
      }, row)
      await page.waitForFunction(
        (wanted) => {
          const frame = document.querySelector<HTMLIFrameElement>('#messagecontframe')?.contentDocument
          return (
            frame?.querySelector('#messagebody .message-part') !== null &&
            (frame?.querySelector('.subject')?.textContent ?? '').includes(wanted)
          )
        },
        subject,
        fast,
      )
    }),
  search: (page) =>
    timed(async () => {
      await page.fill('#mailsearchform', rare)
      await page.press('#mailsearchform', 'Enter')
      await page.waitForFunction(
        () => {
          const rows = document.querySelectorAll('#messagelist tbody tr').length
          return rows > 0 && rows <= 25 && !document.querySelector('#messagestack .loading')
        },
        undefined,
        fast,
      )
    }),
})

const ourRows = '[role=grid] [role=row]'

const convergence = (url: string, user: string, password: string): Webmail => ({
  name: 'convergence',
  url,
  user,
  password,
  signIn: async (page) => {
    await page.goto(url)
    await page.getByLabel(/^(Identifiant ou adresse|Identifier or address)$/).fill(user)
    await page.getByLabel(/^(Mot de passe|Password)$/).fill(password)
    const button = page.getByRole('button', { name: /^(Se connecter|Sign in)$/ })
    return timed(async () => {
      await button.click({ noWaitAfter: true })
      await page.waitForSelector(ourRows, { timeout: 60_000 })
    })
  },
  shown: async (page) => {
    await page.waitForSelector(ourRows, { timeout: 60_000 })
  },
  open: (page, row) =>
    timed(async () => {
      const line = page.locator(ourRows).nth(row)
      await line.click({ noWaitAfter: true })
      await page.waitForFunction(
        (n) => {
          const line = document.querySelectorAll('[role=grid] [role=row]')[n]?.textContent ?? ''
          const title = [...document.querySelectorAll('h2')].find((one) => one.className.includes('subject'))
          const pane = title?.closest('section, main, article')
          return line.includes(title?.textContent ?? '\0') && /Bonjour/.test(pane?.textContent ?? '')
        },
        row,
        fast,
      )
    }),
  search: async (page) => {
    const box = page
      .getByRole('searchbox')
      .or(page.getByRole('combobox', { name: /Rechercher|Search/ }))
      .first()
    await box.click()
    return timed(async () => {
      await box.fill(rare)
      await box.press('Enter')
      await page.waitForFunction(
        () => {
          const rows = document.querySelectorAll('[role=grid] [role=row] mark').length
          return rows > 0
        },
        undefined,
        fast,
      )
    })
  },
})

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Octets that came over the network while a page was used, compressed as they came. */
const countBytes = async (page: Page): Promise<() => number> => {
  let bytes = 0
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  return () => bytes
}

type Row = 'cold' | 'bytes' | 'warm' | 'reload' | 'open' | 'search'

const measure = async (browser: Browser, mail: Webmail): Promise<Record<Row, number>> => {
  const all: Record<Row, number[]> = { cold: [], bytes: [], warm: [], reload: [], open: [], search: [] }
  for (let round = 0; round < rounds; round++) {
    const context: BrowserContext = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'fr-FR',
    })
    const page = await context.newPage()
    const bytes = await countBytes(page)
    all.cold.push(await mail.signIn(page))
    await page.waitForTimeout(1500)
    all.bytes.push(bytes())
    all.reload.push(await timed(() => page.reload({ waitUntil: 'commit' }).then(() => mail.shown(page))))
    await page.waitForTimeout(1000)
    for (const row of [4, 9]) {
      all.open.push(await mail.open(page, row))
      await page.waitForTimeout(300)
    }
    all.search.push(await mail.search(page))
    // The same browser comes back without its session, but with all it has kept.
    const kept = await context.cookies()
    await context.clearCookies()
    await context.addCookies(kept.filter(({ name }) => !/sess|signin|roundcube/i.test(name)))
    const again = await context.newPage()
    await page.close()
    all.warm.push(await mail.signIn(again))
    await context.close()
  }
  return Object.fromEntries(Object.entries(all).map(([name, values]) => [name, median(values)])) as Record<Row, number>
}

const ours = await startOurs(1)
const missing = dovecotMissing() ?? roundcubeMissing()
if (missing) console.log(`ours alone: ${missing}`)
const dovecot = missing ? undefined : await startDovecot(await certificateOf(ours.folder))
const other = dovecot && (await startRoundcube(dovecot.imap))
const browser = await chromium.launch({
  ...(browserPath === undefined ? {} : { executablePath: browserPath }),
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
})
try {
  const mails = [convergence(`http://127.0.0.1:${ours.http}/`, ours.address(0), ours.password)]
  await fill('convergence', ours.imap, ours.address(0), ours.password)
  if (dovecot && other) {
    mails.push(roundcube(other.url, dovecot.address(0), dovecot.password))
    await fill('dovecot', dovecot.imap, dovecot.address(0), dovecot.password)
  }
  await ours.quiet()
  await dovecot?.quiet()
  for (const mail of mails) {
    const rows = await measure(browser, mail)
    const { bytes, ...times } = rows
    const told = Object.entries(times).map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`)
    console.log(`${mail.name.padEnd(12)} ${told.join('  ')}  ${(bytes / 1000).toFixed(0)} kB cold`)
  }
} finally {
  await browser.close()
  await other?.stop()
  await dovecot?.stop()
  await ours.stop()
}
