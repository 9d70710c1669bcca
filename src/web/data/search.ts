/**
 * What a person types in the search field -> a JMAP filter (RFC 8621 §4.4.1). Plain words look everywhere in a message;
 * `name:value` narrows, in English or French (`from:` `de:`, `has:attachment` `avec:pièce`, `is:unread` `est:nonlu`,
 * `before:2026-09-01` `avant:01/09/2026`, `in:archive` `dans:"Projet Europe"`, `label:conseil` `étiquette:conseil`,
 * `larger:5m` `plus-grand:5m`, `filename:notes` `fichier:notes`); a leading `-` excludes; quotes keep words
 * together; `OU` or `OR` between two terms takes either. What is not understood is searched for as plain words: nothing a person types is an error.
 */
import type { EmailFilter, EmailFilterCondition } from '#format/jmap/mail.ts'
import type { ListQuery, Mailbox } from './contract.ts'

export interface SearchContext {
  readonly mailboxes: readonly Mailbox[]
  /** Searches in this mailbox only, unless the text says where. */
  readonly mailboxId?: string | undefined
  /** Names of labels, and the keywords they stand for. */
  readonly labels?: readonly { readonly name: string; readonly keyword: string }[] | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

export interface Word {
  readonly name: string | undefined
  readonly value: string
  readonly isNegated: boolean
  /** As typed. */
  readonly raw: string
}

const MAX_LENGTH = 500
const MAX_WORDS = 32
const DAY = 86_400_000

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** `-name:"two words"`, `name:value`, `"two words"`, `word`. */
const WORD = /(-?)(?:(\p{L}[\p{L}-]*):(?=\S))?(?:"([^"]*)"?|(\S+))/gu

/** `de : Hélène`, as French writes a colon, is `de:Hélène`; what narrows nothing keeps its spaces. */
const tightened = (text: string): string =>
  text.replaceAll(
    /(^|\s)(-?)(\p{L}[\p{L}-]*)[ \u00a0\u202f]?:[ \u00a0\u202f]*(?=[^\s:])/gu,
    (all, gap, minus, name: string) => (Object.hasOwn(names, fold(name)) ? `${gap}${minus}${name}:` : all),
  )

/** The words of a search, as `parseSearch` reads them. */
export const wordsOf = (text: string): Word[] =>
  [...tightened(text.slice(0, MAX_LENGTH)).matchAll(WORD)].slice(0, MAX_WORDS).flatMap((match) => {
    const [raw, minus, name, quoted, plain] = match
    const value = quoted === undefined ? (plain ?? '') : quoted
    if (!value) return []
    return [{ name: name === undefined ? undefined : fold(name), value, isNegated: minus === '-', raw }]
  })

/** What each operator narrows, in both languages. */
const names: Readonly<Record<string, string>> = {
  from: 'from',
  de: 'from',
  to: 'to',
  a: 'to',
  pour: 'to',
  cc: 'cc',
  bcc: 'bcc',
  cci: 'bcc',
  subject: 'subject',
  objet: 'subject',
  sujet: 'subject',
  body: 'body',
  corps: 'body',
  texte: 'body',
  has: 'has',
  avec: 'has',
  is: 'is',
  est: 'is',
  before: 'before',
  avant: 'before',
  after: 'after',
  apres: 'after',
  since: 'after',
  depuis: 'after',
  on: 'on',
  le: 'on',
  in: 'in',
  dans: 'in',
  label: 'label',
  etiquette: 'label',
  filename: 'filename',
  fichier: 'filename',
  larger: 'larger',
  plus: 'larger',
  'plus-grand': 'larger',
  smaller: 'smaller',
  moins: 'smaller',
  'plus-petit': 'smaller',
}

const states: Readonly<Record<string, EmailFilterCondition>> = {
  unread: { notKeyword: '$seen' },
  nonlu: { notKeyword: '$seen' },
  read: { hasKeyword: '$seen' },
  lu: { hasKeyword: '$seen' },
  flagged: { hasKeyword: '$flagged' },
  starred: { hasKeyword: '$flagged' },
  suivi: { hasKeyword: '$flagged' },
  important: { hasKeyword: '$flagged' },
  answered: { hasKeyword: '$answered' },
  replied: { hasKeyword: '$answered' },
  repondu: { hasKeyword: '$answered' },
  forwarded: { hasKeyword: '$forwarded' },
  transfere: { hasKeyword: '$forwarded' },
  draft: { hasKeyword: '$draft' },
  brouillon: { hasKeyword: '$draft' },
  muted: { hasKeyword: '$muted' },
  masque: { hasKeyword: '$muted' },
  followed: { isFollowed: true },
  suivie: { isFollowed: true },
}

const attachmentWords = /^(attachments?|pj|piece-?jointe|pieces?|fichiers?|files?)$/

