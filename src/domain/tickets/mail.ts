/** What the writer of a request gets by mail: a receipt, each answer, its end; answers come back by the address in it. */
import { escapeHtml } from '#format/html/escape.ts'
import type { Writer } from '#store/engine.ts'
import type { QueueEntry } from '../delivery/queue.ts'
import { composeMail, postWithin } from '../people/platform-mail.ts'
import { type Post, replyAddress } from './address.ts'
import type { Ticket } from './rows.ts'
import { cutLine, ticketMail } from './words.data.ts'

export interface TicketMail {
  readonly entry: QueueEntry
  /** Without brackets: what an answer will refer to. */
  readonly messageId: string
}

type What = 'opened' | 'answered' | 'solved'

/** Composes a message to the writer of a request. `references`: Message-IDs of what was said before, the latest last. */
export const composeTicketMail = async (
  post: Post,
  ticket: Pick<Ticket, 'id' | 'mail' | 'name' | 'language' | 'subject' | 'accountId'>,
  what: What,
  text: string,
  references: readonly string[],
): Promise<TicketMail> => {
  const { people } = post
  const words = ticketMail[ticket.language]
  const replyTo = replyAddress(post, ticket.id)
  const page = ticket.accountId === null ? '' : `${people.options.publicUrl}/tickets?id=${ticket.id}`
  const paragraphs = [words[what], text, replyTo === undefined ? '' : words.reply, page].filter((one) => one !== '')
  const head = replyTo === undefined ? [] : [cutLine[ticket.language]]
  const html = [...head, ...paragraphs].map((one) =>
    one === page
      ? `<p><a href="${escapeHtml(page)}">${escapeHtml(page)}</a></p>`
      : `<p>${escapeHtml(one).replaceAll('\n', '<br>')}</p>`,
  )
  const entry = await composeMail(people, {
    language: ticket.language,
    from: words.from,
    to: [ticket.mail],
    subject: `[#${ticket.id}] ${ticket.subject}`,
    text: [...head, ...paragraphs].join('\n\n'),
    html: `<!doctype html><html lang="${ticket.language}"><head><meta charset="utf-8"></head><body>${html.join('\n')}</body></html>`,
    mark: 'ticket',
    ...(replyTo === undefined ? {} : { replyTo }),
    references: references.filter((one) => one !== ''),
  })
  return { entry, messageId: `${String(entry.options.id).toLowerCase()}.notice@${people.options.hostname}` }
}

/** Within a transaction: sends it exactly when the rest is true. */
export const sendTicketMail = (post: Post, tx: Writer, { entry }: TicketMail): Promise<void> =>
  postWithin(post.people, tx, entry)
