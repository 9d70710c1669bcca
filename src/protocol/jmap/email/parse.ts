/** Email/parse (RFC 8621 §4.9): a message that is not in the account, such as one attached to another. */
import { isFailure } from '#base/failure.ts'
import { createContentReader } from '#domain/mail/content.ts'
import { type Id, MAIL } from '#format/jmap/core.ts'
import { parseHeaderBlock } from '#format/mime/headers.ts'
import { blobSize, type FoundBlob, findBlob, readBlob, streamBlob } from '../blob/open.ts'
import { list, nullable, text } from '../check.ts'
import { checkGetLimit, dereference } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { bodyArguments } from './get.ts'
import { defaultParseProperties, type EmailWanted, emailWanted, metadataProperties } from './properties.ts'
import { type Budget, renderMessage } from './render.ts'

const headerSample = 65_536

/** Undefined when the bytes do not begin like a message. */
const parseOne = async (
  call: AccountCall,
  blobId: Id,
  blob: FoundBlob,
  wanted: EmailWanted,
  budget: Budget,
): Promise<object | undefined> => {
  const head = await readBlob(call.ctx, blob, headerSample, { start: 0, end: headerSample })
  if (parseHeaderBlock(head).length === 0) return undefined
  const reader = createContentReader()
  for await (const chunk of streamBlob(call.ctx, blob)) {
    reader.push(chunk)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { structure, headers, preview, hasAttachment } = reader.end()
  const email: Record<string, unknown> = {}
  // What only an email of an account has is null (§4.9).
  for (const name of metadataProperties) if (wanted.plain.has(name)) email[name] = null
  if (wanted.plain.has('blobId')) email.blobId = blobId
  if (wanted.plain.has('size')) email.size = await blobSize(call.ctx, blob)
  return Object.assign(
    email,
    await renderMessage(call.ctx, { blob, structure, headers, preview, hasAttachment }, wanted, budget),
  )
}

export const emailParse = accountMethod(
  'Email/parse',
  MAIL,
  { blobIds: list(text), properties: nullable(list(text)), ...bodyArguments },
  async (args, call) => {
    const wanted = emailWanted(args, defaultParseProperties)
    const ids = new Set(args.blobIds)
    checkGetLimit(ids.size, call)
    const budget = { left: call.limits.maxSizeResponse }
    const parsed: Record<Id, object> = Object.create(null)
    const notParsable: Id[] = []
    const notFound: Id[] = []
    for (const id of ids) {
      const blobId = dereference(id, call) ?? id
      const blob = await findBlob(call.ctx, call.account, blobId)
      try {
        const email = blob && (await parseOne(call, blobId, blob, wanted, budget))
        if (email) parsed[id] = email
        else if (blob) notParsable.push(id)
        else notFound.push(id)
      } catch (error) {
        if (!isFailure(error, 'notFound')) throw error
        notFound.push(id)
      }
    }
    const orNull = (list: readonly Id[]) => (list.length === 0 ? null : list)
    return {
      parsed: Object.keys(parsed).length === 0 ? null : parsed,
      notParsable: orNull(notParsable),
      notFound: orNull(notFound),
    }
  },
)
