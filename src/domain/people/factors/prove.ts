/**
 * Proving a second factor, whichever it is. Codes are judged one at a time for each account, counted before they are
 * judged, and slowed down; what is wrong is written down where its owner sees it.
 */
import { Failure } from '#base/failure.ts'
import type { Writer } from '#store/engine.ts'
import { signInRefusedDetail } from '../alerts.ts'
import { appendAudit } from '../audit.ts'
import type { People } from '../people.ts'
import { judgeGrid } from './grid.ts'
import { type PasskeyProof, provePasskey, type RelyingParty } from './passkey.ts'
import { judgeRecovery, recoveryLeft } from './recovery-codes.ts'
import { codeDelay, type FactorKind, type FactorRow, forgiveFailures, noteFailed, readFactors } from './rows.ts'
import { judgeTotp } from './totp.ts'

export type CodeProof =
  | { readonly kind: 'totp' | 'recovery'; readonly code: string }
  | { readonly kind: 'grid'; readonly cells: readonly string[] }

export type FactorProof = CodeProof | ({ readonly kind: 'passkey' } & PasskeyProof)

export interface ProofSource {
  readonly ip: string
  readonly userAgent?: string
  /** Id of the browser when the account has signed in there before: others' mistakes do not slow it down. */
  readonly device?: string | undefined
}

export interface Proved {
  readonly kind: FactorKind
  readonly amr: readonly string[]
  /** Recovery codes left, when one was used. */
  readonly left?: number
}

const judge = (
  tx: Writer,
  people: People,
  account: number,
  rows: readonly FactorRow[],
  proof: CodeProof,
  ip: string,
): Promise<FactorRow | undefined> => {
  switch (proof.kind) {
    case 'totp':
      return judgeTotp(tx, people, account, rows, proof.code, ip)
    case 'recovery':
      return judgeRecovery(tx, people, account, rows, proof.code, ip)
    case 'grid':
      return judgeGrid(tx, people, account, rows, proof.cells, ip)
  }
}

type Verdict = { readonly right: true; readonly left: number } | { readonly right: false; readonly retryAfter: number }

const decide = async (
  tx: Writer,
  people: People,
  account: number,
  login: string,
  proof: CodeProof,
  source: ProofSource,
): Promise<Verdict> => {
  const now = people.ctx.clock.now()
  const rows = await readFactors(tx, account)
  const retryAfter = source.device === undefined ? codeDelay(rows, now) : 0
  if (retryAfter > 0) return { right: false, retryAfter }
  const row = await judge(tx, people, account, rows, proof, source.ip)
  if (row) {
    await forgiveFailures(tx, account)
    return { right: true, left: recoveryLeft(await readFactors(tx, account)) }
  }
  await noteFailed(tx, account, proof.kind, now, source.ip)
  const about = { accountId: account, target: proof.kind, ip: source.ip }
  await appendAudit(tx, now, { actor: login, action: 'factor.refused', ...about })
  return { right: false, retryAfter: 0 }
}

export const wrongFactor = (): Failure => new Failure('unauthenticated', 'the code is not right', { property: 'code' })

const proveCode = async (
  people: People,
  account: { readonly id: number; readonly login: string },
  proof: CodeProof,
  source: ProofSource,
): Promise<Proved> => {
  const { id, login } = account
  // A browser that is known has its own, closer bound.
  const own = source.device === undefined ? 0 : people.throttle.attempt(`factor #${id}`, source.ip, source.device)
  if (own > 0) throw new Failure('throttled', 'too many wrong codes', { retryAfter: own })
  const verdict = await people.ctx.store.write(id, (tx) => decide(tx, people, id, login, proof, source))
  if (verdict.right) {
    if (source.device !== undefined) people.throttle.succeeded(`factor #${id}`, source.ip, source.device)
    return { kind: proof.kind, amr: ['otp', 'mfa'], ...(proof.kind === 'recovery' ? { left: verdict.left } : {}) }
  }
  if (verdict.retryAfter > 0) throw new Failure('throttled', 'too many wrong codes', { retryAfter: verdict.retryAfter })
  // Somebody has the password and not the factor: the owner learns it.
  const { ip, userAgent = '' } = source
  void signInRefusedDetail(people, id, { reason: 'wrong-factor', ip, userAgent })
  throw wrongFactor()
}

/**
 * Proves a factor of an account. Throws Failure unauthenticated (wrong: property `code` or `passkey`), throttled,
 * invalid.
 */
export const proveFactor = async (
  people: People,
  rp: RelyingParty,
  purpose: 'factor' | 'step-up',
  account: { readonly id: number; readonly login: string },
  proof: FactorProof,
  source: ProofSource,
): Promise<Proved> => {
  if (proof.kind !== 'passkey') return proveCode(people, account, proof, source)
  const { amr } = await provePasskey(people, rp, purpose, proof, { ip: source.ip, account: account.id })
  return { kind: 'passkey', amr: [...amr, 'mfa'] }
}
