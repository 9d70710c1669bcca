/**
 * The account's contacts in the browser: what the server last told, kept for the next visit and for no network. A change
 * is shown at once and taken back when it is refused; what changed elsewhere comes by /changes.
 */
import type { AddressBook, ContactCard } from '#format/jmap/contacts.ts'
import type { MailClient, SideAnswer, SideCall, SideDoor } from '../../data/index.ts'
import { createValue } from '../../shell/value.ts'

const PAGE = 400
const RETRY_AFTER = 5000
const SAVE_AFTER = 1000

type Args = Readonly<Record<string, unknown>>
export type ContactsType = 'AddressBook' | 'ContactCard'

export interface ContactsView {
  readonly books: readonly AddressBook[]
  readonly cards: readonly ContactCard[]
}

export interface Change {
  readonly create?: Readonly<Record<string, object>>
  readonly update?: Readonly<Record<string, Args>>
  readonly destroy?: readonly string[]
  /** Of address books: the cards in them end too. */
  readonly onDestroyRemoveContents?: boolean
}

/** The server said no; `type` is the SetError's. */
export class Refused extends Error {
  readonly type: string
  constructor(type: string) {
    super(`refused: ${type}`)
    this.type = type
  }
}

interface Saved extends ContactsView {
  readonly state: string
}

const isSaved = (value: unknown): value is Saved =>
  typeof value === 'object' && value !== null && 'books' in value && 'cards' in value && 'state' in value

const idsIn = (args: Args, name: string): string[] =>
  Array.isArray(args[name]) ? args[name].filter((one): one is string => typeof one === 'string') : []

const good = (answer: SideAnswer | undefined): Args => {
  if (!answer?.ok) throw new Refused(answer?.type ?? 'no answer')
  return answer.args
}

const firstError = (args: Args): string | undefined => {
  for (const name of ['notCreated', 'notUpdated', 'notDestroyed']) {
    const [error] = Object.values((args[name] as Record<string, { type: string }> | null) ?? {})
    if (error) return error.type
  }
  return undefined
}

export class ContactsData {
  /** Undefined until something is known. */
  readonly view = createValue<ContactsView | undefined>(undefined)
  readonly problem = createValue(false)
  private readonly side: SideDoor
  private readonly accountId: string
  private books: readonly AddressBook[] = []
  private cards = new Map<string, ContactCard>()
  private state: string | undefined
  private running = false
  private wanted = false
  private closed = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private saver: ReturnType<typeof setTimeout> | undefined
  private readonly leave: () => void

  constructor(client: MailClient, accountId: string) {
    this.side = client.side
    this.accountId = accountId
    this.leave = this.side.subscribe(() => this.sync())
    void this.restore().finally(() => this.sync())
  }

  close(): void {
    this.closed = true
    this.leave()
    clearTimeout(this.timer)
    clearTimeout(this.saver)
  }

  sync(): void {
    this.wanted = true
    if (!this.running && !this.closed) void this.run()
  }

  /**
   * Changes objects; resolves with the ids of what was created, by creation id. Rejects with Refused, or when there is no
   * network: nothing has changed then.
   */
  async set(type: ContactsType, change: Change): Promise<Readonly<Record<string, string>>> {
    const before = { books: this.books, cards: new Map(this.cards) }
    this.foresee(type, change)
    try {
      const [answer] = await this.side.send([this.call(`${type}/set`, { ...change })], { write: true })
      const args = good(answer)
      const error = firstError(args)
      if (error !== undefined) throw new Refused(error)
      const created = (args.created as Record<string, { id: string }> | null) ?? {}
      return Object.fromEntries(Object.entries(created).map(([name, { id }]) => [name, id]))
    } catch (error) {
      this.books = before.books
      this.cards = before.cards
      this.show()
      throw error
    } finally {
      this.sync()
    }
  }

  /** Creates those cards that the server takes (an import); their ids. Rejects when there is no network. */
  async createSome(create: Readonly<Record<string, object>>): Promise<string[]> {
    try {
      const [answer] = await this.side.send([this.call('ContactCard/set', { create })], { write: true })
      return Object.values((good(answer).created as Record<string, { id: string }> | null) ?? {}).map(({ id }) => id)
    } finally {
      this.sync()
    }
  }

  private call(name: string, args: Args): SideCall {
    return { name, args: { accountId: this.accountId, ...args } }
  }

