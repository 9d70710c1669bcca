/** SearchSnippet/get (RFC 8621 §5.1). */
import { formatId } from '#base/ids.ts'
import { type EmailRecord, getEmail } from '#domain/mail/emails.ts'
import { conditionsOf } from '#domain/mail/query-filter.ts'
import { MAIL } from '#format/jmap/core.ts'
import { readableText } from '#format/mime/body.ts'
import { decodeStructure } from '#format/mime/structure.ts'
import { readBlob } from '../blob/open.ts'
import { anyObject, list, nullable, text } from '../check.ts'
import { emailFilter } from '../email/filter.ts'
import { sourceOf } from '../email/load.ts'
import { splitIds } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { markPreview, markSubject, termsOf } from './mark.ts'

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

const snippet = async (call: AccountCall, email: EmailRecord, terms: Terms): Promise<object> => {
  const subject = terms.subject.length === 0 ? null : markSubject(email.content.subject, terms.subject)
  let preview: string | null = null
  if (terms.body.length > 0) {
    preview = markPreview(email.content.preview, terms.body)
    if (preview === null) {
      const { blob } = sourceOf(email)
      const bytes = await readBlob(call.ctx, blob, maxLookedThrough, { start: 0, end: maxLookedThrough })
      // The subject is marked apart, and who wrote stands in the row: here only what the reader reads.
      const whole = readableText(bytes, decodeStructure(email.content.structure), maxText)
      preview = markPreview(whole.replace(/\s+/g, ' '), terms.body)
    }
  }
  return { emailId: formatId('email', email.id), subject, preview }
}

export const searchSnippetGet = accountMethod(
  'SearchSnippet/get',
  MAIL,
  { filter: nullable(anyObject), emailIds: list(text) },
  async (args, call) => {
    const terms = wantedTerms(emailFilter(args.filter, call))
    const { found, notFound } = splitIds('email', args.emailIds, call)
    const snippets: object[] = []
    for (const { id, number } of found) {
      const email = await call.ctx.store.read((tx) => getEmail(tx, call.account, number))
      if (email) snippets.push(await snippet(call, email, terms))
      else notFound.push(id)
    }
    return { list: snippets, notFound: notFound.length === 0 ? null : notFound }
  },
)
