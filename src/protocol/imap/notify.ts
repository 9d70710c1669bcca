/**
 * What a client that has asked for it is told of other mailboxes (RFC 5465), and of the selected one without IDLE. The
 * bus says only that something happened: the mailboxes are looked at again and compared with what was last told.
 */
import type { MailboxNode } from '#domain/mail/mailboxes.ts'
import type { FetchItem } from './grammar/fetch.ts'
import type { EventGroup, NotifyEvent } from './grammar/notify.ts'
import { isIn, isSelected, type Place, placesOf } from './places.ts'
import { listLine } from './respond/list.ts'
import { statusLine } from './respond/status.ts'
import type { Session } from './session.ts'

/** How much of the selected mailbox is told when it happens. */
export interface SelectedWish {
  /** New messages and those that are gone. */
  readonly messages: boolean
  readonly flags: boolean
  /** What is gone waits for a command after which EXPUNGE may be told (RFC 5465 §6.2). */
  readonly delayed: boolean
  /** What is told of new messages. */
  readonly items: readonly FetchItem[]
}

interface Filter extends EventGroup {
  readonly matches: (place: Place) => boolean
}

const keyOf = ({ account, mailbox }: Place): string => `${account}/${mailbox.id}`

export class Watch {
  readonly #session: Session
  readonly #filters: readonly Filter[]
  readonly #subscriptions = new Map<number, () => void>()
  #known: ReadonlyMap<string, Place> = new Map()
  /** Something happened since the last look. */
  #stale = false
  readonly selected: SelectedWish

  constructor(session: Session, groups: readonly EventGroup[]) {
    this.#session = session
    this.#filters = groups.map((group) => ({ ...group, matches: isIn(session, group.source) }))
    const wish = groups.find(({ source }) => source.kind === 'selected')
    this.selected = {
      messages: wish?.events.has('MessageNew') === true,
      flags: wish?.events.has('FlagChange') === true,
      delayed: wish?.source.kind === 'selected' && wish.source.delayed,
      items: wish?.items ?? [],
    }
  }

  /** Looks for the first time, and tells the state of the mailboxes that are watched when the client wants it. */
  async begin(status: boolean): Promise<void> {
    const places = await this.#look()
    if (!status) return
    for (const place of places) if (this.#wants(place, 'MessageNew')) await this.#tellStatus(place)
  }

  /** Stops watching. */
  end(): void {
    for (const unsubscribe of this.#subscriptions.values()) unsubscribe()
    this.#subscriptions.clear()
  }

  /** Who may open what has changed: the mailboxes are looked at again. */
  wake(): void {
    this.#stale = true
    this.#session.onChange?.()
  }

  #follow(account: number): void {
    if (this.#subscriptions.has(account)) return
    this.#subscriptions.set(
      account,
      this.#session.ctx.store.bus.subscribe(account, () => this.wake()),
    )
  }

  /** The mailboxes as they are now, which are those that are known from now on. */
  async #look(): Promise<Place[]> {
    this.#follow(this.#session.account)
    this.#stale = false
    const places = await placesOf(this.#session)
    for (const { account } of places) this.#follow(account)
    this.#known = new Map(places.map((place) => [keyOf(place), place]))
    return places
  }

  /** Whether an event of a mailbox is to be told: the first group that has something to say decides (RFC 5465 §6). */
  #wants(place: Place, event: NotifyEvent): boolean {
    const ofMessages = event !== 'MailboxName' && event !== 'SubscriptionChange'
    // What happens to messages of the selected mailbox is told as ever, and only if its own group wants it.
    if (ofMessages && isSelected(this.#session, place)) return false
    for (const { source, events, matches } of this.#filters) {
      if (source.kind === 'selected' || !matches(place)) continue
      if (events.size === 0) return false
      if (events.has(event)) return true
    }
    return false
  }

  async #tellStatus({ account, mailbox }: Place): Promise<void> {
    const watchesFlags = this.#filters.some(({ events }) => events.has('FlagChange'))
    const modseq = this.#session.condstore || watchesFlags
    const items = ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN'] as const
    this.#session.untagged(
      await statusLine(this.#session, mailbox, modseq ? [...items, 'HIGHESTMODSEQ'] : items, account, false),
    )
  }

  #tellList(mailbox: MailboxNode, show: { readonly nonExistent?: boolean; readonly oldName?: string } = {}): void {
    const children = show.nonExistent !== true
    this.#session.untagged(listLine(this.#session, mailbox, { children, special: children, subscribed: true, ...show }))
  }

  async #tellMailbox(place: Place, before: Place | undefined): Promise<void> {
    const { mailbox } = place
    const old = before?.mailbox
    if (old === undefined) {
      if (this.#wants(place, 'MailboxName')) this.#tellList(mailbox)
      if (mailbox.total > 0 && this.#wants(place, 'MessageNew')) await this.#tellStatus(place)
      return
    }
    if (old.path !== mailbox.path) {
      if (this.#wants(place, 'MailboxName')) this.#tellList(mailbox, { oldName: old.path })
    } else if (old.subscribed !== mailbox.subscribed && this.#wants(place, 'SubscriptionChange'))
      this.#tellList(mailbox)
    const moved = old.uidNext !== mailbox.uidNext || old.total !== mailbox.total
    if (!moved && old.highestModseq === mailbox.highestModseq) return
    if (this.#wants(place, moved ? 'MessageNew' : 'FlagChange')) await this.#tellStatus(place)
  }

  /** Tells what has happened since the last time, if the bus has spoken. */
  async tell(): Promise<void> {
    if (!this.#stale) return
    const before = this.#known
    const places = await this.#look()
    for (const [key, place] of before)
      if (!this.#known.has(key) && this.#wants(place, 'MailboxName'))
        this.#tellList({ ...place.mailbox, subscribed: false }, { nonExistent: true })
    for (const place of places) {
      await this.#tellMailbox(place, before.get(keyOf(place)))
      await this.#session.output.ready()
    }
  }
}
