/** Which properties of an Email and of its body parts a call asks for (RFC 8621 §4.1, §4.2). */
import { invalidArguments } from '../failure.ts'
import { convenience, type HeaderProperty, parseHeaderProperty } from './header.ts'

/** Properties that come from the account, not from the message. */
export const metadataProperties = ['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt'] as const

const bodyListProperties = ['bodyStructure', 'bodyValues', 'textBody', 'htmlBody', 'attachments'] as const

export const defaultEmailProperties: readonly string[] = [
  ...metadataProperties,
  ...Object.keys(convenience),
  'hasAttachment',
  'preview',
  'bodyValues',
  'textBody',
  'htmlBody',
  'attachments',
]

/** §4.9: Email/parse leaves out what only an email of an account has. */
export const defaultParseProperties: readonly string[] = defaultEmailProperties.filter(
  (name) => !(metadataProperties as readonly string[]).includes(name),
)

export const defaultBodyProperties: readonly string[] = [
  'partId',
  'blobId',
  'size',
  'name',
  'type',
  'charset',
  'disposition',
  'cid',
  'language',
  'location',
]

const knownEmailProperties = new Set<string>([...defaultEmailProperties, 'headers', 'bodyStructure'])
const knownBodyProperties = new Set<string>([...defaultBodyProperties, 'headers', 'subParts'])

export interface BodyWanted {
  readonly plain: ReadonlySet<string>
  readonly headers: readonly HeaderProperty[]
}

export interface EmailWanted {
  readonly plain: ReadonlySet<string>
  /** Header properties, the short names of §4.1.3 among them. */
  readonly headers: readonly HeaderProperty[]
  readonly body: BodyWanted
  /** True when anything about the parts is wanted. */
  readonly needsBody: boolean
  readonly values: 'none' | 'some'
  readonly fetchText: boolean
  readonly fetchHtml: boolean
  readonly fetchAll: boolean
  /** Octets; 0 is no limit. */
  readonly maxBodyValueBytes: number
}

export interface WantedArguments {
  readonly properties: readonly string[] | null
  readonly bodyProperties: readonly string[] | undefined
  readonly fetchTextBodyValues: boolean
  readonly fetchHTMLBodyValues: boolean
  readonly fetchAllBodyValues: boolean
  readonly maxBodyValueBytes: number
}

/** Throws MethodFault invalidArguments for a property that does not exist, or a header form its field does not allow. */
const sortOut = (names: Iterable<string>, known: ReadonlySet<string>, what: string): BodyWanted => {
  const plain = new Set<string>()
  const headers: HeaderProperty[] = []
  for (const name of new Set(names)) {
    if (known.has(name)) plain.add(name)
    else {
      const header = parseHeaderProperty(name)
      if (!header) throw invalidArguments(`"${name.slice(0, 100)}" is not a property of ${what}, or not in this form`)
      headers.push(header)
    }
  }
  return { plain, headers }
}

/** Throws MethodFault invalidArguments. */
export const emailWanted = (args: WantedArguments, defaults: readonly string[]): EmailWanted => {
  const { plain, headers } = sortOut(args.properties ?? defaults, knownEmailProperties, 'an Email')
  const body = sortOut(args.bodyProperties ?? defaultBodyProperties, knownBodyProperties, 'an EmailBodyPart')
  const short = [...plain].flatMap((name) => (Object.hasOwn(convenience, name) ? [convenience[name]!] : []))
  const fetches = args.fetchTextBodyValues || args.fetchHTMLBodyValues || args.fetchAllBodyValues
  return {
    plain,
    headers: [...short, ...headers],
    body,
    needsBody: bodyListProperties.some((name) => plain.has(name)),
    values: plain.has('bodyValues') && fetches ? 'some' : 'none',
    fetchText: args.fetchTextBodyValues,
    fetchHtml: args.fetchHTMLBodyValues,
    fetchAll: args.fetchAllBodyValues,
    maxBodyValueBytes: args.maxBodyValueBytes,
  }
}