const roles: Readonly<Record<string, string>> = {
  inbox: 'inbox',
  reception: 'inbox',
  sent: 'sent',
  envoyes: 'sent',
  drafts: 'drafts',
  brouillons: 'drafts',
  archive: 'archive',
  archives: 'archive',
  junk: 'junk',
  spam: 'junk',
  indesirables: 'junk',
  trash: 'trash',
  corbeille: 'trash',
  snoozed: 'snoozed',
  attente: 'snoozed',
}

/** Midnight, in the person's own time zone, of `2026-09-01`, `01/09/2026`, `today`, `hier`, `7d`, `2s` (weeks)… */
export const dayOf = (text: string, now: number): number | undefined => {
  const today = new Date(now)
  const midnight = (year: number, month: number, day: number) => {
    const date = new Date(year, month, day)
    return date.getMonth() === month && date.getDate() === day ? date.getTime() : undefined
  }
  const word = fold(text)
  const back = (days: number) => midnightBefore(today, days)
  if (word === 'today' || word === 'aujourdhui' || word === "aujourd'hui") return back(0)
  if (word === 'yesterday' || word === 'hier') return back(1)
  const relative = /^(\d{1,4})([djwsmya])$/.exec(word)
  if (relative) return back(Number(relative[1]) * (unitDays[relative[2] ?? ''] ?? 1))
  const iso = /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?$/.exec(word)
  if (iso) return midnight(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3] ?? 1))
  const french = /^(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?$/.exec(word)
  if (french) return midnight(Number(french[3] ?? today.getFullYear()), Number(french[2]) - 1, Number(french[1]))
  const year = /^(19|20)\d\d$/.exec(word)
  return year ? midnight(Number(word), 0, 1) : undefined
}

const unitDays: Readonly<Record<string, number>> = { d: 1, j: 1, w: 7, s: 7, m: 30, y: 365, a: 365 }

const midnightBefore = (now: Date, days: number): number =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).getTime()

const utc = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

const sizeOf = (text: string): number | undefined => {
  const match = /^(\d{1,9})(k|m|g)?[bo]?$/.exec(fold(text))
  if (!match) return
  const unit = { k: 1000, m: 1_000_000, g: 1_000_000_000 }[match[2] ?? ''] ?? 1
  return Number(match[1]) * unit
}

/** What names a mailbox from the top: `/Classes/3e B`. A quotation mark would end the words it is written in. */
const pathOf = (mailbox: Mailbox, mailboxes: readonly Mailbox[], depth = 0): string => {
  const parent = depth > 20 ? undefined : mailboxes.find(({ id }) => id === mailbox.parentId)
  return `${parent === undefined ? '' : pathOf(parent, mailboxes, depth + 1)}/${mailbox.name.replaceAll('"', '')}`
}

/** How a search names a mailbox of one's own so that no other is meant: by its name, or by its path when it must be. */
export const mailboxWord = (mailbox: Mailbox, mailboxes: readonly Mailbox[]): string => {
  const isMeant = mailboxOf(mailbox.name, mailboxes)?.id === mailbox.id
  const isPlain = isMeant && !ANYWHERE.test(fold(mailbox.name)) && !mailbox.name.includes('"')
  return isPlain ? mailbox.name : pathOf(mailbox, mailboxes)
}

const ANYWHERE = /^(anywhere|all|partout|tout)$/

/** The mailbox meant: by its path, by the word for its role, by its name, or by the beginning of its name. */
const mailboxOf = (value: string, mailboxes: readonly Mailbox[]): Mailbox | undefined => {
  const wanted = fold(value)
  if (value.startsWith('/')) {
    const paths = mailboxes.map((mailbox) => ({ mailbox, path: pathOf(mailbox, mailboxes) }))
    return (paths.find(({ path }) => path === value) ?? paths.find(({ path }) => fold(path) === wanted))?.mailbox
  }
  const role = roles[wanted]
  return (
    mailboxes.find((mailbox) => role !== undefined && mailbox.role === role) ??
    mailboxes.find((mailbox) => mailbox.name === value) ??
    mailboxes.find((mailbox) => fold(mailbox.name) === wanted) ??
    mailboxes.find((mailbox) => fold(mailbox.name).startsWith(wanted))
  )
}

/** The keyword of a label: by its name, the beginning of it, or the keyword itself. */
const keywordOf = (value: string, labels: SearchContext['labels'] & object): string | undefined => {
  const wanted = fold(value)
  return (
    labels.find(({ name }) => fold(name) === wanted) ??
    labels.find(({ keyword }) => keyword === wanted) ??
    labels.find(({ name }) => fold(name).startsWith(wanted))
  )?.keyword
}

/** What a word narrows; undefined for plain words. */
export const operatorOf = ({ name }: Word): string | undefined => (name === undefined ? undefined : names[name])

type Place = { readonly place: 'anywhere' } | undefined

