/** All attachments of an email as one zip file, written while it is sent. */
import { Failure } from '#base/failure.ts'
import { bodyLists, fileNameOf, filesOf } from '#format/mime/body.ts'
import { createTransferDecoder } from '#format/mime/decode.ts'
import { decodeStructure, type MimePart } from '#format/mime/structure.ts'
import { safeName, uniqueNames, writeZip, type ZipEntry } from '#format/zip/write.ts'
import type { Context } from '../context.ts'
import { getEmail } from '../mail/emails.ts'

const most = 1000

async function* decoded(source: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array> {
  const decoder = createTransferDecoder(encoding)
  for await (const chunk of source) yield decoder.push(chunk)
  yield decoder.end()
}

export interface Attachments {
  /** Name of the file. */
  readonly name: string
  readonly content: AsyncIterable<Uint8Array>
}

const nameOf = (part: MimePart, i: number): string => {
  const otherwise = part.type === 'message' ? `message-${i + 1}.eml` : `attachment-${i + 1}`
  return safeName(fileNameOf(part) ?? '', otherwise)
}

/** Throws Failure notFound for no such email, or one without attachments. */
export const openAttachments = async (ctx: Context, account: number, emailId: number): Promise<Attachments> => {
  const email = await ctx.store.read((tx) => getEmail(tx, account, emailId))
  if (!email) throw new Failure('notFound', 'no such email', { property: 'emailId' })
  const parts = filesOf(bodyLists(decodeStructure(email.content.structure)))
    .map(({ part }) => part)
    .slice(0, most)
  if (parts.length === 0) throw new Failure('notFound', 'no attachments', { property: 'emailId' })
  const names = uniqueNames(parts.map(nameOf))
  const entries = parts.map(
    (part, i): ZipEntry => ({
      name: names[i] ?? `attachment-${i + 1}`,
      modified: email.content.sentAt ?? email.receivedAt,
      content: () =>
        decoded(ctx.store.blobs.open(email.blobId, { start: part.bodyStart, end: part.bodyEnd }), part.encoding),
    }),
  )
  return { name: `${safeName(email.content.subject, 'message')}.zip`, content: writeZip(entries) }
}
