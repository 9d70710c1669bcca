/** What a row says about a conversation. Pure. */
import type { EmailSummary, ThreadView } from '../../../data/index.ts'

export interface RowFacts {
  readonly people: readonly { readonly name: string; readonly unread: boolean }[]
  readonly first: { readonly name: string; readonly email: string }
  readonly count: number
  readonly unread: boolean
  readonly flagged: boolean
  readonly answered: boolean
  readonly draft: boolean
  readonly attachment: boolean
  /** Of all its messages. */
  readonly keywords: ReadonlySet<string>
}

export const personName = (person: { name: string | null; email: string } | undefined): string =>
  person === undefined ? '' : person.name?.trim() || person.email

const shortName = (name: string): string => (name.includes('@') ? name.split('@')[0]! : name)

/** @param showRecipients the list is of sent mail or drafts: who it went to matters, not who wrote it */
export const rowFacts = (
  email: EmailSummary,
  thread: ThreadView | undefined,
  me: ReadonlySet<string>,
  texts: { me: string; nobody: string },
  showRecipients: boolean,
): RowFacts => {
  const emails = thread?.emails.length && !showRecipients ? thread.emails : [email]
  const people = new Map<string, { name: string; unread: boolean }>()
  for (const item of emails) {
    const who = showRecipients ? (item.to ?? []) : (item.from ?? []).slice(0, 1)
    const unread = !item.keywords.$seen && !showRecipients
    for (const person of who) {
      const key = person.email.toLowerCase()
      const name = me.has(key) ? texts.me : personName(person)
      people.set(key, { name, unread: unread || (people.get(key)?.unread ?? false) })
    }
  }
  const list = [...people.values()]
  const several = list.length > 1
  const lead = showRecipients ? email.to?.[0] : email.from?.[0]
  return {
    people:
      list.length === 0
        ? [{ name: texts.nobody, unread: false }]
        : list.map((one) => ({ ...one, name: several ? firstWord(shortName(one.name)) : one.name })),
    first: { name: personName(lead), email: lead?.email ?? '' },
    count: thread?.emails.length ?? 1,
    unread: emails.some((item) => !item.keywords.$seen && !item.keywords.$draft),
    flagged: emails.some((item) => item.keywords.$flagged),
    answered: Boolean(email.keywords.$answered),
    draft: emails.some((item) => item.keywords.$draft),
    attachment: emails.some((item) => item.hasAttachment),
    keywords: new Set(emails.flatMap((item) => Object.keys(item.keywords))),
  }
}

/** In a crowd the first name is enough; titles and functional names are kept whole. */
const firstWord = (name: string): string => {
  const words = name.split(/\s+/)
  return words.length === 2 && words[0]!.length > 2 ? words[0]! : name
}
