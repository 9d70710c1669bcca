/** Messages that go round in circles (RFC 5321 §6.3). */
import { foldAddress } from '../envelope.ts'
import type { MessageCheck } from '../mail.ts'
import { Refusal } from '../refusal.ts'

export const notTooManyHops: MessageCheck = ({ header, delivery }) => {
  const hops = header.hops()
  if (hops > delivery.config.maxReceived) throw new Refusal('loop', `${hops} Received fields`)
}

/**
 * A message that was already delivered here to the same recipient, and comes back from outside: somebody forwards to an
 * address that forwards back. Both marks are asked for, because people do send on messages with all their fields.
 */
export const notDeliveredBefore: MessageCheck = ({ header, delivery, accepted }) => {
  const delivered = header.all('delivered-to').map((value) => foldAddress(value))
  if (delivered.length === 0) return
  const by = ` by ${delivery.config.hostname.toLowerCase()} `
  if (!header.all('received').some((value) => value.toLowerCase().replace(/\s+/g, ' ').includes(by))) return
  if (accepted.some(({ address }) => delivered.includes(foldAddress(address))))
    throw new Refusal('loop', 'already delivered to this recipient')
}
