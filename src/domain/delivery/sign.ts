/** DKIM signatures of what we send (RFC 6376 §5). */
import { Readable } from 'node:stream'
import { parseAddresses } from '#format/address/parse.ts'
import { foldDomain, isLocalDomain } from '../people/addresses.ts'
import type { Delivery } from './delivery.ts'
import { type DkimKey, dkimKeys } from './dkim.ts'
import { splitAddress } from './envelope.ts'
import type { Header } from './header.ts'
import { mailauth } from './mailauth.ts'

/** Keys do not change while the program runs, but for domains that had none yet. */
const cache = new WeakMap<Delivery, Map<string, readonly DkimKey[]>>()

/** The keys of a domain of ours, remembered. */
export const keysFor = async (delivery: Delivery, domain: string): Promise<readonly DkimKey[]> => {
  let keys = cache.get(delivery)
  if (!keys) cache.set(delivery, (keys = new Map()))
  const known = keys.get(domain)
  if (known) return known
  const found = await dkimKeys(delivery.ctx, domain)
  if (found.length > 0) keys.set(domain, found)
  return found
}

/**
 * The DKIM-Signature fields for a message, one per key of its author's domain; empty when the domain is not ours or has
 * no keys. A message that cannot be signed is sent unsigned: the log tells.
 */
export const signMessage = async (
  delivery: Delivery,
  header: Header,
  message: () => AsyncIterable<Uint8Array>,
): Promise<string> => {
  const author = parseAddresses(header.all('from')[0] ?? '')[0]
  const domain = foldDomain(splitAddress(author?.email ?? '').domain)
  if (domain === undefined || !isLocalDomain(delivery.people, domain)) return ''
  const keys = await keysFor(delivery, domain)
  const [first] = keys
  if (!first) return ''
  const { dkimSign } = await mailauth()
  const { signatures, errors } = await dkimSign(Readable.from(message(), { objectMode: false }), {
    // The library's types ask for one key here; it signs with those of signatureData.
    signingDomain: domain,
    selector: first.selector,
    privateKey: first.privateKey,
    canonicalization: 'relaxed/relaxed',
    signTime: new Date(delivery.ctx.clock.now()),
    signatureData: keys.map(({ selector, algorithm, privateKey }) => ({
      signingDomain: domain,
      selector,
      privateKey,
      algorithm,
    })),
  })
  for (const error of errors ?? [])
    delivery.ctx.log.warn('dkim.sign', { domain, message: String((error as { err?: unknown }).err ?? error) })
  return signatures.trim() === '' ? '' : `${signatures.trimEnd()}\r\n`
}
