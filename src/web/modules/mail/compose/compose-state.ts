/** A message being written, as plain data: what is kept on the device, what becomes a draft. */
import { escapeHtml } from '#format/html/escape.ts'
import type { Draft, DraftAttachment, Identity } from '../../../data/index.ts'
import { htmlToText } from './html-text.ts'
import type { WaitingFile } from './waiting-files.ts'

export interface Person {
  readonly name: string | null
  readonly email: string
}

export interface Quote {
  /** The line above ("On … wrote:"). */
  readonly intro: string
  readonly html: string
  readonly text: string
}

export interface LinkedFile {
  readonly id: number
  readonly name: string
  readonly size: number
  readonly url: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export interface ComposeState {
  readonly key: string
  /** The email id of the last save, to go on from after a crash. */
  readonly savedId: string | undefined
  /** The mailbox of a function that it is written in; undefined: one's own. */
  readonly account?: string | undefined
  readonly identityId: string | undefined
  readonly to: readonly Person[]
  readonly cc: readonly Person[]
  readonly bcc: readonly Person[]
  readonly subject: string
  readonly html: string
  /** What is written, when the message is plain text only; `html` is then left alone. */
  readonly plain: string | undefined
  readonly quote: Quote | undefined
  readonly attachments: readonly DraftAttachment[]
  /** Files that leave as links. */
  readonly links: readonly LinkedFile[]
  /** Files that have still to be uploaded. */
  readonly waiting?: readonly WaitingFile[] | undefined
  /** To be sent as soon as they are; `until`: and to leave then, milliseconds since 1970. */
  readonly leaves?: { readonly until?: number | undefined } | undefined
  /** Asks for a receipt of reading. */
  readonly receipt: boolean
  /** Addresses of the conversation that is answered, in lower case. */
  readonly participants: readonly string[]
  readonly inReplyTo: readonly string[] | undefined
  readonly references: readonly string[] | undefined
  readonly answers: string | undefined
  readonly forwards: string | undefined
}

export const emptyState = (key: string): ComposeState => ({
  key,
  savedId: undefined,
  identityId: undefined,
  to: [],
  cc: [],
  bcc: [],
  subject: '',
  html: '',
  plain: undefined,
  quote: undefined,
  attachments: [],
  links: [],
  receipt: false,
  participants: [],
  inReplyTo: undefined,
  references: undefined,
  answers: undefined,
  forwards: undefined,
})

/** Marks the quotation in the HTML sent, so that a draft opened again finds it. */
export const QUOTE_CLASS = 'convergence-quote'

export const quotedText = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => (line.startsWith('>') ? `>${line}` : line === '' ? '>' : `> ${line}`))
    .join('\n')

/** Marks the links of files, so that they are told from what was written. */
export const LINKS_CLASS = 'convergence-files'

/** How the links of a message's files are introduced, and until when each works. */
export interface LinkWords {
  readonly title: string
  readonly line: (file: LinkedFile) => string
}

const linksHtml = (links: readonly LinkedFile[], words: LinkWords): string =>
  links.length === 0
    ? ''
    : `<div class="${LINKS_CLASS}"><p>${escapeHtml(words.title)}</p><ul>${links
        .map(
          (file) =>
            `<li><a data-file="${file.id}" href="${escapeHtml(file.url)}">${escapeHtml(file.name)}</a> (${escapeHtml(words.line(file))})</li>`,
        )
        .join('')}</ul></div>`

const linksText = (links: readonly LinkedFile[], words: LinkWords): string =>
  links.length === 0
    ? ''
    : `\n\n${words.title}\n${links.map((file) => `- ${file.name} (${words.line(file)})\n  ${file.url}`).join('\n')}`

/** Blank lines of the editor have no height where paragraphs have no margins; a break gives them theirs. */
const withBlankLines = (html: string): string => html.replace(/(<p(?: [^<>]*)?>)<\/p>/g, '$1<br></p>')

/** The same, as the editor has it. */
export const withoutBreaks = (html: string): string => html.replace(/(<p(?: [^<>]*)?>)<br\s*\/?><\/p>/g, '$1</p>')

/** The whole message in HTML: what was written, the links of its files, then the quotation. */
export const fullHtml = ({ html, links, quote }: ComposeState, words: LinkWords): string =>
  `${withBlankLines(html)}${linksHtml(links, words)}${quoteHtml(quote)}`

const quoteHtml = (quote: Quote | undefined): string =>
  quote === undefined
    ? ''
    : `<div class="${QUOTE_CLASS}"><p>${escapeHtml(quote.intro).replaceAll('\n', '<br>')}</p><blockquote type="cite" style="margin:0 0 0 .8ex;border-left:2px solid #c5ccd3;padding-left:1ex">${quote.html}</blockquote></div>`

/** What was written, as text. */
export const ownText = ({ html, plain }: ComposeState): string => plain ?? htmlToText(html)

/** The same as plain text. */
export const fullText = (state: ComposeState, words: LinkWords): string => {
  const { links, quote } = state
  const own = `${ownText(state)}${linksText(links, words)}`
  return quote === undefined ? own : `${own}\n\n${quote.intro}\n${quotedText(quote.text)}\n`
}

export const isBlank = (state: ComposeState, signature = ''): boolean =>
  state.to.length + state.cc.length + state.bcc.length + state.attachments.length === 0 &&
  state.subject.trim() === '' &&
  state.links.length === 0 &&
  (state.waiting ?? []).length === 0 &&
  (ownText(state).trim() === '' || ownText(state).replace(/^-- $/m, '').trim() === htmlToText(signature).trim())

/** An address that can be sent to; the server has the last word. */
export const isAddress = (email: string): boolean => /^[^\s@<>,;"]{1,64}@[^\s@<>,;"]+\.[^\s@<>,;"]{2,}$/u.test(email)

/** Content-IDs of pictures put into the text here: taken out of the text they are not sent. */
const OWN_CID = /@inline$/

/** A picture of the text stays in it, one that is no longer shown goes, one of a forwarded message becomes a file. */
const attachmentsOf = ({ attachments, html, plain, quote }: ComposeState): DraftAttachment[] =>
  attachments.flatMap((file) => {
    if (file.disposition !== 'inline') return [file]
    const shown =
      plain === undefined && file.cid !== undefined && `${html}${quote?.html ?? ''}`.includes(`cid:${file.cid}`)
    if (shown) return [file]
    return OWN_CID.test(file.cid ?? '') && plain === undefined ? [] : [{ ...file, disposition: 'attachment' as const }]
  })

export const toDraft = (state: ComposeState, identities: readonly Identity[], words: LinkWords): Draft => {
  const identity = identities.find((item) => item.id === state.identityId) ?? identities[0]
  const optional = <K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } =>
    value === undefined ? {} : ({ [name]: value } as { [P in K]?: V })
  return {
    key: state.key,
    identityId: identity?.id ?? '',
    ...optional('from', identity === undefined ? undefined : { name: identity.name || null, email: identity.email }),
    to: state.to,
    cc: state.cc,
    bcc: state.bcc,
    subject: state.subject,
    text: fullText(state, words),
    ...(state.plain === undefined ? { html: fullHtml(state, words) } : {}),
    attachments: attachmentsOf(state),
    ...optional('receiptTo', state.receipt ? identity?.email : undefined),
    ...(identity?.replyTo?.length ? { replyTo: identity.replyTo } : {}),
    ...optional('inReplyTo', state.inReplyTo),
    ...optional('references', state.references),
    ...optional('answers', state.answers),
    ...optional('forwards', state.forwards),
  }
}
