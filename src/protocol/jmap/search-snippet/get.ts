/** SearchSnippet/get (RFC 8621 §5.1). */
import { formatId } from '#base/ids.ts'
import { type EmailRecord, getEmail } from '#domain/mail/emails.ts'
import { Passages } from '#domain/mail/passage.ts'
import { conditionsOf } from '#domain/mail/query-filter.ts'
import { MAIL } from '#format/jmap/core.ts'
import { bodyText, readableText } from '#format/mime/body.ts'
import { decodeText, firstHeader } from '#format/mime/headers.ts'
import { decodeStructure } from '#format/mime/structure.ts'
import { termsOf } from '#format/search/spans.ts'
import { readBlob } from '../blob/open.ts'
import { anyObject, list, nullable, text } from '../check.ts'
import { emailFilter } from '../email/filter.ts'
import { sourceOf } from '../email/load.ts'
import { splitIds } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { markPreview, markSubject } from './mark.ts'

/** No more of a message is looked through for the place that matches. */
const maxLookedThrough = 400_000
const maxText = 100_000

interface Terms {
  readonly subject: readonly string[]
  readonly body: readonly string[]
}

/** What to mark: the words of the filter that look at the subject, and those that look at the text. */
const wantedTerms = (filter: ReturnType<typeof emailFilter>): Terms => {
  const conditions = filter ? [...conditionsOf(filter)] : []
  const words = (...names: ('text' | 'subject' | 'body')[]) =>
    conditions.flatMap((condition) =>
      names.flatMap((name) => (condition[name] === undefined ? [] : termsOf(condition[name]))),
    )
  return { subject: words('text', 'subject'), body: words('text', 'body') }
}

/** Who wrote and who was written to: what was found there is in the row already. */
const people = (headers: Uint8Array): string =>
  ['from', 'to', 'cc'].map((name) => decodeText(firstHeader(headers, name) ?? '')).join(' ')

const snippet = async (call: AccountCall, email: EmailRecord, terms: Terms, passages: Passages): Promise<object> => {
  const subject = terms.subject.length === 0 ? null : markSubject(email.content.subject, terms.subject)
  const emailId = formatId('email', email.id)
  if (terms.body.length === 0) return { emailId, subject, preview: null }
  const { preview, structure, hasAttachment, headers } = email.content
  const short = markPreview(preview, terms.body)
  if (short !== null) return { emailId, subject, preview: short }
  const { blob } = sourceOf(email)
  const bytes = await readBlob(call.ctx, blob, maxLookedThrough, { start: 0, end: maxLookedThrough })
  const parts = decodeStructure(structure)
  const marked = (text: string) => markPreview(text.replace(/\s+/g, ' '), terms.body)
  const inBody = marked(bodyText(bytes, parts, maxText))
  if (inBody !== null || !hasAttachment) return { emailId, subject, preview: inBody }
  const shown = `${email.content.subject} ${headers === null ? '' : people(headers)}`
  const passage = await passages.of(email, terms.body, shown)
  // Our own: which attachment the preview is of.
  if (passage) return { emailId, subject, preview: marked(passage.text), attachmentName: passage.name }
  // The subject is marked apart, and who wrote stands in the row: here only what the reader reads, and names of files.
  return { emailId, subject, preview: marked(readableText(bytes, parts, maxText)) }
}

export const searchSnippetGet = accountMethod(
  'SearchSnippet/get',
  MAIL,
  { filter: nullable(anyObject), emailIds: list(text) },
  async (args, call) => {
    const terms = wantedTerms(emailFilter(args.filter, call))
    const { found, notFound } = splitIds('email', args.emailIds, call)
    const snippets: object[] = []
    const passages = new Passages(call.ctx)
    for (const { id, number } of found) {
      const email = await call.ctx.store.read((tx) => getEmail(tx, call.account, number))
      if (email) snippets.push(await snippet(call, email, terms, passages))
      else notFound.push(id)
    }
    return { list: snippets, notFound: notFound.length === 0 ? null : notFound }
  },
)
