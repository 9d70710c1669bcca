/** What screens ask for: windows of lists, emails, threads and bodies, fetched once and in company. */
import type { EmailBodyPart, EmailBodyValue, SearchSnippet, Thread } from '#format/jmap/mail.ts'
import type { Reading } from '#format/jmap/reading.ts'
import type { EmailBody, EmailSummary, ListQuery, MailErrorEvent } from './contract.ts'
import { type Intake, SUMMARY } from './intake.ts'
import type { QueryList, Window } from './list.ts'
import type { Model } from './model.ts'
import { type Answer, type Call, ref, type Transport } from './transport.ts'
import { readList, readNotFound, readQuery, readState } from './wire.ts'

export interface LoaderHost {
  readonly model: Model
  readonly intake: Intake
  readonly transport: Transport
  readonly accountId: string
  requestSync(): void
  report(event: MailErrorEvent): void
  /** Something has come that is to be stored. */
  applied(): void
}

const RECEIPT = 'header:Disposition-Notification-To:asRaw'
const BODY = [
  'id',
  'blobId',
  'messageId',
  'inReplyTo',
  'references',
  'sender',
  'replyTo',
  'bcc',
  'textBody',
  'htmlBody',
  'attachments',
  'bodyValues',
  RECEIPT,
]
/** Of each part; its whole Content-Type tells how the lines of a text are broken (RFC 3676). */
const PART = 'partId blobId size name type charset disposition cid language location header:Content-Type:asRaw'.split(
  ' ',
)
/** Bytes of one body part's text; a longer one is told as truncated and offered as a download. */
const MAX_BODY = 1_000_000

type WireBody = Omit<EmailBody, 'reading' | 'receiptTo'> & Readonly<Record<string, unknown>>

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value.trim() : null)

const parts = (value: readonly EmailBodyPart[] | null | undefined) => value ?? []

/**
 * The attachments, and with them the pictures, sounds and films that stand between the words (RFC 8621 §4.1.4 puts those
 * into the bodies alone): a photograph sent from a telephone is a file to its reader.
 */
const filesOf = ({ textBody, htmlBody, attachments }: WireBody): readonly EmailBodyPart[] => {
  const listed = [...parts(attachments)]
  const known = new Set(listed.map(({ partId }) => partId))
  for (const part of [...parts(htmlBody), ...parts(textBody)]) {
    if (part.type.startsWith('text/') || part.blobId === null || known.has(part.partId)) continue
    known.add(part.partId)
    listed.push(part)
  }
  return listed
}

const bodyOf = (wire: WireBody, reading: Reading | undefined): EmailBody => ({
  id: wire.id,
  blobId: wire.blobId,
  messageId: wire.messageId ?? null,
  inReplyTo: wire.inReplyTo ?? null,
  references: wire.references ?? null,
  sender: wire.sender ?? null,
  replyTo: wire.replyTo ?? null,
  bcc: wire.bcc ?? null,
  textBody: parts(wire.textBody),
  htmlBody: parts(wire.htmlBody),
  attachments: filesOf(wire),
  bodyValues: (wire.bodyValues as Record<string, EmailBodyValue> | null | undefined) ?? {},
  receiptTo: textOrNull(wire[RECEIPT]),
  reading: reading ?? null,
})

/** Ids asked for in the same microtask are fetched together; an id on its way is not asked for twice. */
class Wanted {
  private readonly waiting = new Set<string>()
  private readonly flying = new Set<string>()
  private readonly fetch: (ids: readonly string[]) => Promise<unknown>

  constructor(fetch: (ids: readonly string[]) => Promise<unknown>) {
    this.fetch = fetch
  }

  add(id: string): void {
    if (this.flying.has(id) || this.waiting.has(id)) return
    if (this.waiting.size === 0) queueMicrotask(() => void this.go())
    this.waiting.add(id)
  }

  private async go(): Promise<void> {
    const ids = [...this.waiting]
    this.waiting.clear()
    for (const id of ids) this.flying.add(id)
    try {
      await this.fetch(ids)
    } catch {
      // Closed, or refused: whoever still looks asks again.
    } finally {
      for (const id of ids) this.flying.delete(id)
    }
  }
}

