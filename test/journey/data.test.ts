/** The web app's data room against the real server, without a browser: what the screens rely on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '#web/data/client.ts'
import type { LiveList, MailClient, MailErrorEvent } from '#web/data/contract.ts'
import type { EventSourceLike } from '#web/data/ports.ts'
import { memoryStorage } from '#web/data/storage-memory.ts'
import { type JourneyServer, startServer } from './rig.ts'

/** Server-sent events read from a fetch. */
class EventStream implements EventSourceLike {
  readyState = 0
  private readonly listeners = new Map<string, (event: { data?: unknown }) => void>()
  private readonly controller = new AbortController()

  constructor(url: string, headers: Record<string, string>) {
    this.read(url, headers).catch(() => {
      if (this.readyState === 2) return
      this.readyState = 2
      this.listeners.get('error')?.({})
    })
  }

  private async read(url: string, headers: Record<string, string>): Promise<void> {
    const response = await fetch(url, { headers, signal: this.controller.signal })
    if (!response.ok || !response.body) throw new Error(`refused: ${response.status}`)
    this.readyState = 1
    this.listeners.get('open')?.({})
    let text = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        const lines = event.split('\n')
        const type =
          lines
            .find((line) => line.startsWith('event:'))
            ?.slice(6)
            .trim() ?? 'message'
        const data = lines.flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : [])).join('\n')
        this.listeners.get(type)?.({ data })
      }
    }
    throw new Error('ended')
  }

  addEventListener(type: string, fn: (event: { data?: unknown }) => void): void {
    this.listeners.set(type, fn)
  }

  close(): void {
    this.readyState = 2
    this.controller.abort()
  }
}

interface Person {
  readonly client: MailClient
  readonly errors: MailErrorEvent[]
  readonly requests: string[]
  /** So many answers to come are lost after the server has done its work. */
  readonly loss: { answers: number }
  mailbox(role: string): string
  inbox(): LiveList
}

