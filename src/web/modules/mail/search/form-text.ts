/** The search form's fields and the operators they stand for: the text says everything, the form only writes it. Pure. */
import { operatorOf, type Word, wordsOf } from '../../../data/search.ts'

export interface FormFields {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly words: string
  readonly not: string
  /** YYYY-MM-DD. */
  readonly after: string
  readonly before: string
  /** Megabytes. */
  readonly larger: string
  readonly smaller: string
  readonly state: '' | 'unread' | 'flagged'
  readonly attachment: boolean
  readonly filename: string
  readonly in: string
  readonly label: string
}

export const noFields: FormFields = {
  from: '',
  to: '',
  subject: '',
  words: '',
  not: '',
  after: '',
  before: '',
  larger: '',
  smaller: '',
  state: '',
  attachment: false,
  filename: '',
  in: '',
  label: '',
}

const names = {
  fr: {
    from: 'de',
    to: 'à',
    subject: 'objet',
    after: 'depuis',
    before: 'avant',
    larger: 'plus-grand',
    smaller: 'plus-petit',
    unread: 'est:nonlu',
    flagged: 'est:suivi',
    filename: 'fichier',
    in: 'dans',
    label: 'étiquette',
  },
  en: {
    from: 'from',
    to: 'to',
    subject: 'subject',
    after: 'after',
    before: 'before',
    larger: 'larger',
    smaller: 'smaller',
    unread: 'is:unread',
    flagged: 'is:flagged',
    filename: 'filename',
    in: 'in',
    label: 'label',
  },
} as const

const quoted = (text: string): string => {
  const clean = text.trim().replaceAll('"', '')
  return /\s/.test(clean) ? `"${clean}"` : clean
}

/** The text that the fields mean, with operators of the language. */
export const textOf = (fields: FormFields, language: 'fr' | 'en'): string => {
  const words = names[language]
  const parts: string[] = []
  for (const field of ['from', 'to', 'subject', 'filename', 'in', 'label', 'after', 'before'] as const)
    if (fields[field].trim() !== '') parts.push(`${words[field]}:${quoted(fields[field])}`)
  for (const field of ['larger', 'smaller'] as const)
    if (Number(fields[field]) > 0) parts.push(`${words[field]}:${Math.round(Number(fields[field]) * 1000)}k`)
  if (fields.state !== '') parts.push(words[fields.state])
  if (fields.attachment) parts.push(language === 'fr' ? 'a:pj' : 'has:attachment')
  if (fields.words.trim() !== '') parts.push(fields.words.trim())
  for (const word of fields.not.split(/\s+/).filter(Boolean)) parts.push(`-${word.replace(/^-+/, '')}`)
  return parts.join(' ')
}

const isAttachment = ({ value }: Word): boolean => /^(?:attachments?|pj|pi[eè]ces?|fichiers?|files?)$/i.test(value)

/** Whole days only: `depuis:7j` and what else the form cannot show stays among the words. */
const dayText = (value: string): string | undefined => {
  const french = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(value)
  if (french) return `${french[3]}-${french[2]!.padStart(2, '0')}-${french[1]!.padStart(2, '0')}`
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined
}

/** The fields that a text fills; whatever has no field stays in `words`, as typed. */
export const fieldsOf = (text: string): FormFields => {
  const fields: { -readonly [K in keyof FormFields]: FormFields[K] } = { ...noFields }
  const rest: string[] = []
  const all = wordsOf(text)
  // What is wanted one or the other no field says.
  if (all.some(({ raw }) => raw === 'OU' || raw === 'OR')) return { ...noFields, words: text.trim() }
  for (const word of all) {
    const operator = operatorOf(word)
    const { value, isNegated, raw } = word
    if (isNegated && word.name === undefined) fields.not = `${fields.not} ${value}`.trim()
    else if (isNegated || operator === undefined) rest.push(raw)
    else if ((operator === 'has' || operator === 'to') && isAttachment(word)) fields.attachment = true
    else if (operator === 'after' || operator === 'before') {
      const day = dayText(value)
      if (day === undefined) rest.push(raw)
      else fields[operator] = day
    } else if (operator === 'larger' || operator === 'smaller') {
      const size = /^(\d+)([km])?[bo]?$/i.exec(value)
      const megabytes = Number(size?.[1]) * ({ k: 0.001, m: 1 }[size?.[2]?.toLowerCase() ?? ''] ?? 0.000_001)
      if (size) fields[operator] = String(megabytes)
      else rest.push(raw)
    } else if (operator === 'is' && stateOf(value) !== undefined && fields.state === '') fields.state = stateOf(value)!
    else if (isTextField(operator) && fields[operator] === '') fields[operator] = value
    else rest.push(raw)
  }
  fields.words = rest.join(' ')
  return fields
}

const stateOf = (value: string): 'unread' | 'flagged' | undefined =>
  /^(?:unread|non-?lus?)$/i.test(value) ? 'unread' : /^(?:flagged|suivi)$/i.test(value) ? 'flagged' : undefined

type TextField = 'from' | 'to' | 'subject' | 'filename' | 'in' | 'label'
const isTextField = (name: string): name is TextField =>
  ['from', 'to', 'subject', 'filename', 'in', 'label'].includes(name)
