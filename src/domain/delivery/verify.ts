/**
 * Who a message really comes from: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489) and ARC (RFC 8617), told in
 * Authentication-Results (RFC 8601). Bounded in time and work; failing to find out never loses mail.
 */
import { Readable } from 'node:stream'
import type { DNSResolver } from 'mailauth'
import type { Log } from '#base/log.ts'
import { type ResolveDns, within } from './dns.ts'
import type { Header } from './header.ts'
import { mailauth } from './mailauth.ts'

export interface Verdict {
  /** The field, with its end of line. */
  readonly field: string
  /** `fail` only when DMARC was evaluated and failed. */
  readonly dmarc: 'pass' | 'fail' | 'none' | 'temperror'
  /** What the author's domain asks to be done with mail that fails. */
  readonly policy: 'none' | 'quarantine' | 'reject'
}

export interface Evidence {
  readonly ip: string
  readonly helo: string
  readonly sender: string
  readonly header: Header
  /** Header and body, in pieces. */
  message(header: Uint8Array): AsyncIterable<Uint8Array>
}

export interface VerifyOptions {
  readonly hostname: string
  readonly resolve: ResolveDns
  /** Milliseconds. */
  readonly time: number
  readonly log: Log
}

/** Signatures beyond these are not looked at: each costs a look-up and a verification. */
const maxSignatures = 10
/** A DNS look-up made on behalf of one message takes no longer. */
const maxLookups = 60

const unknown = (hostname: string, reason: string): Verdict => ({
  field: `Authentication-Results: ${hostname};\r\n dmarc=temperror (${reason})\r\n`,
  dmarc: 'temperror',
  policy: 'none',
})

const boundedLookups = (resolve: ResolveDns): DNSResolver => {
  let lookups = 0
  return async (name, type) => {
    if (++lookups > maxLookups) throw Object.assign(new Error('too many look-ups'), { code: 'EREFUSED' })
    return (await resolve(name, type)) as string[][]
  }
}

/** One field whose continuation lines are indeed continuations: nothing of the message may open a line of its own. */
const asField = (headers: string): string | undefined => {
  const start = headers.indexOf('Authentication-Results:')
  if (start < 0) return undefined
  const text = headers.slice(start).replace(/\r?\n$/, '')
  const rows = text.split(/\r?\n/)
  if (!rows.every((row, i) => (i === 0 || /^[ \t]+\S/.test(row)) && /^[\t\x20-\x7e\u0080-\u{10ffff}]*$/u.test(row)))
    return undefined
  return `${rows.join('\r\n')}\r\n`
}

const withFewSignatures = (header: Header): Header => {
  let signatures = 0
  return header.without((_field, name) => name === 'dkim-signature' && ++signatures > maxSignatures)
}

const readPolicy = (policy: unknown): Verdict['policy'] =>
  policy === 'quarantine' || policy === 'reject' ? policy : 'none'

/** Verifies a message that came from outside. Never throws. */
export const verifyOrigin = async (evidence: Evidence, options: VerifyOptions): Promise<Verdict> => {
  const { hostname, log } = options
  const source = Readable.from(evidence.message(withFewSignatures(evidence.header).bytes), { objectMode: false })
  try {
    const results = await within(
      mailauth().then(({ authenticate }) =>
        authenticate(source, {
          ip: evidence.ip,
          helo: evidence.helo,
          // The null reverse-path is postmaster at the HELO name (RFC 7208 §2.4).
          sender: evidence.sender || `postmaster@${evidence.helo}`,
          mta: hostname,
          resolver: boundedLookups(options.resolve),
          disableBimi: true,
        }),
      ),
      options.time,
      () => new Error('verification took too long'),
    )
    const { dmarc } = results
    const result = dmarc ? String(dmarc.status.result) : 'none'
    return {
      field: asField(results.headers) ?? unknown(hostname, 'unprintable results').field,
      dmarc: result === 'pass' || result === 'fail' || result === 'temperror' ? result : 'none',
      policy: dmarc ? readPolicy(dmarc.policy) : 'none',
    }
  } catch (error) {
    log.warn('delivery.verify', { message: error instanceof Error ? error.message : String(error) })
    return unknown(hostname, 'not evaluated')
  } finally {
    source.destroy()
  }
}
