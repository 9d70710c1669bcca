/**
 * What THREAD needs of messages (RFC 5256 §3). Header blocks are the largest part of a mailbox's rows and never change, so
 * what was read out of them is remembered, within bounds: programs thread the same mailbox again for each page they show.
 */
import { type MessageKeys, messageKeys } from '#domain/mail/keys.ts'
import { baseSubject } from '#domain/mail/subject.ts'
import { inReplyToOf } from '#format/imap/envelope-read.ts'
import { parseMessageIds } from '#format/mime/headers.ts'
import { selectedOf } from '../command.ts'
import { startPace } from '../pace.ts'
import type { Session } from '../session.ts'
import { octetsIn } from './read.ts'
import { casemap } from './sort.ts'

export interface ThreadFacts {
  /** Milliseconds; undefined without a valid Date. */
  readonly sent: number | undefined
  readonly baseSubject: string
  readonly isReply: boolean
  /** Its Message-ID; empty when it has none. */
  readonly id: string
  /** Ids of what it answers, the nearest last. */
  readonly ancestors: readonly string[]
}

/** The nearest ancestors are the ones that count. */
const maxReferences = 32

const referencesField = /^references[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)/im

/** Of References, else the first of In-Reply-To (step 1.A). */
const ancestorsOf = (headers: string, envelope: string): readonly string[] => {
  const field = referencesField.exec(headers)?.[1]
  const references = field === undefined ? [] : parseMessageIds(field.replace(/\r?\n/g, ''))
  return references.length > 0 ? references.slice(-maxReferences) : parseMessageIds(inReplyToOf(envelope)).slice(0, 1)
}

const keys = ['sentAt', 'subject', 'baseSubject', 'messageId', 'envelope', 'headers'] as const

/** A copy of its own: a piece cut out of a header block would keep all of the block in memory. */
const own = (text: string): string => Buffer.from(text, 'utf8').toString('utf8')

const factsOf = ({ values }: MessageKeys): ThreadFacts => {
  const [sent, subject, base, id, envelope, headers] = values
  return {
    sent: typeof sent === 'number' ? sent : undefined,
    baseSubject: typeof base === 'string' ? casemap(base) : '',
    isReply: typeof subject === 'string' && baseSubject(subject).isReply,
    id: typeof id === 'string' ? id : '',
    ancestors: ancestorsOf(octetsIn(headers), octetsIn(envelope)).map(own),
  }
}

/** Octets of facts that are remembered, in all. */
const room = 24 * 1024 * 1024
/** What an entry weighs besides its characters, about. */
const bare = 120

const weightOf = ({ baseSubject: base, id, ancestors }: ThreadFacts): number =>
  ancestors.reduce((sum, each) => sum + each.length + 24, bare + base.length + id.length)

/** Facts by blob: messages never change, and copies share theirs. The oldest go first. */
export class ThreadMemory {
  readonly #room: number
  readonly #facts = new Map<number, ThreadFacts>()
  #weight = 0

  constructor(octets = room) {
    this.#room = octets
  }

  get(blob: number): ThreadFacts | undefined {
    return this.#facts.get(blob)
  }

  put(blob: number, facts: ThreadFacts): void {
    if (this.#facts.has(blob)) return
    this.#facts.set(blob, facts)
    this.#weight += weightOf(facts)
    for (const [oldest, gone] of this.#facts) {
      if (this.#weight <= this.#room) return
      this.#facts.delete(oldest)
      this.#weight -= weightOf(gone)
    }
  }
}

/** One for each store: blob numbers are its own. */
const memories = new WeakMap<object, ThreadMemory>()

const memoryOf = (store: object): ThreadMemory => {
  let memory = memories.get(store)
  if (!memory) memories.set(store, (memory = new ThreadMemory()))
  return memory
}

const pageSize = 250

/** Hands every message of these UIDs (ascending) that is still there to `take`, in order. */
export const readThreadFacts = async (
  session: Session,
  uids: readonly number[],
  take: (message: MessageKeys, facts: ThreadFacts) => void,
): Promise<void> => {
  const { mailboxId } = selectedOf(session)
  const { store } = session.ctx
  const memory = memoryOf(store)
  const pace = startPace()
  const read = (page: readonly number[], wanted: typeof keys | readonly []) =>
    store.read((tx) => messageKeys(tx, session.selectedAccount, mailboxId, page, wanted))
  for (let i = 0; i < uids.length && !session.output.closed; i += pageSize) {
    const rows = await read(uids.slice(i, i + pageSize), [])
    const known = new Map<number, ThreadFacts>()
    const unknown: number[] = []
    for (const { uid, blobId } of rows) {
      const facts = memory.get(blobId)
      if (facts) known.set(blobId, facts)
      else unknown.push(uid)
    }
    for (const row of unknown.length === 0 ? [] : await read(unknown, keys)) {
      const facts = factsOf(row)
      known.set(row.blobId, facts)
      memory.put(row.blobId, facts)
      if (pace.due) await pace.rest()
    }
    for (const row of rows) {
      const facts = known.get(row.blobId)
      if (facts) take(row, facts)
      if (pace.due) await pace.rest()
    }
  }
}
