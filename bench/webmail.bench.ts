/**
 * The webmail in Chromium against Roundcube, on two mailboxes of the same messages, in one run, in turns.
 * `npm run bench -- webmail`, or `bin/node bench/webmail.bench.ts [messages, 100000] [rounds, 5]`. The mailboxes are filled
 * once and kept in BENCH_FOLDER (the folder of temporary files when it is not set). Times are medians, in milliseconds.
 */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { startRoundcube } from './peers/roundcube.ts'
import { countFrames } from './webmail/frames.ts'
import { countBytes, open, prepareContext, press, reload, search, signIn } from './webmail/moments.ts'
import { prepare } from './webmail/prepare.ts'
import { convergence, roundcube, type Webmail } from './webmail/webmails.ts'

const [count = 100_000, rounds = 5] = process.argv
  .slice(2)
  .map(Number)
  .filter((number) => number > 0)
const browserPath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync)
/** What a person's password takes to type, at least; and the pauses between acts. */
const TYPING_MS = 1500
const REST_MS = 1500

const timeRows = [
  'sign in, cold',
  'sign in, warm',
  'warm: a press answered',
  'reload',
  'reload: a press answered',
  'open a message',
  'search',
] as const
type Row = (typeof timeRows)[number] | 'kB in all, cold' | 'kB of script, cold'
type Measures = Map<Row, number[]>

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const add = (into: Measures, row: Row, value: number): void => {
  into.set(row, [...(into.get(row) ?? []), value])
}

/** One round of one webmail, in a browser that knows nothing of it. */
const round = async (browser: Browser, mail: Webmail, into: Measures): Promise<void> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'fr-FR' })
  await prepareContext(context, mail)
  const page = await context.newPage()
  const bytes = await countBytes(page)
  add(into, 'sign in, cold', await signIn(page, mail, TYPING_MS))
  const { all, script } = bytes()
  add(into, 'kB in all, cold', all / 1000)
  add(into, 'kB of script, cold', script / 1000)
  await page.waitForTimeout(2 * REST_MS)
  add(into, 'reload', await reload(page))
  await page.waitForTimeout(2 * REST_MS)
  add(into, 'reload: a press answered', await press(page, mail, () => reload(page)))
  await page.waitForTimeout(REST_MS)
  for (const row of [1, 4, 2]) {
    add(into, 'open a message', await open(page, row))
    await page.waitForTimeout(REST_MS / 3)
  }
  add(into, 'search', await search(page))
  await page.waitForTimeout(REST_MS / 3)
  // The same browser comes back without its session, but with all it has kept.
  const kept = await context.cookies()
  await context.clearCookies()
  await context.addCookies(kept.filter(({ name }) => !mail.session.test(name)))
  const again = await context.newPage()
  await page.close()
  const pressed = await press(again, mail, async () => {
    const seen = await signIn(again, mail, TYPING_MS)
    add(into, 'sign in, warm', seen)
    return seen
  })
  add(into, 'warm: a press answered', pressed)
  await context.close()
}

const frames = async (browser: Browser, mail: Webmail): Promise<void> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'fr-FR' })
  await prepareContext(context, mail)
  const page = await context.newPage()
  await signIn(page, mail, TYPING_MS)
  await page.waitForTimeout(2 * REST_MS)
  await open(page, 2)
  await page.waitForTimeout(REST_MS)
  const { next, archive, scroll } = await countFrames(page)
  const ms = next.map((value) => value.toFixed(0))
  console.log(`next message: median ${median(next).toFixed(0)} ms (aim 30), each ${ms.join(' ')}`)
  console.log(`archive: gone after ${archive.join(', ')} frames (aim 1)`)
  const { frames: seen, blank, longest } = scroll
  console.log(`scroll: ${blank} of ${seen} frames with a blank place (aim 0), longest frame ${longest.toFixed(0)} ms`)
  await context.close()
}

const report = (mails: readonly Webmail[], measures: readonly Measures[]): void => {
  console.log(`${count} messages, ${rounds} rounds in turns, medians`)
  for (const row of [...timeRows, 'kB in all, cold', 'kB of script, cold'] as const) {
    const [ours = [], other] = measures.map((one) => one.get(row) ?? [])
    const values = mails.map(({ name }, i) => `${name} ${median(measures[i]?.get(row) ?? []).toFixed(0)}`)
    const ratio = other === undefined ? '' : `  ratio ${(median(ours) / median(other)).toFixed(2)}`
    console.log(`${row.padEnd(25)} ${values.join('  ')}${ratio}  ours each: ${ours.map((v) => v.toFixed(0)).join(' ')}`)
  }
}

const { ours, dovecot, missing } = await prepare(count)
const other = dovecot && (await startRoundcube(dovecot.imap))
if (missing) console.log(`ours alone: ${missing}`)
const browser = await chromium.launch({
  ...(browserPath === undefined ? {} : { executablePath: browserPath }),
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
})
try {
  const url = `http://127.0.0.1:${ours.http}/`
  const mails = [convergence({ url, user: ours.address(0), password: ours.password })]
  if (dovecot && other) mails.push(roundcube({ url: other.url, user: dovecot.address(0), password: dovecot.password }))
  const measures = mails.map((): Measures => new Map())
  for (let turn = 0; turn < rounds; turn++)
    for (const [i, mail] of mails.entries()) {
      const into = measures[i]
      if (into !== undefined) await round(browser, mail, into)
    }
  report(mails, measures)
  if (mails[0] !== undefined) await frames(browser, mails[0])
} finally {
  await browser.close()
  await other?.stop()
  await dovecot?.stop()
  await ours.stop()
}
