/**
 * The sender of what is passed on (Sender Rewriting Scheme; M. Wong, S. Ladar, "SRS", and libsrs2). A message that leaves
 * here for another server under its own sender fails SPF there, so its sender becomes an address of ours in which the
 * real one is written, with the day and a hash that only we can make. A report to that address goes back to the real
 * sender, for three weeks.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { People } from '../people/people.ts'
import { splitAddress } from './envelope.ts'

/** RFC 4648 §6: letters and digits that survive a change of case. */
const base32 = 'abcdefghijklmnopqrstuvwxyz234567'
/** 30 bits: a guess a second takes 34 years, and opens the way to one address, for reports only. */
const hashLength = 6
/** Two letters count days, and begin again. */
const days = 1024
const validDays = 21
const day = 86_400_000
/** RFC 5321 §4.5.3.1.1. A longer one is refused by some servers: better the sender as it was. */
const longestLocal = 64

/** What a local part is when it needs no quotes (RFC 5321 §4.1.2, RFC 6531 §3.3). */
const dotAtom =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+)*$/u

const hashOf = ({ key }: Pick<People, 'key'>, text: string): string => {
  const digest = createHmac('sha256', key).update(`srs ${text.toLowerCase()}`).digest()
  return [...digest.subarray(0, hashLength)].map((octet) => base32[octet & 31]).join('')
}

const sameHash = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

const dayOf = (now: number): number => Math.floor(now / day) % days

const stampOf = (now: number): string => `${base32[dayOf(now) >> 5]}${base32[dayOf(now) & 31]}`

const stampIsFresh = (stamp: string, now: number): boolean => {
  const [high = -1, low = -1] = [...stamp.toLowerCase()].map((letter) => base32.indexOf(letter))
  const age = (dayOf(now) - (high * 32 + low) + 2 * days) % days
  // Another process may already be in tomorrow.
  return age <= validDays || age === days - 1
}

/** True for a local part that some forwarder has made. */
export const isRewritten = (local: string): boolean => /^SRS[01][=+-]/i.test(local)

/**
 * The sender under which a message from elsewhere leaves here: an address of `domain`. Undefined when it has to stay as it
 * is: the null sender, one that needs quotes, one that would become too long.
 */
export const rewriteSender = (
  people: Pick<People, 'key'>,
  sender: string,
  domain: string,
  now: number,
): string | undefined => {
  const from = splitAddress(sender)
  if (from.domain === '' || from.domain.startsWith('[') || !dotAtom.test(from.local)) return
  const written = writtenFor(people, from, now)
  return written === undefined || Buffer.byteLength(written) > longestLocal ? undefined : `${written}@${domain}`
}

const writtenFor = (
  people: Pick<People, 'key'>,
  { local, domain }: { readonly local: string; readonly domain: string },
  now: number,
): string | undefined => {
  // Another forwarder has written the sender already: only its name is kept, so that the address does not grow with each.
  const [, first] = /^SRS0([=+-].+)$/i.exec(local) ?? []
  if (first !== undefined) return `SRS1=${hashOf(people, `1 ${domain}=${first}`)}=${domain}=${first}`
  const [, host, rest] = /^SRS1[=+-][^=]+=([^=]+)=([=+-].+)$/i.exec(local) ?? []
  if (host !== undefined) return `SRS1=${hashOf(people, `1 ${host}=${rest}`)}=${host}=${rest}`
  if (isRewritten(local)) return
  const stamp = stampOf(now)
  return `SRS0=${hashOf(people, `0 ${stamp}=${domain}=${local}`)}=${stamp}=${domain}=${local}`
}

/** The sender that an address of ours stands for; undefined when we did not make it, or too long ago. */
export const originalSender = (people: Pick<People, 'key'>, address: string, now: number): string | undefined => {
  const { local } = splitAddress(address)
  if (local.length > 4 * longestLocal) return
  const [, hash = '', stamp = '', domain = '', name = ''] =
    /^SRS0[=+-]([a-z2-7]+)=([a-z2-7]{2})=([^=@]+)=(.+)$/i.exec(local) ?? []
  if (name !== '') {
    const ours = sameHash(hash.toLowerCase(), hashOf(people, `0 ${stamp}=${domain}=${name}`))
    return ours && stampIsFresh(stamp, now) ? `${name}@${domain.toLowerCase()}` : undefined
  }
  const [, seal = '', host = '', rest = ''] = /^SRS1[=+-]([a-z2-7]+)=([^=@]+)=([=+-].+)$/i.exec(local) ?? []
  if (rest === '' || !sameHash(seal.toLowerCase(), hashOf(people, `1 ${host}=${rest}`))) return
  return `SRS0${rest}@${host.toLowerCase()}`
}
