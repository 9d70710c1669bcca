/** The first state of a composition: new, answer, draft opened again. */
import type { TFunction } from 'i18next'
import type { EmailBody, EmailSummary, Identity, Live, MailClient } from '../../../data/index.ts'
import { colon } from '../../../i18n/colon.ts'
import { longDate } from '../../../i18n/format.ts'
import { personName } from '../list/row-facts.ts'
import { myAddresses } from '../list/use-my-addresses.ts'
import { htmlOf, textOf } from '../read/message-body.tsx'
import { sanitise } from '../read/sanitise.ts'
import { parsePeople } from './addresses.ts'
import { answerRecipients, people } from './answer-recipients.ts'
import {
  type ComposeState,
  emptyState,
  LINKS_CLASS,
  type Person,
  QUOTE_CLASS,
  type Quote,
  withoutBreaks,
} from './compose-state.ts'
import type { AnswerKind, Composer } from './composers.ts'
import { htmlToText } from './html-text.ts'
import { listShared } from './shared-files.ts'
import { signatureHtml } from './signature.ts'
import { textToHtml } from './text-html.ts'

export interface SeedContext {
  readonly client: MailClient
  readonly t: TFunction
  readonly locale: string
}

/** Waits for a value to be known. Rejects after `ms`. */
const known = <T>(live: Live<T>, ms = 30_000): Promise<T> =>
  new Promise((resolve, reject) => {
    let stop: (() => void) | undefined
    const timer = setTimeout(() => {
      stop?.()
      reject(new Error('not loaded'))
    }, ms)
    const look = () => {
      const value = live.get()
      if (value === undefined) return false
      clearTimeout(timer)
      stop?.()
      resolve(value)
      return true
    }
    stop = live.subscribe(look)
    look()
  })

/** The identities, or none when the server is slow to tell them: writing does not wait for them. */
const identitiesOf = (client: MailClient): Promise<readonly Identity[]> =>
  known(client.identities, 1000).catch(() => [])

const prefixed = (subject: string, how: AnswerKind): string => {
  const isThere = how === 'forward' ? /^\s*(fwd?|tr)\s*:/i : /^\s*(re|rép|aw|sv)\s*:/i
  return isThere.test(subject) ? subject : `${how === 'forward' ? 'Fwd' : 'Re'}: ${subject}`
}

/** The original as it is quoted: cleaned; its inline images stay only in a forward, which carries them. */
const quoteOf = (email: EmailSummary, body: EmailBody, how: AnswerKind, { t, locale }: SeedContext): Quote => {
  const html = htmlOf(body)
  const text =
    html === undefined
      ? textOf(body)
      : body.textBody.some((part) => part.type === 'text/plain')
        ? textOf(body)
        : htmlToText(html)
  const intro =
    how === 'forward'
      ? forwardIntro(email, t, locale)
      : t('compose.on', { date: longDate(email.sentAt ?? email.receivedAt, locale), name: personName(email.from?.[0]) })
  return { intro, text, html: html === undefined ? textToHtml(text) : quotableHtml(html, how === 'forward') }
}

const forwardIntro = (email: EmailSummary, t: TFunction, locale: string): string => {
  const copies = people(email.cc).map(display)
  return [
    `---------- ${t('compose.forwarded')} ----------`,
    `${t('message.from')}${colon()}${people(email.from).map(display).join(', ')}`,
    `${t('message.date')}${colon()}${longDate(email.sentAt ?? email.receivedAt, locale)}`,
    `${t('compose.subject')}${colon()}${email.subject ?? ''}`,
    `${t('message.to')}${colon()}${people(email.to).map(display).join(', ')}`,
    ...(copies.length > 0 ? [`${t('message.cc')}${colon()}${copies.join(', ')}`] : []),
  ].join('\n')
}

const display = (person: Person): string => (person.name ? `${person.name} <${person.email}>` : person.email)

const quotableHtml = (html: string, keepImages: boolean): string => {
  const page = new DOMParser().parseFromString(sanitise(html, { keepRemote: true }).html, 'text/html')
  for (const image of page.querySelectorAll('img[data-part]')) {
    const part = image.getAttribute('data-part') ?? ''
    image.removeAttribute('data-part')
    if (keepImages && part.startsWith('cid:')) image.setAttribute('src', part)
    else image.remove()
  }
  for (const style of page.querySelectorAll('style')) style.remove()
  return page.body.innerHTML
}

const participantsOf = (email: EmailSummary, me: ReadonlySet<string>): string[] => [
  ...new Set(
    [email.from, email.to, email.cc]
      .flatMap((list) => people(list))
      .map((person) => person.email.toLowerCase())
      .filter((address) => !me.has(address)),
  ),
]