const isSearch = ({ filter }: ListQuery): boolean => filter !== null && !('inMailbox' in filter)

export class Loader {
  readonly snippets = new Map<string, SearchSnippet | null>()
  private readonly host: LoaderHost
  private readonly emails = new Wanted((ids) => this.fetchEmails(ids))
  private readonly threads = new Wanted((ids) => this.fetchThreads(ids))
  private readonly bodies = new Wanted((ids) => this.fetchBodies(ids))
  private readonly snippetQueues = new Map<string, Wanted>()

  constructor(host: LoaderHost) {
    this.host = host
  }

  wantEmail(id: string): void {
    if (!this.host.model.emails.has(id)) this.emails.add(id)
  }

  wantThread(id: string): void {
    if (!this.host.model.thread(id)?.complete) this.threads.add(id)
  }

  wantBody(id: string): void {
    if (!this.host.model.bodies.has(id)) this.bodies.add(id)
  }

  wantSnippet(query: ListQuery, key: string, id: string): void {
    if (this.snippets.has(`${key} ${id}`)) return
    let queue = this.snippetQueues.get(key)
    if (!queue) {
      queue = new Wanted((ids) => this.fetchSnippets(query, key, ids))
      this.snippetQueues.set(key, queue)
    }
    queue.add(id)
  }

  /** A window with the summaries of its rows and, when threads are collapsed, of their whole threads: one request. */
  async window(list: QueryList, window: Window): Promise<void> {
    const { accountId, intake, transport, model } = this.host
    const { filter, sort, collapseThreads } = list.query
    const position = window.from
    const args = {
      accountId,
      filter,
      sort,
      collapseThreads,
      position,
      limit: window.to - position,
      calculateTotal: true,
    }
    const calls: Call[] = [{ name: 'Email/query', args }, this.get('Email', ref(0, 'Email/query', '/ids'), SUMMARY)]
    if (collapseThreads) {
      calls.push(this.get('Thread', ref(1, 'Email/get', '/list/*/threadId')))
      calls.push(this.get('Email', ref(2, 'Thread/get', '/list/*/emailIds'), SUMMARY))
    }
    const askedAt = intake.epoch
    const { signal } = list
    let answers: Answer[][]
    try {
      answers = await transport.send(calls, isSearch(list.query) ? { alone: true, signal } : {})
    } catch {
      // Nobody looks at it any more: asked again when somebody does.
      if (signal.aborted) return
      list.refused(window)
      return
    }
    const [query] = answers[0] ?? []
    if (!query?.ok) {
      list.refused(window)
      this.host.report({ code: 'loadFailed', action: 'list', ids: [], type: query?.type ?? 'serverFail' })
      return
    }
    model.notifier.batch(() => {
      for (const [answer] of answers.slice(1)) if (answer?.ok) this.take(answer.name, answer.args, askedAt)
      list.arrived(window, readQuery(query.args))
    })
    if (intake.hasSuspects) this.host.requestSync()
    // Conversations too long for one answer: their emails one portion at a time.
    if (collapseThreads && !answers[3]?.[0]?.ok) await this.fetchMates(readQuery(query.args).ids)
  }

  /** The emails not yet known of the threads of these. */
  private async fetchMates(ids: readonly string[]): Promise<void> {
    const { model } = this.host
    const threads = ids.flatMap((id) => model.threads.get(model.emails.get(id)?.threadId ?? '') ?? [])
    const missing = threads.flatMap(({ emailIds }) => emailIds).filter((id) => !model.emails.has(id))
    if (missing.length) await this.fetchEmails([...new Set(missing)]).catch(() => {})
  }

  private get(type: 'Email' | 'Thread', ids: unknown, properties?: readonly string[]): Call {
    const { accountId } = this.host
    const wanted = Array.isArray(ids) ? { ids } : { '#ids': ids }
    return { name: `${type}/get`, args: { accountId, ...wanted, ...(properties ? { properties } : {}) } }
  }

