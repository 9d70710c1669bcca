/**
 * Codes that are read out or copied by hand: digits, few tries. A code that waits is kept until it ends, whoever asks
 * again: asking never buys an attacker more tries.
 */
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto'
import type { Reader, Writer } from '#store/engine.ts'
import { countAttempt, issue, type OneTime, peek, withdraw } from '../one-time.ts'
import type { People } from '../people.ts'

const minute = 60_000
const life = 15 * minute
const mostTries = 5

export type SpokenKind = 'contact-code' | 'rescue-code' | 'diagnosis-code'

/** One code for each account and kind at a time. */
const tokenOf = (kind: SpokenKind, account: number): string => `${kind} ${account}`

const hashOf = (people: People, kind: SpokenKind, account: number, code: string): string =>
  createHmac('sha256', people.key).update(`${kind}:${account}:${code}`).digest('hex')

interface Kept {
  readonly hash: string
  readonly about: string
}

const kept = (row: OneTime): Kept => JSON.parse(row.data) as Kept

export const codeWaits = async (tx: Reader, people: People, kind: SpokenKind, account: number): Promise<boolean> =>
  (await peek(tx, people.ctx, kind, tokenOf(kind, account))) !== undefined

/**
 * Within a transaction: makes a code (`1234 5678`), or undefined when one waits already. `about` is kept with it. With
 * `anew` the waiting one is replaced: for owners who are signed in.
 */
export const makeSpokenCode = async (
  tx: Writer,
  people: People,
  kind: SpokenKind,
  account: number,
  options: { readonly about?: string; readonly anew?: boolean } = {},
): Promise<string | undefined> => {
  if (!options.anew && (await codeWaits(tx, people, kind, account))) return
  const digits = String(randomInt(100_000_000)).padStart(8, '0')
  await withdraw(tx, account, kind)
  const data = JSON.stringify({ hash: hashOf(people, kind, account, digits), about: options.about ?? '' })
  await issue(tx, people.ctx, { kind, account, life, token: tokenOf(kind, account), data })
  return `${digits.slice(0, 4)} ${digits.slice(4)}`
}

/**
 * Judges a code in a transaction of its own, so that the try counts whatever follows. A right one is used up. Returns
 * what was kept with it; undefined when it is wrong, old, or was tried too often.
 */
export const takeSpokenCode = (
  people: People,
  kind: SpokenKind,
  account: number,
  given: string,
): Promise<string | undefined> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const row = await countAttempt(tx, people.ctx, kind, tokenOf(kind, account), mostTries)
    if (!row) return
    const { hash, about } = kept(row)
    const digits = given.replace(/[\s.-]+/g, '').slice(0, 20)
    const right = timingSafeEqual(Buffer.from(hash, 'hex'), Buffer.from(hashOf(people, kind, account, digits), 'hex'))
    if (!right) return
    await withdraw(tx, account, kind)
    return about
  })
