/** BODYSTRUCTURE and BODY of a message, with the envelopes of the messages inside it (RFC 9051 §7.5.2). */
import type { ViewedMessage } from '#domain/mail/view.ts'
import { renderEnvelope } from '#format/imap/envelope.ts'
import { envelopeOf } from '#format/mime/envelope.ts'
import { decodeStructure, isMessage, type MimePart } from '#format/mime/structure.ts'
import type { ItemWriter } from './fetch-item.ts'
import { bodyStructure } from './respond/bodystructure.ts'
import type { Session } from './session.ts'

/** Of an embedded header block no more than this is read for its envelope. */
const maxHeader = 64 * 1024

/** The embedded messages of a part, at any depth. */
function* embedded(part: MimePart): Generator<MimePart> {
  for (const child of part.parts) {
    if (isMessage(part)) yield child
    yield* embedded(child)
  }
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

export const structureWriter = (session: Session, name: 'BODY' | 'BODYSTRUCTURE'): ItemWriter => {
  const render = (root: MimePart, envelopes: ReadonlyMap<MimePart, string>): string => {
    const envelope = (message: MimePart): string =>
      envelopes.get(message) ?? latin1(renderEnvelope(envelopeOf(new Uint8Array(0))))
    return `${name} ${bodyStructure(root, { extended: name === 'BODYSTRUCTURE', utf8: session.utf8, envelope })}`
  }
  const none = new Map<MimePart, string>()
  return {
    needs: { structure: true },
    text: (message) => {
      const { root } = decodeStructure(message.structure)
      return embedded(root).next().done ? render(root, none) : undefined
    },
    write: async (message: ViewedMessage) => {
      const { root } = decodeStructure(message.structure)
      const envelopes = new Map<MimePart, string>()
      for (const inner of embedded(root)) {
        const end = Math.min(inner.headerEnd, inner.headerStart + maxHeader)
        if (end <= inner.headerStart) continue
        const block = await session.ctx.store.blobs.bytes(message.blobId, { start: inner.headerStart, end })
        envelopes.set(inner, latin1(renderEnvelope(envelopeOf(block))))
      }
      session.output.write(render(root, envelopes))
    },
  }
}