describe('The data room and the real server', () => {
  let server: JourneyServer
  const people: Person[] = []
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(async () => {
    for (const { client } of people) await client.close()
    await server?.close()
  })

  /** By which the server knows the device again: of a new one it tells in a message, some moment after. */
  let device = ''
  const signIn = async (login: string): Promise<Person> => {
    const body = JSON.stringify({ login, password: server.password })
    const headers = { 'content-type': 'application/json', 'x-csrf': '1', cookie: device }
    const answer = await fetch(`${server.url}/auth/login`, { method: 'POST', headers, body })
    const given = answer.headers.getSetCookie().map((one) => one.split(';')[0] ?? '')
    device = given.find((one) => one.startsWith('device=')) ?? device
    const cookie = given.find((one) => one.startsWith('session=')) ?? ''
    const requests: string[] = []
    const loss = { answers: 0 }
    const client = createClient({
      fetch: async (url, init) => {
        if (typeof init.body === 'string') requests.push(init.body)
        const all = { ...(init.headers as Record<string, string>), cookie }
        const response = await fetch(server.url + url, { ...init, headers: all })
        if (loss.answers <= 0 || !String(init.body).includes('/set"')) return response
        loss.answers -= 1
        throw new TypeError('lost')
      },
      eventSource: (url) => new EventStream(server.url + url, { cookie }),
      storage: memoryStorage(),
      clock: {
        now: () => Date.now(),
        setTimeout: (fn, ms) => setTimeout(fn, ms),
        clearTimeout: (h) => clearTimeout(h as number),
      },
    })
    const errors: MailErrorEvent[] = []
    client.errors.subscribe((event) => errors.push(event))
    await expect.poll(() => client.mailboxes.get()?.length ?? 0).toBeGreaterThan(5)
    const mailbox = (role: string) => client.mailboxes.get()!.find((one) => one.role === role)!.id
    const inbox = () => {
      const list = client.list(client.mailboxQuery(mailbox('inbox')))
      list.request(0, 50)
      return list
    }
    const person = { client, errors, requests, loss, mailbox, inbox }
    people.push(person)
    return person
  }
  const loaded = (list: LiveList) => expect.poll(() => list.total !== undefined && !list.stale).toBe(true)
  /** What a page asks by itself when it opens has been asked. */
  const quiet = async ({ requests }: Person): Promise<void> => {
    await expect
      .poll(
        async () => {
          requests.length = 0
          await new Promise((resolve) => setTimeout(resolve, 1500))
          return requests.length
        },
        { timeout: 30_000 },
      )
      .toBe(0)
  }
  const subjects = (client: MailClient, list: LiveList) =>
    Array.from({ length: list.total ?? 0 }, (_, i) => client.email(list.idAt(i) ?? '').get()?.subject)

  test('a message sent is received by the other person by itself, read, answered in its thread, and marked', async () => {
    const anne = await signIn('anne.martin')
    const list = anne.inbox()
    await loaded(list)
    const [identity] = anne.client.identities.get()!
    const subject = `Essai ${Date.now()}`
    const file = new File(['liste des élèves'], 'liste.txt', { type: 'text/plain' })
    const fractions: number[] = []
    const { blobId, type, size } = await anne.client.upload(file, (fraction) => fractions.push(fraction))
    expect(fractions.at(-1)).toBe(1)
    const sent = anne.client.drafts.send({
      key: 'k1',
      identityId: identity!.id,
      from: { name: identity!.name, email: identity!.email },
      to: [{ name: identity!.name, email: identity!.email }],
      cc: [],
      bcc: [],
      subject,
      text: 'Bonjour à moi',
      html: '<p>Bonjour à <b>moi</b></p>',
      attachments: [{ blobId, type, size, name: 'liste.txt' }],
    })
    await sent.done
    await expect.poll(() => subjects(anne.client, list)[0]).toBe(subject)
    const id = list.idAt(0)!
    const body = anne.client.body(id)
    body.subscribe(() => {})
    await expect.poll(() => body.get()?.attachments.length).toBe(1)
    const values = Object.values(body.get()!.bodyValues).map((one) => one.value.trim())
    expect(values.some((value) => value.includes('Bonjour à moi'))).toBe(true)
    expect(values.some((value) => value.includes('<b>moi</b>'))).toBe(true)
    expect(body.get()!.attachments[0]).toMatchObject({ name: 'liste.txt', type: 'text/plain' })
    const thread = anne.client.thread(anne.client.email(id).get()!.threadId)
    await expect.poll(() => thread.get()?.complete).toBe(true)
    expect(anne.errors).toEqual([])
  })

  test('a message whose every answer is lost at first is sent once, and leaves no second copy', async () => {
    const anne = await signIn('anne.martin')
    await loaded(anne.inbox())
    const [identity] = anne.client.identities.get()!
    const self = { name: identity!.name, email: identity!.email }
    const subject = `Perdu ${Date.now()}`
    const rest = { from: self, to: [self], cc: [], bcc: [], attachments: [] }
    const draft = { key: 'k2', identityId: identity!.id, subject, text: 'Une seule fois', ...rest }
    anne.loss.answers = 1
    await anne.client.drafts.save(draft)
    anne.loss.answers = 2
    await anne.client.drafts.send({ ...draft, text: 'Une seule fois.' }).done
    const found = anne.client.list({
      filter: { subject },
      sort: [{ property: 'receivedAt', isAscending: false }],
      collapseThreads: false,
    })
    found.request(0, 20)
    await loaded(found)
    const where = () => {
      const places = Array.from({ length: found.total ?? 0 }, (_, i) => anne.client.email(found.idAt(i) ?? '').get())
      return places.flatMap((email) => Object.keys(email?.mailboxIds ?? {})).toSorted()
    }
    // Filed and received by the server, a moment after the last answer; then nothing more comes.
    const once = [anne.mailbox('inbox'), anne.mailbox('sent')].toSorted()
    await expect.poll(where).toEqual(once)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(where()).toEqual(once)
    expect(anne.errors).toEqual([])
  })

  test('archive, undo, flags and counts are seen by another page of the same person', async () => {
    const [here, there] = [await signIn('anne.martin'), await signIn('anne.martin')]
    const [mine, theirs] = [here.inbox(), there.inbox()]
    await loaded(mine)
    await loaded(theirs)
    const total = mine.total!
    const ids = here.client.emailsOf([here.client.email(mine.idAt(0)!).get()!.threadId], here.mailbox('inbox'))
    const first = mine.idAt(0)!
    const archived = here.client.actions.archive(ids)
    expect(mine.total).toBe(total - 1)
    await archived.done
    await expect.poll(() => theirs.total).toBe(total - 1)
    archived.undo()
    expect(mine.idAt(0)).toBe(first)
    await expect.poll(() => theirs.idAt(0)).toBe(first)
    const flagged = here.client.actions.setKeyword([first], '$flagged', true)
    await flagged.done
    await expect.poll(() => there.client.email(first).get()?.keywords.$flagged).toBe(true)
    const counts = ({ client }: Person) =>
      client.mailboxes
        .get()
        ?.map(({ id, totalEmails, unreadEmails, unreadThreads }) => [id, totalEmails, unreadEmails, unreadThreads])
    await expect.poll(() => JSON.stringify(counts(here)) === JSON.stringify(counts(there))).toBe(true)
    expect([...here.errors, ...there.errors]).toEqual([])
  })

  test('a quiet page asks the server nothing', async () => {
    const anne = await signIn('anne.martin')
    const list = anne.inbox()
    await loaded(list)
    await quiet(anne)
    await new Promise((resolve) => setTimeout(resolve, 2000))
    expect(anne.requests).toEqual([])
  })

  test('an act costs one request', async () => {
    const anne = await signIn('anne.martin')
    const list = anne.inbox()
    await loaded(list)
    await quiet(anne)
    const email = anne.client.email(list.idAt(0)!).get()!
    await anne.client.actions.setKeyword([email.id], '$flagged', !email.keywords.$flagged).done
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(anne.requests.map((one) => JSON.parse(one).methodCalls.map((call: string[]) => call[0]))).toHaveLength(1)
  })

  test('mailboxes are made, filled, renamed and deleted', async () => {
    const anne = await signIn('anne.martin')
    const list = anne.inbox()
    await loaded(list)
    const made = anne.client.actions.createMailbox({ name: `Dossier ${Date.now()}` })
    const temporary = anne.client.mailboxes.get()!.find((one) => one.name.startsWith('Dossier'))!.id
    const moved = anne.client.actions.move([list.idAt(0)!], temporary)
    const id = await made.id
    await moved.done
    const mailbox = () => anne.client.mailboxes.get()!.find((one) => one.id === id)
    await expect.poll(() => mailbox()?.totalEmails).toBe(1)
    await anne.client.actions.renameMailbox(id, { name: 'Conseil' }).done
    expect(mailbox()?.name).toBe('Conseil')
    moved.undo()
    await expect.poll(() => mailbox()?.totalEmails).toBe(0)
    await anne.client.actions.deleteMailbox(id).done
    expect(mailbox()).toBeUndefined()
    expect(anne.errors).toEqual([])
  })

  test('a search finds, with what matched', async () => {
    const anne = await signIn('anne.martin')
    const inbox = anne.inbox()
    await loaded(inbox)
    const word = subjects(anne.client, inbox)
      .join(' ')
      .split(/\s+/)
      .find((one) => /^\p{L}{6,}$/u.test(one))!
    const query = anne.client.search(word)
    const list = anne.client.list(query)
    list.request(0, 20)
    await loaded(list)
    expect(list.total).toBeGreaterThan(0)
    const snippets = Array.from({ length: list.total! }, (_, i) => anne.client.snippet(query, list.idAt(i)!))
    for (const snippet of snippets) snippet.subscribe(() => {})
    await expect
      .poll(() => snippets.some((one) => `${one.get()?.subject}${one.get()?.preview}`.includes('<mark>')))
      .toBe(true)
    expect(anne.errors).toEqual([])
  })

  test('recipients are completed from the directory', async () => {
    const anne = await signIn('anne.martin')
    await expect
      .poll(async () =>
        (await anne.client.recipients('mart')).some((one) => one.kind !== 'group' && one.email.includes('@')),
      )
      .toBe(true)
  })
})
