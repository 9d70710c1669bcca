/** A message being written, as plain data: what is kept on the device, what becomes a draft. */
import type { Draft, DraftAttachment, Identity } from '../../../data/index.ts'
import { htmlToText } from './html-text.ts'
import { escapeHtml } from './text-html.ts'

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

export interface ComposeState {
  readonly key: string
  /** The email id of the last save, to go on from after a crash. */
  readonly savedId: string | undefined
  readonly identityId: string | undefined
  readonly to: readonly Person[]
  readonly cc: readonly Person[]
  readonly bcc: readonly Person[]
  readonly subject: string
  readonly html: string
  readonly quote: Quote | undefined
  readonly attachments: readonly DraftAttachment[]
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
  quote: undefined,
  attachments: [],
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

/** The whole message in HTML: what was written, then the quotation. */
export const fullHtml = ({ html, quote }: ComposeState): string =>
  quote === undefined
    ? html
    : `${html}<div class="${QUOTE_CLASS}"><p>${escapeHtml(quote.intro)}</p><blockquote type="cite" style="margin:0 0 0 .8ex;border-left:2px solid #c5ccd3;padding-left:1ex">${quote.html}</blockquote></div>`

/** The same as plain text. */
export const fullText = ({ html, quote }: ComposeState): string => {
  const own = htmlToText(html)
  return quote === undefined ? own : `${own}\n\n${quote.intro}\n${quotedText(quote.text)}\n`
}

export const isEmptyHtml = (html: string): boolean => htmlToText(html).trim() === ''

export const isBlank = (state: ComposeState, signature = ''): boolean =>
  state.to.length + state.cc.length + state.bcc.length + state.attachments.length === 0 &&
  state.subject.trim() === '' &&
  (isEmptyHtml(state.html) || htmlToText(state.html).trim() === htmlToText(signature).trim())

/** An address that can be sent to; the server has the last word. */
export const isAddress = (email: string): boolean => /^[^\s@<>,;"]{1,64}@[^\s@<>,;"]+\.[^\s@<>,;"]{2,}$/u.test(email)

export const toDraft = (state: ComposeState, identities: readonly Identity[]): Draft => {
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
    text: fullText(state),
    html: fullHtml(state),
    attachments: state.attachments,
    ...optional('inReplyTo', state.inReplyTo),
    ...optional('references', state.references),
    ...optional('answers', state.answers),
    ...optional('forwards', state.forwards),
  }
}