  /** Whole members only: what a patch does deeper is told by the server. */
  private foresee(type: ContactsType, { update = {}, destroy = [] }: Change): void {
    const patched = <T extends { id: string }>(one: T): T => {
      const patch = update[one.id]
      if (!patch) return one
      const whole = Object.entries(patch).filter(([path]) => !path.includes('/'))
      return { ...one, ...Object.fromEntries(whole.map(([name, value]) => [name, value ?? undefined])) }
    }
    if (type === 'AddressBook') this.books = this.books.filter(({ id }) => !destroy.includes(id)).map(patched)
    else {
      for (const id of destroy) this.cards.delete(id)
      for (const id of Object.keys(update)) {
        const card = this.cards.get(id)
        if (card) this.cards.set(id, patched(card))
      }
    }
    this.show()
  }

  private async run(): Promise<void> {
    this.running = true
    while (this.wanted && !this.closed) {
      this.wanted = false
      try {
        await (this.state === undefined ? this.askAll() : this.askChanges(this.state))
        this.problem.set(false)
        this.show()
        this.save()
      } catch {
        this.problem.set(true)
        clearTimeout(this.timer)
        this.timer = setTimeout(() => this.sync(), RETRY_AFTER)
        break
      }
    }
    this.running = false
  }

  private async askAll(): Promise<void> {
    // The state first: what changes while the pages are read is asked for again afterwards.
    const [books, none, query] = await this.side.send([
      this.call('AddressBook/get', { ids: null }),
      this.call('ContactCard/get', { ids: [] }),
      this.call('ContactCard/query', {}),
    ])
    const ids = idsIn(good(query), 'ids')
    const cards = new Map<string, ContactCard>()
    for (let at = 0; at < ids.length; at += PAGE) {
      const [page] = await this.side.send([this.call('ContactCard/get', { ids: ids.slice(at, at + PAGE) })])
      for (const card of good(page).list as ContactCard[]) cards.set(card.id, card)
    }
    this.books = good(books).list as AddressBook[]
    this.cards = cards
    this.state = String(good(none).state)
  }

  private async askChanges(since: string): Promise<void> {
    const reference = (path: string) => ({ '#ids': { resultOf: 'c1', name: 'ContactCard/changes', path } })
    const [books, changes, created, updated] = await this.side.send([
      this.call('AddressBook/get', { ids: null }),
      this.call('ContactCard/changes', { sinceState: since, maxChanges: PAGE }),
      this.call('ContactCard/get', reference('/created')),
      this.call('ContactCard/get', reference('/updated')),
    ])
    if (changes && !changes.ok && changes.type === 'cannotCalculateChanges') return this.askAll()
    const args = good(changes)
    for (const answer of [created, updated]) {
      const got = good(answer)
      for (const card of got.list as ContactCard[]) this.cards.set(card.id, card)
      for (const id of idsIn(got, 'notFound')) this.cards.delete(id)
    }
    for (const id of idsIn(args, 'destroyed')) this.cards.delete(id)
    this.books = good(books).list as AddressBook[]
    this.state = String(args.newState)
    if (args.hasMoreChanges === true) this.wanted = true
  }

  private show(): void {
    if (!this.closed && this.state !== undefined) this.view.set({ books: this.books, cards: [...this.cards.values()] })
  }

  private get key(): string {
    return `${this.accountId}/contacts`
  }

  private save(): void {
    clearTimeout(this.saver)
    this.saver = setTimeout(() => {
      if (this.closed || this.state === undefined) return
      const saved: Saved = { books: this.books, cards: [...this.cards.values()], state: this.state }
      void this.side.storage.write(new Map([[this.key, saved]]), []).catch(() => undefined)
    }, SAVE_AFTER)
  }

  private async restore(): Promise<void> {
    const stored = (await this.side.storage.read(this.key)).get(this.key)
    if (!isSaved(stored) || this.closed || this.state !== undefined) return
    this.books = stored.books
    this.cards = new Map(stored.cards.map((card) => [card.id, card]))
    this.state = stored.state
    this.show()
  }
}

let open: { readonly client: MailClient; readonly accountId: string; readonly data: ContactsData } | undefined

/** The contacts of the account signed in: one for the page, kept when the screen is left. */
export const contactsOf = (client: MailClient, accountId: string): ContactsData => {
  if (open?.client === client && open.accountId === accountId) return open.data
  open?.data.close()
  open = { client, accountId, data: new ContactsData(client, accountId) }
  return open.data
}