/** The condition of one `name:value`; undefined when it is not understood. */
const conditionOf = (name: string, value: string, context: SearchContext): EmailFilter | Place => {
  switch (name) {
    case 'to':
      // `a:` is both "à" and "il y a": `a:pj` can only be the second.
      if (attachmentWords.test(fold(value))) return { hasAttachment: true }
      return { to: value }
    case 'from':
    case 'cc':
    case 'bcc':
    case 'subject':
    case 'body':
      return { [name]: value }
    case 'filename':
      return { attachmentName: value }
    case 'label': {
      const keyword = keywordOf(value, context.labels ?? [])
      return keyword === undefined ? undefined : { hasKeyword: keyword }
    }
    case 'has':
      return attachmentWords.test(fold(value)) ? { hasAttachment: true } : undefined
    case 'is':
      return states[fold(value).replaceAll(/[- ]/g, '')]
    case 'larger':
    case 'smaller': {
      const size = sizeOf(value)
      if (size === undefined) return
      return name === 'larger' ? { minSize: size } : { maxSize: size }
    }
    case 'in': {
      if (ANYWHERE.test(fold(value))) return { place: 'anywhere' }
      const mailbox = mailboxOf(value, context.mailboxes)
      return mailbox && { inMailbox: mailbox.id }
    }
    default:
      return dateCondition(name, value, context.now)
  }
}

const dateCondition = (name: string, value: string, now: number): EmailFilter | undefined => {
  const day = dayOf(value, now)
  if (day === undefined) return
  if (name === 'before') return { before: utc(day) }
  if (name === 'after') return { after: utc(day) }
  if (name === 'on') return { after: utc(day), before: utc(midnightBefore(new Date(day + DAY + DAY / 2), 0)) }
  return
}

const isPlace = (condition: EmailFilter | Place): condition is { readonly place: 'anywhere' } =>
  condition !== undefined && 'place' in condition

const OR = /^(?:OU|OR)$/
const isOr = ({ raw }: Word): boolean => OR.test(raw)

/** The words by groups of which either is wanted; `OU` at the end is still being typed. */
const groupsOf = (words: readonly Word[]): Word[][] => {
  const groups: Word[][] = []
  for (const [i, word] of words.entries()) {
    const before = words[i - 1]
    const isBetween = isOr(word) && i > 0 && before !== undefined && !isOr(before)
    if (isBetween) continue
    if (i > 1 && before !== undefined && isOr(before) && !isOr(words[i - 2]!)) groups.at(-1)?.push(word)
    else groups.push([word])
  }
  return groups
}

interface Term {
  readonly condition?: EmailFilter
  /** Plain words. */
  readonly text?: string
  /** It says where to look. */
  readonly isPlaced: boolean
}

const termOf = ({ name, value, isNegated, raw }: Word, context: SearchContext): Term => {
  const known = name === undefined ? undefined : names[name]
  const condition = known === undefined ? undefined : conditionOf(known, value, context)
  if (isPlace(condition)) return { isPlaced: true }
  if (condition) {
    const isPlaced = known === 'in' && !isNegated
    return { condition: isNegated ? { operator: 'NOT', conditions: [condition] } : condition, isPlaced }
  }
  if (isNegated && name === undefined)
    return { condition: { operator: 'NOT', conditions: [{ text: value }] }, isPlaced: false }
  const text = name === undefined && /\s/.test(value) ? `"${value}"` : name === undefined ? value : raw
  return { text, isPlaced: false }
}

/**
 * The query: newest first, one row for each message. Messages that are only in the junk or the trash are left out unless
 * the text says where to look (`in:trash`, `in:anywhere`).
 */
export const parseSearch = (text: string, context: SearchContext): ListQuery => {
  const conditions: EmailFilter[] = []
  const words: string[] = []
  let isPlaced = false
  for (const group of groupsOf(wordsOf(text))) {
    const terms = group.map((word) => termOf(word, context))
    isPlaced ||= terms.some((term) => term.isPlaced)
    const either = terms.flatMap(
      ({ condition, text: plain }) => condition ?? (plain === undefined ? [] : { text: plain }),
    )
    const [only] = terms
    if (terms.length > 1 && either.length > 1) conditions.push({ operator: 'OR', conditions: either })
    else if (only?.condition !== undefined) conditions.push(only.condition)
    else if (only?.text !== undefined) words.push(only.text)
  }
  if (words.length) conditions.unshift({ text: words.join(' ') })
  if (!isPlaced) conditions.push(...whereElse(context))
  const [only] = conditions
  const filter = conditions.length > 1 ? { operator: 'AND' as const, conditions } : (only ?? null)
  return { filter, sort: [{ property: 'receivedAt', isAscending: false }], collapseThreads: false }
}

const whereElse = ({ mailboxId, mailboxes }: SearchContext): EmailFilter[] => {
  if (mailboxId !== undefined) return [{ inMailbox: mailboxId }]
  const hidden = mailboxes.filter(({ role }) => role === 'junk' || role === 'trash').map(({ id }) => id)
  return hidden.length ? [{ inMailboxOtherThan: hidden }] : []
}
