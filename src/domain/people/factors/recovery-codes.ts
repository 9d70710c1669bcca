/** Recovery codes: ten, kept on paper for the day the other factor is lost. Hashed; each is good once. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import type { Writer } from '#store/engine.ts'
import type { People } from '../people.ts'
import { addFactor, announceFactors, type By, type FactorRow, hasSecondFactor, noteUsed } from './rows.ts'

/** As in app passwords: without look-alikes, and easy to read out. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz234567890'
const count = 10
/** Sixty bits. */
const length = 12

const newCode = (): string => [...randomBytes(length)].map((byte) => alphabet[byte & 31]).join('')

const hashOf = (people: Pick<People, 'key'>, account: number, code: string): string =>
  createHmac('sha256', people.key).update(`recovery:${account}:${code}`).digest('hex')

const hashesOf = (row: FactorRow): string[] => row.secret.split(' ').filter(Boolean)

/** Codes that are left. */
export const recoveryLeft = (rows: readonly FactorRow[]): number =>
  rows.filter(({ kind }) => kind === 'recovery').reduce((sum, row) => sum + hashesOf(row).length, 0)

/** Makes ten codes and returns them, this once; those made before end. Throws Failure invalid without a factor. */
export const makeRecoveryCodes = async (people: People, account: number, by: By): Promise<string[]> => {
  const codes = Array.from({ length: count }, newCode)
  const secret = codes.map((code) => hashOf(people, account, code)).join(' ')
  await people.ctx.store.write(account, async (tx) => {
    if (!(await hasSecondFactor(tx, account)))
      throw new Failure('invalid', 'recovery codes replace a second factor: add one first', { property: 'factor' })
    const factor = { kind: 'recovery' as const, secret, label: '', data: String(count) }
    await addFactor(tx, people, account, factor, by, true)
  })
  await announceFactors(people, account, 'recovery-codes-made', '', by)
  return codes.map((code) => code.replace(/(.{4})(?=.)/g, '$1-'))
}

/** Within a transaction: the row when the code is one that is left; it is then used up. */
export const judgeRecovery = async (
  tx: Writer,
  people: People,
  account: number,
  rows: readonly FactorRow[],
  code: string,
  ip: string,
): Promise<FactorRow | undefined> => {
  const plain = code.length > 64 ? '' : code.replace(/[\s-]+/g, '').toLowerCase()
  if (plain.length !== length) return
  const given = Buffer.from(hashOf(people, account, plain), 'hex')
  for (const row of rows.filter(({ kind }) => kind === 'recovery')) {
    const hashes = hashesOf(row)
    const right = hashes.filter((hash) => timingSafeEqual(Buffer.from(hash, 'hex'), given))
    if (right.length === 0) continue
    const left = hashes.filter((hash) => !right.includes(hash))
    const after = { secret: left.join(' '), data: String(left.length) }
    if (await noteUsed(tx, row, people.ctx.clock.now(), ip, after)) return row
  }
  return
}
