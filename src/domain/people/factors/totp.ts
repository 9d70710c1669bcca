/** Codes that change every thirty seconds (TOTP, RFC 6238): six digits, one step of tolerance, no step twice. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { renderSVG } from 'uqr'
import { Failure } from '#base/failure.ts'
import type { Writer } from '#store/engine.ts'
import { issue, peek, redeem } from '../one-time.ts'
import type { People } from '../people.ts'
import { addFactor, announceFactors, type By, type FactorRow, labelOf, noteUsed } from './rows.ts'
import { seal, unseal } from './seal.ts'

const period = 30
const seedBytes = 20
const beginKind = 'totp-begin'
const beginLife = 15 * 60_000

const totpOf = (seed: string): TOTP =>
  new TOTP({ algorithm: 'SHA1', digits: 6, period, secret: Secret.fromBase32(seed) })

/** The six digits of a text as people type them; undefined when it is no code. */
const digitsOf = (code: string): string | undefined => {
  if (code.length > 32) return
  const digits = code.replace(/[\s.-]+/g, '')
  return /^\d{6}$/.test(digits) ? digits : undefined
}

/** The step at `now`, or one beside it, whose code this is, if it is later than `last`; undefined when none is. */
export const matchStep = (seed: string, code: string, now: number, last: number): number | undefined => {
  const digits = digitsOf(code)
  if (digits === undefined) return
  const totp = totpOf(seed)
  const current = Math.floor(now / 1000 / period)
  const given = Buffer.from(digits)
  // Every step is compared, whichever matched: time tells nothing.
  const right = [current - 1, current, current + 1].filter((step) =>
    timingSafeEqual(Buffer.from(totp.generate({ timestamp: step * period * 1000 })), given),
  )
  return right.find((step) => step > last)
}

interface TotpData {
  /** Last step accepted: neither it nor an earlier one is taken again. */
  readonly step: number
}

const dataOf = (row: FactorRow): TotpData => {
  const data: unknown = row.data === '' ? {} : JSON.parse(row.data)
  const step = typeof data === 'object' && data !== null && 'step' in data ? Number(data.step) : 0
  return { step: Number.isFinite(step) ? step : 0 }
}

/** Within a transaction: true when the code is right for one of the account's generators; its step is then used up. */
export const judgeTotp = async (
  tx: Writer,
  people: People,
  account: number,
  rows: readonly FactorRow[],
  code: string,
  ip: string,
): Promise<FactorRow | undefined> => {
  const now = people.ctx.clock.now()
  for (const row of rows.filter(({ kind }) => kind === 'totp')) {
    const seed = unseal(people, `totp:${account}`, row.secret)
    const step = seed === undefined ? undefined : matchStep(seed, code, now, dataOf(row).step)
    if (step !== undefined && (await noteUsed(tx, row, now, ip, { data: JSON.stringify({ step }) }))) return row
  }
  return
}

export interface TotpBegun {
  /** Names this enrolment when it is confirmed. */
  readonly token: string
  /** Base32 in groups of four, for who cannot scan (RGAA: a picture always has its text). */
  readonly secret: string
  readonly uri: string
  /** SVG. */
  readonly qr: string
}

/** Begins to enrol a generator: nothing counts until one code of it is given. */
export const beginTotp = async (
  people: People,
  account: number,
  who: { readonly login: string; readonly issuer: string; readonly label?: string },
): Promise<TotpBegun> => {
  const secret = new Secret({ buffer: new Uint8Array(randomBytes(seedBytes)).buffer })
  const data = { seed: seal(people, `totp-begun:${account}`, secret.base32), label: labelOf(who.label ?? '') }
  const token = await people.ctx.store.writeGlobal((tx) =>
    issue(tx, people.ctx, { kind: beginKind, account, data: JSON.stringify(data), life: beginLife }),
  )
  const uri = new TOTP({
    issuer: who.issuer,
    label: who.login,
    algorithm: 'SHA1',
    digits: 6,
    period,
    secret,
  }).toString()
  return {
    token,
    secret: secret.base32.replace(/(.{4})(?=.)/g, '$1 '),
    uri,
    qr: renderSVG(uri, { ecc: 'M', border: 2 }),
  }
}

const wrongCode = (): Failure => new Failure('unauthenticated', 'the code is not right', { property: 'code' })
const expired = (): Failure => new Failure('unauthenticated', 'this has expired, begin again', { property: 'sign-in' })

/**
 * Enrols the generator once one of its codes is given; returns the factor's id. Throws Failure unauthenticated (wrong
 * code: try again; or the enrolment expired), tooMany.
 */
export const confirmTotp = async (
  people: People,
  account: number,
  token: string,
  code: string,
  by: By,
): Promise<number> => {
  const { ctx } = people
  const begun = await ctx.store.read((tx) => peek(tx, ctx, beginKind, token))
  if (!begun || begun.accountId !== account) throw expired()
  const { seed: sealed, label } = JSON.parse(begun.data) as { seed: string; label: string }
  const seed = unseal(people, `totp-begun:${account}`, sealed)
  if (seed === undefined) throw expired()
  const step = matchStep(seed, code, ctx.clock.now(), 0)
  if (step === undefined) throw wrongCode()
  const id = await ctx.store.write(account, async (tx) => {
    if (!(await redeem(tx, ctx, beginKind, token))) throw expired()
    const data = JSON.stringify({ step } satisfies TotpData)
    const factor = { kind: 'totp' as const, secret: seal(people, `totp:${account}`, seed), label, data }
    return addFactor(tx, people, account, factor, by)
  })
  await announceFactors(people, account, 'factor-added', label === '' ? 'TOTP' : label, by)
  return id
}