  private take(name: string, args: Readonly<Record<string, unknown>>, askedAt: number): void {
    const { intake } = this.host
    if (name === 'Email/get') intake.emails(readList<EmailSummary>(args), readState(args), askedAt)
    if (name === 'Thread/get') intake.threads(readList<Thread>(args), readState(args), askedAt)
  }

  private async fetchAll(calls: readonly Call[]): Promise<void> {
    const { intake, model, transport } = this.host
    const askedAt = intake.epoch
    const answers = await transport.send(calls)
    model.notifier.batch(() => {
      for (const [answer] of answers) if (answer?.ok) this.take(answer.name, answer.args, askedAt)
    })
    if (intake.hasSuspects) this.host.requestSync()
  }

  private inChunks(ids: readonly string[], size = this.host.transport.core('maxObjectsInGet', 500)): string[][] {
    const chunks: string[][] = []
    for (let i = 0; i < ids.length; i += size) chunks.push(ids.slice(i, i + size))
    return chunks
  }

  private async fetchEmails(ids: readonly string[]): Promise<void> {
    const calls = (some: readonly string[]) => [
      this.get('Email', some, SUMMARY),
      this.get('Thread', ref(0, 'Email/get', '/list/*/threadId')),
    ]
    await Promise.all(this.inChunks(ids).map((some) => this.fetchAll(calls(some))))
  }

  private async fetchThreads(ids: readonly string[]): Promise<void> {
    const calls = (some: readonly string[]) => [
      this.get('Thread', some),
      this.get('Email', ref(0, 'Thread/get', '/list/*/emailIds'), SUMMARY),
    ]
    await Promise.all(this.inChunks(ids, 50).map((some) => this.fetchAll(calls(some))))
    // A thread too long for one answer: its emails one portion at a time.
    const { model } = this.host
    const missing = ids.flatMap((id) => model.threads.get(id)?.emailIds ?? []).filter((id) => !model.emails.has(id))
    if (missing.length) await this.fetchEmails(missing)
  }

  private async fetchBodies(ids: readonly string[]): Promise<void> {
    const { accountId, model, transport, report } = this.host
    const applied = () => this.host.applied()
    const options = {
      bodyProperties: PART,
      fetchTextBodyValues: true,
      fetchHTMLBodyValues: true,
      maxBodyValueBytes: MAX_BODY,
    }
    const fetchSome = async (some: readonly string[]) => {
      const [[answer] = [], [about] = []] = await transport.send([
        { name: 'Email/get', args: { accountId, ids: some, properties: BODY, ...options } },
        { name: 'Reading/get', args: { accountId, ids: some } },
      ])
      if (!answer?.ok)
        return report({ code: 'loadFailed', action: 'read', ids: some, type: answer?.type ?? 'serverFail' })
      // A message can be read without what is known about it.
      const readings = new Map(about?.ok ? readList<Reading>(about.args).map((one) => [one.id, one]) : [])
      model.notifier.batch(() => {
        for (const wire of readList<WireBody>(answer.args)) model.setBody(bodyOf(wire, readings.get(wire.id)))
      })
      applied()
      const gone = readNotFound(answer.args)
      if (gone.length) report({ code: 'gone', action: 'read', ids: gone })
    }
    await Promise.all(this.inChunks(ids, 10).map(fetchSome))
  }

  private async fetchSnippets(query: ListQuery, key: string, ids: readonly string[]): Promise<void> {
    const { accountId, model, transport } = this.host
    const args = { accountId, filter: query.filter, emailIds: ids }
    const [[answer] = []] = await transport.send([{ name: 'SearchSnippet/get', args }], { alone: true })
    if (!answer?.ok) return
    if (this.snippets.size > 2000) this.snippets.clear()
    const list = Array.isArray(answer.args.list) ? (answer.args.list as SearchSnippet[]) : []
    model.notifier.batch(() => {
      for (const id of ids) this.snippets.set(`${key} ${id}`, null)
      for (const snippet of list) this.snippets.set(`${key} ${snippet.emailId}`, snippet)
      for (const id of ids) model.topics.emit(`snippet:${key} ${id}`)
    })
  }
}
