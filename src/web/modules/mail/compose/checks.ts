/** What may have been forgotten or mistaken in a message about to leave. Pure: words are chosen by whoever shows them. */
import type { Person } from './compose-state.ts'
import { mentionsAttachment } from './mentions.ts'
import { placeholdersIn } from './template-text.ts'

export type Warning =
  | { readonly kind: 'subject' }
  | { readonly kind: 'attachment' }
  | { readonly kind: 'placeholder'; readonly text: string }
  /** Much like an address or a domain that is known, but another. */
  | { readonly kind: 'lookAlike'; readonly email: string; readonly like: string }
  /** From outside, into a conversation that was among ourselves. */
  | { readonly kind: 'outside'; readonly emails: readonly string[] }
  /** Everybody would see everybody's address. */
  | { readonly kind: 'visible'; readonly count: number }

export interface Checked {
  readonly to: readonly Person[]
  readonly cc: readonly Person[]
  readonly bcc: readonly Person[]
  readonly subject: string
  /** What was written, without what is quoted. */
  readonly text: string
  readonly hasFiles: boolean
  /** Addresses of the conversation answered, in lower case; empty for a new message. */
  readonly participants: readonly string[]
}

export interface Around {
  /** Domains of the person's own addresses, in lower case. */
  readonly domains: ReadonlySet<string>
  /** Words that speak of an attached file, separated by `|`. */
  readonly words: string
}

/** More people than this in To and Cc see each other's addresses for nothing. */
export const MANY_VISIBLE = 20

const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1).toLowerCase()

/** Whether two words differ by one letter added, left out, changed or swapped; the same word does not. */
export const isOneSlipAway = (a: string, b: string): boolean => {
  if (a === b || Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start += 1
  let [endA, endB] = [a.length, b.length]
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1
    endB -= 1
  }
  const [restA, restB] = [a.slice(start, endA), b.slice(start, endB)]
  if (restA.length <= 1 && restB.length <= 1) return true
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0]
}

/** Letters that are taken for one another at a glance. */
const glance = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/rn/g, 'm')
    .replace(/[1l|i]/g, 'i')
    .replace(/0/g, 'o')

const isLookAlike = (a: string, b: string): boolean => a !== b && (isOneSlipAway(a, b) || glance(a) === glance(b))

/** Shorter names are one letter apart by chance. */
const LONG_ENOUGH = 6

const likeOf = (email: string, { participants }: Checked, { domains }: Around): string | undefined => {
  const own = email.toLowerCase()
  const domain = domainOf(own)
  if (domains.has(domain)) {
    return participants.find((known) => known !== own && own.length >= LONG_ENOUGH && isLookAlike(own, known))
  }
  const near = [...domains].find((known) => known.length >= LONG_ENOUGH && isLookAlike(domain, known))
  if (near !== undefined) return near
  if (participants.includes(own)) return undefined
  return participants.find((known) => own.length >= LONG_ENOUGH && isLookAlike(own, known))
}

/** Everything worth a question, most serious first. */
export const checkMessage = (message: Checked, around: Around): Warning[] => {
  const { to, cc, bcc, subject, text, participants } = message
  const warnings: Warning[] = []
  for (const { email } of [...to, ...cc, ...bcc]) {
    const like = likeOf(email, message, around)
    if (like !== undefined) warnings.push({ kind: 'lookAlike', email, like })
  }
  const isInside = (email: string) => around.domains.has(domainOf(email))
  if (participants.length > 0 && participants.every(isInside)) {
    const emails = [...to, ...cc, ...bcc].map(({ email }) => email).filter((email) => !isInside(email))
    if (emails.length > 0) warnings.push({ kind: 'outside', emails })
  }
  if (to.length + cc.length > MANY_VISIBLE) warnings.push({ kind: 'visible', count: to.length + cc.length })
  const [placeholder] = placeholdersIn(`${subject}\n${text}`)
  if (placeholder !== undefined) warnings.push({ kind: 'placeholder', text: placeholder })
  if (!message.hasFiles && mentionsAttachment(`${subject}\n${text}`, around.words))
    warnings.push({ kind: 'attachment' })
  if (subject.trim() === '') warnings.push({ kind: 'subject' })
  return warnings
}
