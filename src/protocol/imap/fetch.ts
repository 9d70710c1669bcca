/**
 * Answers FETCH: turns its items into writers once, then runs messages through them page by page. What is in the rows
 * (flags, sizes, headers, envelopes, structures) never touches the message; bodies are streamed from their blob.
 */
import { formatId } from '#base/ids.ts'
import { type ContentNeeds, messagesByUid, type ViewedMessage } from '#domain/mail/view.ts'
import { selectedOf } from './command.ts'
import { binaryWriter, sectionSizeWriter, sectionWriter } from './fetch-body.ts'
import type { ItemWriter } from './fetch-item.ts'
import { structureWriter } from './fetch-structure.ts'
import { formatDateTime } from './grammar/date.ts'
import type { FetchItem, SimpleItem } from './grammar/fetch.ts'
import { startPace } from './pace.ts'
import { flagsText } from './respond/message.ts'
import { octetsOf, stringOf } from './respond/text.ts'
import type { Session } from './session.ts'
import { nameKeywords } from './synchronise.ts'

const plain = (text: (message: ViewedMessage) => string, needs: ContentNeeds = {}): ItemWriter => ({ needs, text })

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

const simpleWriters: Readonly<Record<Exclude<SimpleItem, 'BODY' | 'BODYSTRUCTURE' | 'FLAGS'>, ItemWriter>> = {
  UID: plain(({ uid }) => `UID ${uid}`),
  INTERNALDATE: plain(({ receivedAt }) => `INTERNALDATE ${formatDateTime(receivedAt)}`),
  'RFC822.SIZE': plain(({ size }) => `RFC822.SIZE ${size}`),
  ENVELOPE: plain(({ envelope }) => `ENVELOPE ${latin1(envelope)}`, { envelope: true }),
  MODSEQ: plain(({ modseq }) => `MODSEQ (${modseq})`),
  EMAILID: plain(({ emailId }) => `EMAILID (${formatId('email', emailId)})`),
  THREADID: plain(({ threadId }) => `THREADID (${formatId('thread', threadId)})`),
  SAVEDATE: plain(({ savedAt }) => `SAVEDATE ${formatDateTime(savedAt)}`),
}

const flagsWriter = (session: Session): ItemWriter =>
  plain((message) => `FLAGS ${flagsText(message, session.isRecent(message.uid))}`)

const writerFor = (session: Session, item: FetchItem): ItemWriter => {
  switch (item.kind) {
    case 'simple':
      if (item.name === 'FLAGS') return flagsWriter(session)
      return item.name === 'BODY' || item.name === 'BODYSTRUCTURE'
        ? structureWriter(session, item.name)
        : simpleWriters[item.name]
    case 'preview':
      return plain(({ preview }) => `PREVIEW ${stringOf(octetsOf(preview), session.utf8)}`, { preview: true })
    case 'section':
      return sectionWriter(session, item)
    case 'sectionSize':
      return sectionSizeWriter(session, item)
    case 'binary':
    case 'binarySize':
      return binaryWriter(session, item)
  }
}

const sum = (writers: readonly ItemWriter[]): ContentNeeds => ({
  headers: writers.some(({ needs }) => needs.headers === true),
  structure: writers.some(({ needs }) => needs.structure === true),
  envelope: writers.some(({ needs }) => needs.envelope === true),
  preview: writers.some(({ needs }) => needs.preview === true),
})

/** Messages read at a time. */
const pageSize = 500

export interface FetchRequest {
  /** Ascending. */
  readonly uids: readonly number[]
  readonly items: readonly FetchItem[]
  /** UIDs whose flags this very command has changed: their FLAGS are told in any case. */
  readonly reflagged?: ReadonlySet<number>
}

const has = (items: readonly FetchItem[], name: SimpleItem): boolean =>
  items.some((item) => item.kind === 'simple' && item.name === name)

const isUid = (item: FetchItem): boolean => item.kind === 'simple' && item.name === 'UID'

/** `FETCH 1:* UID` needs no store, and tells even of messages that others have just expunged (RFC 2180 §4.1). */
const writeUids = async (session: Session, uids: readonly number[]): Promise<number> => {
  const { view } = selectedOf(session)
  for (const [i, uid] of uids.entries()) {
    session.untagged(`${session.fetchStart(view.sequenceOf(uid), uid)}UID ${uid})`)
    if (i % 1000 === 999) await session.output.ready()
  }
  return uids.length
}

/** Writes the FETCH responses; returns how many messages were still there. */
export const writeMessages = async (session: Session, request: FetchRequest): Promise<number> => {
  const { output, selectedAccount: account } = session
  const selected = selectedOf(session)
  const { reflagged } = request
  if (request.items.every(isUid)) return writeUids(session, request.uids)
  const tellsFlags = has(request.items, 'FLAGS')
  // The UID stands before the answer already (RFC 9586 §3.3).
  const asked = session.uidOnly ? request.items.filter((item) => !isUid(item)) : request.items
  const writers = asked.map((item) => writerFor(session, item))
  const flagWriters = [...writers, ...(tellsFlags ? [] : [flagsWriter(session)])]
  if (session.condstore && !has(request.items, 'MODSEQ')) flagWriters.push(simpleWriters.MODSEQ)
  const needs = sum(writers)
  const pace = startPace()
  let count = 0
  for (let i = 0; i < request.uids.length && !output.closed; i += pageSize) {
    const page = request.uids.slice(i, i + pageSize)
    const rows = await session.ctx.store.read((tx) => messagesByUid(tx, account, selected.mailboxId, page, needs))
    for (const row of rows) {
      const changed = reflagged?.has(row.uid) === true
      if (tellsFlags || changed) {
        nameKeywords(session, selected, row.keywords)
        if (changed) selected.told.set(row.uid, row.modseq)
      }
      const writing = writeMessage(session, row, changed ? flagWriters : writers)
      if (writing !== undefined) await writing
      if (pace.due) await pace.rest()
      count++
    }
    await output.ready()
  }
  return count
}

const writeMessage = (session: Session, row: ViewedMessage, writers: readonly ItemWriter[]): Promise<void> | void => {
  const sequence = selectedOf(session).view.sequenceOf(row.uid)
  if (sequence === 0) return
  let line = `* ${session.fetchStart(sequence, row.uid)}`
  for (let i = 0; i < writers.length; i++) {
    const text = writers[i]!.text(row)
    if (text === undefined) {
      session.output.write(line)
      return writeRest(session, row, writers, i)
    }
    line += i === 0 ? text : ` ${text}`
  }
  session.output.write(`${line})\r\n`)
}

/** Continues a message from its first item that must read the blob. */
const writeRest = async (
  session: Session,
  row: ViewedMessage,
  writers: readonly ItemWriter[],
  from: number,
): Promise<void> => {
  const { output } = session
  const pace = startPace()
  for (let i = from; i < writers.length; i++) {
    if (i > 0) output.write(' ')
    const writer = writers[i]!
    const text = writer.text(row)
    if (text !== undefined) output.write(text)
    else await writer.write?.(row)
    await output.ready()
    if (pace.due) await pace.rest()
  }
  output.write(')\r\n')
}
