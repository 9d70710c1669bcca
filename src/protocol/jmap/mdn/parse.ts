/** MDN/parse (RFC 9007 §2.2): what a receipt says. */
import { createContentReader } from '#domain/mail/content.ts'
import type { Id } from '#format/jmap/core.ts'
import { MDN, type Mdn } from '#format/jmap/mdn.ts'
import { decodeTransfer } from '#format/mime/decode.ts'
import { firstHeader } from '#format/mime/headers.ts'
import { readDisposition } from '#format/mime/mdn.ts'
import type { MimePart } from '#format/mime/structure.ts'
import { decodeText } from '#format/mime/words.ts'
import { type FoundBlob, findBlob, readBlob, streamBlob } from '../blob/open.ts'
import { list, text } from '../check.ts'
import { checkGetLimit, dereference } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'

/** Octets of one part that are read. */
const maxPart = 65_536

const partOf = async (call: AccountCall, blob: FoundBlob, part: MimePart): Promise<Uint8Array> =>
  decodeTransfer(
    await readBlob(call.ctx, blob, maxPart, {
      start: part.bodyStart,
      end: Math.min(part.bodyEnd, part.bodyStart + maxPart),
    }),
    part.encoding,
  )

const isType = (part: MimePart, type: string): boolean => `${part.type}/${part.subtype}` === type

const parseOne = async (call: AccountCall, blob: FoundBlob): Promise<Mdn | undefined> => {
  const reader = createContentReader()
  for await (const chunk of streamBlob(call.ctx, blob)) {
    reader.push(chunk)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { structure, headers } = reader.end()
  const { root } = structure
  const report = root.parts.find((part) => isType(part, 'message/disposition-notification'))
  if (!isType(root, 'multipart/report') || !report) return undefined
  const fields = readDisposition(await partOf(call, blob, report))
  if (!fields) return undefined
  const words = root.parts.find((part) => isType(part, 'text/plain'))
  const subject = headers === null ? undefined : firstHeader(headers, 'subject')
  return {
    ...fields,
    error: fields.error.length === 0 ? null : fields.error,
    extensionFields: Object.keys(fields.extensionFields).length === 0 ? null : fields.extensionFields,
    // May be null here (§2): nothing finds an email of an account by its Message-ID alone.
    forEmailId: null,
    subject: subject === undefined ? null : decodeText(subject).trim(),
    textBody: words ? new TextDecoder().decode(await partOf(call, blob, words)) : null,
    includeOriginalMessage: root.parts.some(
      (part) => isType(part, 'message/rfc822') || isType(part, 'text/rfc822-headers'),
    ),
  }
}

export const mdnParse = accountMethod('MDN/parse', MDN, { blobIds: list(text) }, async (args, call) => {
  const ids = new Set(args.blobIds)
  checkGetLimit(ids.size, call)
  const parsed: Record<Id, Mdn> = Object.create(null)
  const notParsable: Id[] = []
  const notFound: Id[] = []
  for (const id of ids) {
    const blob = await findBlob(call.ctx, call.account, dereference(id, call) ?? id)
    const mdn = blob && (await parseOne(call, blob))
    if (mdn) parsed[id] = mdn
    else (blob ? notParsable : notFound).push(id)
  }
  const orNull = (ids: readonly Id[]) => (ids.length === 0 ? null : ids)
  return {
    parsed: Object.keys(parsed).length === 0 ? null : parsed,
    notParsable: orNull(notParsable),
    notFound: orNull(notFound),
  }
})