/** The links of a draft's files, taken out of its text: those that still lead somewhere are links again. */
const linkedIn = async (html: string): Promise<Pick<ComposeState, 'html' | 'links'>> => {
  const page = new DOMParser().parseFromString(html, 'text/html')
  const block = page.querySelector(`.${LINKS_CLASS}`)
  if (!block) return { html, links: [] }
  const urls = [...block.querySelectorAll('a')].map((link) => ({ url: link.href, id: Number(link.dataset.file) }))
  const answer = await listShared()
  if (answer.kind !== 'ok') return { html, links: [] }
  block.remove()
  const links = urls.flatMap(({ url, id }) => {
    const file = answer.value.files.find((one) => one.id === id)
    return file ? [{ id, name: file.name, size: file.size, url, expiresAt: file.expiresAt }] : []
  })
  return { html: page.body.innerHTML, links }
}

const writtenIn = async (html: string): Promise<Pick<ComposeState, 'html' | 'links' | 'quote'>> => {
  const { html: own, quote } = splitQuote(html)
  return { ...(await linkedIn(withoutBreaks(own))), quote }
}

const kept = (body: EmailBody): ComposeState['attachments'] =>
  body.attachments.flatMap((part) =>
    part.blobId === null
      ? []
      : [
          {
            blobId: part.blobId,
            type: part.type,
            name: part.name ?? 'message.eml',
            size: part.size,
            ...(part.cid ? { cid: part.cid, disposition: 'inline' as const } : {}),
          },
        ],
  )

const answerState = async (
  key: string,
  emailId: string,
  how: AnswerKind,
  context: SeedContext,
): Promise<ComposeState> => {
  const { client } = context
  const [email, body, identities] = await Promise.all([
    known(client.email(emailId)),
    known(client.body(emailId)),
    identitiesOf(client),
  ])
  const me = myAddresses(client)
  const mine = [...people(email.to), ...people(email.cc)].map((person) => person.email.toLowerCase())
  const identity = identities.find((item) => mine.includes(item.email.toLowerCase())) ?? identities[0]
  const messageId = body.messageId ?? []
  return {
    ...emptyState(key),
    ...answerRecipients(email, body, how, me),
    identityId: identity?.id,
    subject: prefixed(email.subject ?? '', how),
    html: `<p></p>${signatureHtml(identity)}`,
    quote: quoteOf(email, body, how, context),
    attachments: how === 'forward' ? kept(body) : [],
    participants: how === 'forward' ? [] : participantsOf(email, me),
    inReplyTo: how === 'forward' || messageId.length === 0 ? undefined : messageId,
    references:
      messageId.length === 0 ? undefined : [...(body.references ?? body.inReplyTo ?? []), ...messageId].slice(-100),
    answers: how === 'forward' ? undefined : emailId,
    forwards: how === 'forward' ? emailId : undefined,
  }
}

/** Separates the quotation we added from what the person wrote. */
export const splitQuote = (html: string): { html: string; quote: Quote | undefined } => {
  const page = new DOMParser().parseFromString(html, 'text/html')
  const found = page.querySelector(`div.${QUOTE_CLASS}`)
  const inside = found?.querySelector('blockquote')
  if (!found || !inside) return { html: page.body.innerHTML, quote: undefined }
  const intro = found.querySelector('p')
  for (const end of intro?.querySelectorAll('br') ?? []) end.replaceWith('\n')
  const quote = {
    intro: intro?.textContent ?? '',
    html: inside.innerHTML,
    text: htmlToText(inside.innerHTML),
  }
  found.remove()
  return { html: page.body.innerHTML, quote }
}

const draftState = async (key: string, emailId: string, { client }: SeedContext): Promise<ComposeState> => {
  const [email, body, identities] = await Promise.all([
    known(client.email(emailId)),
    known(client.body(emailId)),
    identitiesOf(client),
  ])
  const html = htmlOf(body)
  const written = html === undefined ? { plain: textOf(body).replace(/\r\n/g, '\n') } : await writtenIn(html)
  const from = email.from?.[0]?.email.toLowerCase()
  return {
    ...emptyState(key),
    savedId: emailId,
    identityId: identities.find((item) => item.email.toLowerCase() === from)?.id ?? identities[0]?.id,
    to: people(email.to),
    cc: people(email.cc),
    bcc: people(body.bcc),
    subject: email.subject ?? '',
    ...written,
    receipt: Boolean(body.receiptTo),
    attachments: kept(body),
    inReplyTo: body.inReplyTo ?? undefined,
    references: body.references ?? undefined,
  }
}

export const stateOf = async ({ key, seed }: Composer, context: SeedContext): Promise<ComposeState> => {
  // One that an older page kept lacks what was added since.
  if (seed.kind === 'state') return { ...emptyState(key), ...seed.state, key }
  if (seed.kind === 'answer') return answerState(key, seed.emailId, seed.how, context)
  if (seed.kind === 'draft') return draftState(key, seed.emailId, context)
  const identity = (await identitiesOf(context.client))[0]
  return {
    ...emptyState(key),
    identityId: identity?.id,
    to: parsePeople(seed.to ?? ''),
    cc: parsePeople(seed.cc ?? ''),
    bcc: parsePeople(seed.bcc ?? ''),
    subject: seed.subject ?? '',
    html: `${seed.text ? textToHtml(seed.text) : '<p></p>'}${signatureHtml(identity)}`,
  }
}
