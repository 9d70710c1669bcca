/**
 * ARC (RFC 8617): what is passed on to another server bears our word about it, sealed: what SPF, DKIM and DMARC said when
 * it came here. A server that trusts us need not refuse a message because it took a detour.
 */
import { Readable } from 'node:stream'
import type { Delivery } from './delivery.ts'
import { Header } from './header.ts'
import { mailauth } from './mailauth.ts'
import { keysFor } from './sign.ts'

/** RFC 8617 §4.2.1: sets that a message may have. */
const maxSets = 50
/** Octets of our results; more is no result of ours. */
const maxResults = 8000
const printable = /^[\x20-\x7e\t\r\n]*$/

export interface Sealable {
  /** Our results and whether the chain held, for the set that we add. */
  readonly results: string
  readonly chain: 'none' | 'pass'
}

/** The value of our own Authentication-Results as it was written, folded; undefined without one. */
const ownResults = (header: Header, hostname: string): string | undefined => {
  const field = header.fields.find(
    (one) =>
      one.name.toLowerCase() === 'authentication-results' &&
      header.value(one).trim().toLowerCase().startsWith(`${hostname.toLowerCase()};`),
  )
  if (!field) return
  const text = Buffer.from(header.bytes.subarray(field.start, field.end)).toString('latin1')
  const value = text.slice(text.indexOf(':') + 1).trim()
  return value.length <= maxResults && printable.test(value) ? value : undefined
}

/**
 * What there is to seal. Undefined when we have verified nothing, so have nothing to say, and when an earlier chain is
 * broken or was not looked at: nobody would believe what comes after it (§5.1.2).
 */
export const sealable = (block: Uint8Array, hostname: string): Sealable | undefined => {
  const header = new Header(block)
  const results = ownResults(header, hostname)
  if (results === undefined) return
  const sets = header.count('arc-seal')
  const pieces = header.has('arc-message-signature') || header.has('arc-authentication-results')
  if (sets === 0) return pieces ? undefined : { results, chain: 'none' }
  const verdict = /;\s*arc=([a-z]+)\b/i.exec(results)?.[1]?.toLowerCase()
  return sets < maxSets && verdict === 'pass' ? { results, chain: 'pass' } : undefined
}

/**
 * The three fields of our set, to be put before `block`; empty when there is nothing to seal. Never fails a message: one
 * that cannot be sealed leaves as it is, and the log tells.
 */
export const sealFields = async (
  delivery: Delivery,
  block: Uint8Array,
  body: () => AsyncIterable<Uint8Array>,
): Promise<string> => {
  const { config, ctx, metrics, people } = delivery
  const found = sealable(block, config.hostname)
  const domain = people.options.domains[0]
  if (!found || domain === undefined) return ''
  // RFC 8617 §4.1.2 takes DKIM's algorithms; verifiers know RSA.
  const key = (await keysFor(delivery, domain)).find(({ algorithm }) => algorithm === 'rsa-sha256')
  if (!key) return ''
  const message = async function* () {
    yield block
    yield* body()
  }
  try {
    const { sealMessage } = await mailauth()
    // The library's types know half of its options.
    const set = {
      signingDomain: domain,
      selector: key.selector,
      privateKey: key.privateKey,
      algorithm: 'rsa-sha256',
      signTime: new Date(ctx.clock.now()),
      authResults: found.results,
      cv: found.chain,
    }
    const fields = await sealMessage(Readable.from(message(), { objectMode: false }), set)
    metrics.count('arc_seals_total', { chain: found.chain })
    return fields.toString('latin1')
  } catch (error) {
    ctx.log.warn('arc.seal', { domain, message: error instanceof Error ? error.message : String(error) })
    return ''
  }
}
