/** Cards as vCards: what CardDAV reads and writes, what import and export are made of. */
import { randomUUID } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { fromVCard } from '#format/jscontact/from-vcard.ts'
import { toVCard, type WrittenVersion } from '#format/jscontact/to-vcard.ts'
import { parseVCards } from '#format/vcard/syntax.ts'
import type { Reader } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { type Contact, sourceOf } from './cards.ts'
import { maxSourceOctets } from './limits.data.ts'
import { takeMedia, withMedia } from './media.ts'
import type { ContactContent } from './write.ts'

/**
 * What a vCard says, ready to be written. The text itself is kept, so that whoever sent it gets back every byte. Throws
 * Failure invalid (not exactly one card, or one without a UID), tooLarge.
 */
export const readVCard = async (ctx: Context, text: string): Promise<ContactContent> => {
  if (Buffer.byteLength(text) > maxSourceOctets)
    throw new Failure('tooLarge', `a vCard has at most ${maxSourceOctets} octets`)
  if (text.includes('\u0000') || !text.isWellFormed()) throw new Failure('invalid', 'that is no text')
  const [vcard, second] = parseVCards(text, 2)
  if (!vcard || second) throw new Failure('invalid', 'there must be exactly one vCard')
  const made = randomUUID()
  const card = fromVCard(vcard, made)
  // A card without a UID is given one; its text does not have it, so the text is not what we hold.
  const { card: taken, media } = await takeMedia(ctx, card)
  return { card: taken, media, ...(card.uid === made ? {} : { source: text }) }
}

/**
 * A card as a vCard: the very text that a program sent, unless another version is asked for or the card has changed since;
 * version 3 is what programs expect that ask for none (RFC 6352 §10.4).
 */
export const vcardOf = async (
  ctx: Context,
  tx: Reader,
  account: number,
  contact: Contact,
  version?: WrittenVersion,
): Promise<string> => {
  const source = await sourceOf(tx, account, contact.id)
  if (source !== undefined && (version === undefined || parseVCards(source)[0]?.version === version)) return source
  return toVCard(await withMedia(ctx, tx, account, contact), version ?? '3.0')
}
