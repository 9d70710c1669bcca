/**
 * Files of mail taken into a mailbox: each message is uploaded and filed by JMAP like any other. A message that the
 * account has already, octet for octet, is passed over: a transfer that was cut is simply begun again.
 */
import type { MailClient } from '../../../data/index.ts'
import { type Brought, messageFromPiece, messagesOfMbox } from './mbox.ts'
import { filesOfZip } from './unzip.ts'

export interface BringProgress {
  /** Octets read of all the files. */
  readonly read: number
  readonly total: number
  readonly taken: number
  /** Already there. */
  readonly known: number
  /** Refused by the server, or no message. */
  readonly refused: number
}

/** Messages filed by one request. */
const BATCH = 20
const AT_ONCE = 4

interface Uploaded extends Omit<Brought, 'bytes'> {
  readonly blobId: string
}

const isMbox = (name: string): boolean => !/\.eml$/i.test(name)
const wholeStream = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) =>
  new Uint8Array(await new Response(stream).arrayBuffer())

type Told = (octets: number) => void

async function* messagesIn(name: string, stream: ReadableStream<Uint8Array<ArrayBuffer>>, told: Told) {
  if (isMbox(name)) return yield* messagesOfMbox(stream, told)
  const message = messageFromPiece(await wholeStream(stream))
  if (message !== undefined) yield message
}

async function* messagesOf(file: File, told: Told): AsyncGenerator<Brought> {
  if (!/\.zip$/i.test(file.name)) return yield* messagesIn(file.name, file.stream(), told)
  const files = await filesOfZip(file)
  const size = files.reduce((sum, one) => sum + one.size, 0) || 1
  let before = 0
  for (const one of files) {
    // By what the entry is of the whole: what is read is packed.
    const share = (octets: number) => told(Math.round(((before + octets) / size) * file.size))
    if (/\.(?:eml|mbox)$|(?:^|\/)[^./]+$/i.test(one.name)) yield* messagesIn(one.name, await one.open(), share)
    before += one.size
    share(0)
  }
}

/** Which of these blobs are messages of the account already (RFC 9404 §4.3). */
const knownBlobs = async (client: MailClient, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const accountId = client.session.get()?.accountId
  const args = { accountId, typeNames: ['Email'], ids }
  const [answer] = await client.side.send([{ name: 'Blob/lookup', args }])
  const list = answer?.ok && Array.isArray(answer.args.list) ? (answer.args.list as unknown[]) : []
  return new Set(
    list.flatMap((one) => {
      const { id, matchedIds } = one as { id: string; matchedIds?: { Email?: readonly string[] } }
      return (matchedIds?.Email?.length ?? 0) > 0 ? [id] : []
    }),
  )
}

const file = async (client: MailClient, mailboxId: string, some: readonly Uploaded[]): Promise<number> => {
  if (some.length === 0) return 0
  const accountId = client.session.get()?.accountId
  const emails = Object.fromEntries(
    some.map(({ blobId, keywords, receivedAt }, i) => [
      `m${i}`,
      { blobId, mailboxIds: { [mailboxId]: true }, keywords, ...(receivedAt === undefined ? {} : { receivedAt }) },
    ]),
  )
  const [answer] = await client.side.send([{ name: 'Email/import', args: { accountId, emails } }])
  if (!answer?.ok) throw new Error(answer?.type ?? 'no answer')
  return Object.keys((answer.args.created as object | null) ?? {}).length
}

/** Takes the files in, one after the other. Rejects when the network is lost; `signal` stops between two batches. */
export const bring = async (
  client: MailClient,
  files: readonly File[],
  mailboxId: string,
  tell: (progress: BringProgress) => void,
  signal: AbortSignal,
): Promise<BringProgress> => {
  const total = files.reduce((sum, { size }) => sum + size, 0)
  let now: BringProgress = { read: 0, total, taken: 0, known: 0, refused: 0 }
  const change = (part: Partial<BringProgress>) => {
    now = { ...now, ...part }
    tell(now)
  }
  let batch: Brought[] = []
  const flush = async () => {
    const left = [...batch]
    batch = []
    const uploaded: Uploaded[] = []
    const work = async () => {
      for (let one = left.shift(); one !== undefined; one = left.shift()) {
        const { blobId } = await client.upload(new Blob([one.bytes], { type: 'message/rfc822' }))
        uploaded.push({ blobId, keywords: one.keywords, receivedAt: one.receivedAt })
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    const known = await knownBlobs(
      client,
      uploaded.map(({ blobId }) => blobId),
    )
    const fresh = new Map(uploaded.filter(({ blobId }) => !known.has(blobId)).map((one) => [one.blobId, one]))
    const taken = await file(client, mailboxId, [...fresh.values()])
    change({
      taken: now.taken + taken,
      known: now.known + uploaded.length - fresh.size,
      refused: now.refused + fresh.size - taken,
    })
  }
  let before = 0
  for (const one of files) {
    for await (const message of messagesOf(one, (octets) => change({ read: before + octets }))) {
      if (signal.aborted) break
      batch.push(message)
      if (batch.length >= BATCH) await flush()
    }
    before += one.size
    change({ read: before })
  }
  await flush()
  return now
}
