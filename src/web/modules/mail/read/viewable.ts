/** What of an attachment can be shown in the page, and how: never as the document it claims to be. */
import type { EmailBodyPart } from '../../../data/index.ts'

export type View = 'image' | 'pdf' | 'text' | 'event' | 'contact' | 'message'

const texts = /^text\/(?:plain|csv|markdown|x-log|tab-separated-values)$|^application\/json$/
const endings: Readonly<Record<string, View>> = {
  pdf: 'pdf',
  txt: 'text',
  log: 'text',
  md: 'text',
  csv: 'text',
  ics: 'event',
  vcf: 'contact',
  eml: 'message',
}

/** Types that say nothing: the name decides. */
const vague = /^application\/(?:octet-stream|x-.*|force-download|download)$|^$/

/** Octets that are fetched to be shown. */
export const longest: Readonly<Record<View, number>> = {
  image: 30_000_000,
  pdf: 40_000_000,
  text: 2_000_000,
  event: 1_000_000,
  contact: 1_000_000,
  message: 25_000_000,
}

export const viewable = ({ type, name, blobId }: EmailBodyPart): View | undefined => {
  if (blobId === null) return undefined
  const given = type.toLowerCase()
  if (/^image\/(?:png|jpeg|gif|webp|avif|bmp)$/.test(given)) return 'image'
  if (given === 'application/pdf') return 'pdf'
  if (given === 'message/rfc822' || given === 'message/global') return 'message'
  if (given === 'text/calendar' || given === 'application/ics') return 'event'
  if (/^text\/(?:x-)?(?:vcard|directory)$/.test(given)) return 'contact'
  const ending = /\.([a-z0-9]{1,8})$/i.exec(name ?? '')?.[1]?.toLowerCase() ?? ''
  if (texts.test(given)) return endings[ending] ?? 'text'
  return vague.test(given) ? endings[ending] : undefined
}
