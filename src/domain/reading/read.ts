/** What is known of an email beyond its own words: who sends it, whether they are known, what it imitates. */

import { formatId } from '#base/ids.ts'
import type { Reading } from '#format/jmap/reading.ts'
import { parseMessageIds } from '#format/mime/headers.ts'
import { isWithin, lookAlike, mixesScripts } from '#format/warning/domain.ts'
import { otherAddressIn, speaksForUs } from '#format/warning/name.ts'
import { type SentBy, sendersOf } from '../access/mailboxes/use.ts'
import type { Context } from '../context.ts'
import { bodyStart, Header } from '../delivery/header.ts'
import { type EmailRecord, getEmail } from '../mail/emails.ts'
import type { People } from '../people/people.ts'
import { judgedOf } from '../phishing/judged.ts'
import { practiceMark } from '../phishing/practice/acts.ts'
import { correspondentDomains, isKnown, isNameOfOurs, isNameOfPlatform } from './known.ts'
import { type Author, authorOf, proofOf, unsubscribeWays } from './proof.ts'
import { trustsImages } from './trust.ts'

/** Octets of a header that is not kept beside the message. */
const maxHeader = 1 << 20

/** The header block of an email. */
export const headerOf = async (ctx: Context, { content, blobId, size }: EmailRecord): Promise<Header> => {
  const block = content.headers ?? (await ctx.store.blobs.bytes(blobId, { start: 0, end: Math.min(size, maxHeader) }))
  return new Header(block.subarray(0, bodyStart(block)))
}

const imitated = async (
  people: People,
  { name, address, domain }: Author,
  known: boolean,
): Promise<Reading['imitates']> => {
  const { domains } = people.options
  const other = otherAddressIn(name, address)
  if (other !== undefined && isWithin(other.slice(other.lastIndexOf('@') + 1), domains))
    return { kind: 'address', name: other }
  if (isWithin(domain, domains)) return null
  const shown = name.slice(0, 100)
  if (speaksForUs(name, domains)) return { kind: 'platform', name: shown }
  // A name alone says little: whom the reader knows may well bear it.
  if (known) return null
  if (await isNameOfPlatform(people, name)) return { kind: 'platform', name: shown }
  return (await isNameOfOurs(people.ctx, name)) ? { kind: 'person', name: shown } : null
}

const blank = { external: false, known: true, lookAlike: null, mixed: false, imitates: null } as const

type Facts = Pick<Reading, 'external' | 'known' | 'lookAlike' | 'mixed' | 'imitates'>

const senderFacts = async (people: People, account: number, email: EmailRecord, author: Author): Promise<Facts> => {
  const { ctx } = people
  const { domains } = people.options
  const external = !isWithin(author.domain, domains)
  if (!external) return { ...blank, imitates: await imitated(people, author, true) }
  const known = await isKnown(ctx, account, author.address, email.id)
  // Who wrote before and was answered is who they are; a new one is compared with everybody the reader knows.
  const familiar = known ? domains : [...domains, ...(await correspondentDomains(ctx, account))]
  return {
    external,
    known,
    lookAlike: lookAlike(author.domain, familiar) ?? null,
    mixed: mixesScripts(author.domain),
    imitates: await imitated(people, author, known),
  }
}

type Acts = Pick<Reading, 'sentBy' | 'answeredBy'>
const nobody: Acts = { sentBy: null, answeredBy: [] }

/** Of the mailbox of a function: who sent it in its name, and who answered it. */
const actsOn = async ({ store }: Context, account: number, id: number, header: Header): Promise<Acts> => {
  const email = { id, messageId: header.all('message-id').flatMap(parseMessageIds)[0] ?? null }
  const { sent, answered } = await store.read((tx) => sendersOf(tx, account, email))
  const told = ({ name, at }: SentBy) => ({ name, at: new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z') })
  return { sentBy: sent ? told(sent) : null, answeredBy: answered.map(told) }
}

/** Reads one email; undefined when the account has none of this id. `images` is false where they are never fetched. */
export const readEmail = async (
  people: People,
  account: number,
  id: number,
  images: boolean,
): Promise<Reading | undefined> => {
  const { ctx } = people
  const { hostname } = people.options
  const email = await ctx.store.read((tx) => getEmail(tx, account, id))
  if (!email) return undefined
  const jmapId = formatId('email', id)
  const off = images ? 'ask' : 'off'
  // Practice is to be recognised by its reader: neither our seal nor our warning stands on it.
  const isPractice = email.mark === practiceMark
  if (email.mark !== '')
    return {
      id: jmapId,
      platform: isPractice ? '' : email.mark,
      proof: isPractice ? 'unknown' : 'own',
      provedBy: null,
      ...blank,
      ...nobody,
      judged: null,
      images: off,
      unsubscribe: null,
    }
  const header = await headerOf(ctx, email)
  const author = authorOf(header)
  const { proof, by } = proofOf(header, author, hostname)
  const facts = author ? await senderFacts(people, account, email, author) : { ...blank, external: true, known: false }
  const trusted =
    images &&
    (proof === 'own' || proof === 'verified') &&
    author !== undefined &&
    (await ctx.store.read((tx) => trustsImages(tx, account, author.address)))
  const { post: _, ...ways } = unsubscribeWays(header, hostname) ?? { post: null }
  return {
    id: jmapId,
    platform: '',
    proof,
    provedBy: by,
    ...facts,
    judged: await judgedOf(people, email.blobId, proof === 'own'),
    images: trusted ? 'allowed' : off,
    unsubscribe: 'web' in ways ? ways : null,
    ...(await actsOn(ctx, account, id, header)),
  }
}
