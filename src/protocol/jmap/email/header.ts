/** Header properties (RFC 8621 §4.1.2, §4.1.3): `header:Name`, `:asForm` and `:all`, and which form fits which field. */
import type { HeaderForm } from '#format/jmap/mail.ts'

export interface HeaderProperty {
  /** As the client spelled it: the name of the property in the response. */
  readonly property: string
  /** Lower case. */
  readonly field: string
  /** The field's name as the client spelled it. */
  readonly name: string
  readonly form: HeaderForm
  readonly all: boolean
}

const forms: readonly HeaderForm[] = [
  'asRaw',
  'asText',
  'asAddresses',
  'asGroupedAddresses',
  'asMessageIds',
  'asDate',
  'asURLs',
]

const addressForms: readonly HeaderForm[] = ['asRaw', 'asAddresses', 'asGroupedAddresses']
const textForms: readonly HeaderForm[] = ['asRaw', 'asText']
const idForms: readonly HeaderForm[] = ['asRaw', 'asMessageIds']
const dateForms: readonly HeaderForm[] = ['asRaw', 'asDate']
const urlForms: readonly HeaderForm[] = ['asRaw', 'asURLs']

/** Fields of RFC 5322 and RFC 2369 with the forms each allows; any other field allows them all. */
const formsByField = new Map<string, readonly HeaderForm[]>([
  ...['from', 'sender', 'reply-to', 'to', 'cc', 'bcc'].map((name) => [name, addressForms] as const),
  ...['from', 'sender', 'reply-to', 'to', 'cc', 'bcc'].map((name) => [`resent-${name}`, addressForms] as const),
  ...['subject', 'comments', 'keywords'].map((name) => [name, textForms] as const),
  ...['message-id', 'in-reply-to', 'references', 'resent-message-id'].map((name) => [name, idForms] as const),
  ...['date', 'resent-date'].map((name) => [name, dateForms] as const),
  ...['help', 'unsubscribe', 'subscribe', 'post', 'owner', 'archive'].map(
    (name) => [`list-${name}`, urlForms] as const,
  ),
  ['return-path', ['asRaw']],
  ['received', ['asRaw']],
])

const syntax = /^header:([\x21-\x39\x3b-\x7e]{1,998})(?::(as[A-Za-z]+))?(?::(all))?$/

/** Undefined when the property is not a header property at all, or asks for a form that its field does not allow. */
export const parseHeaderProperty = (property: string): HeaderProperty | undefined => {
  const match = syntax.exec(property)
  if (!match) return undefined
  const name = match[1]!
  const form = (match[2] ?? 'asRaw') as HeaderForm
  const field = name.toLowerCase()
  if (!(formsByField.get(field) ?? forms).includes(form)) return undefined
  return { property, field, name, form, all: match[3] !== undefined }
}

/** The convenience properties of §4.1.3: each is one header property by a shorter name. */
export const convenience: Readonly<Record<string, HeaderProperty>> = Object.fromEntries(
  (
    [
      ['messageId', 'Message-ID', 'asMessageIds'],
      ['inReplyTo', 'In-Reply-To', 'asMessageIds'],
      ['references', 'References', 'asMessageIds'],
      ['sender', 'Sender', 'asAddresses'],
      ['from', 'From', 'asAddresses'],
      ['to', 'To', 'asAddresses'],
      ['cc', 'Cc', 'asAddresses'],
      ['bcc', 'Bcc', 'asAddresses'],
      ['replyTo', 'Reply-To', 'asAddresses'],
      ['subject', 'Subject', 'asText'],
      ['sentAt', 'Date', 'asDate'],
    ] as const
  ).map(([property, name, form]) => [property, { property, name, field: name.toLowerCase(), form, all: false }]),
)
