/**
 * Several accounts as one client of the mail, for lists and what is done with their rows: each id names its account, each
 * act goes to the client of its account. What is open is read with that account's own client (see `split`).
 */
import type {
  AccountIds,
  EmailFilter,
  EmailSummary,
  ListQuery,
  Live,
  Mailbox,
  MailClient,
  ThreadView,
  Undoable,
} from '../../../data/index.ts'
import { ALL } from '../../../shell/function-place.ts'
import { inboxOf } from '../mailboxes/mailbox-names.ts'
import { otherLabels } from '../organise/shown-labels.ts'
import { joinId, OWN, splitId } from './all-ids.ts'
import { AllList } from './all-list.ts'

const accountOf = (client: MailClient): string => client.account ?? OWN

/** Several acts as one. */
const together = (all: readonly Undoable[]): Undoable => ({
  done: Promise.all(all.map(({ done }) => done)).then(() => undefined),
  undo: () => {
    for (const one of all) one.undo()
  },
})

/** What `read` gives of several values, the same object while none of them has changed. */
const joined = <T, R>(
  lives: readonly Live<T>[],
  read: (values: readonly (T | undefined)[]) => R | undefined,
): Live<R> => {
  let before: readonly (T | undefined)[] | undefined
  let value: R | undefined
  return {
    get: () => {
      const now = lives.map((live) => live.get())
      if (!before || now.some((one, i) => one !== before?.[i])) {
        before = now
        value = read(now)
      }
      return value
    },
    subscribe: (fn) => {
      const stops = lives.map((live) => live.subscribe(fn))
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}

/** The inbox that stands for all: its id tells of which accounts, so that a list begins anew when there is one more. */
const INBOXES = 'all:'

const allInboxes = (clients: readonly MailClient[]): Live<readonly Mailbox[]> => {
  const count = (inboxes: readonly Mailbox[], of: keyof Mailbox) =>
    inboxes.reduce((sum, inbox) => sum + Number(inbox[of]), 0)
  return joined(
    clients.map(({ mailboxes }) => mailboxes),
    (known) => {
      // What is not known without a network is left out.
      if (known.some((one, i) => one === undefined && clients[i]?.status.get() !== 'offline')) return
      const inboxes = known.map((mailboxes) => mailboxes?.find(({ role }) => role === 'inbox'))
      const there = inboxes.filter((inbox) => inbox !== undefined)
      const [first] = there
      if (!first) return
      const accounts = clients.filter((_, i) => inboxes[i] !== undefined).map(accountOf)
      return [
        {
          ...first,
          id: INBOXES + accounts.join(','),
          totalEmails: count(there, 'totalEmails'),
          unreadEmails: count(there, 'unreadEmails'),
          totalThreads: count(there, 'totalThreads'),
          unreadThreads: count(there, 'unreadThreads'),
        },
      ]
    },
  )
}

/** The filter as an account understands it; undefined when the account is not meant. */
const filterFor = (filter: EmailFilter, client: MailClient): EmailFilter | undefined => {
  if ('operator' in filter) {
    const conditions = filter.conditions.map((one) => filterFor(one, client))
    return conditions.includes(undefined) ? undefined : { ...filter, conditions: conditions as EmailFilter[] }
  }
  if (!filter.inMailbox?.startsWith(INBOXES)) return filter
  const inMailbox = inboxOf(client)?.id
  const isMeant = filter.inMailbox.slice(INBOXES.length).split(',').includes(accountOf(client))
  return inMailbox === undefined || !isMeant ? undefined : { ...filter, inMailbox }
}

interface Account {
  readonly name: string
  readonly client: MailClient
  readonly email: (id: string) => Live<EmailSummary>
  readonly thread: (id: string) => Live<ThreadView>
}

const accountFor = (client: MailClient): Account => {
  const name = accountOf(client)
  const emails = new WeakMap<EmailSummary, EmailSummary>()
  const threads = new WeakMap<ThreadView, ThreadView>()
  const emailHere = (email: EmailSummary): EmailSummary => {
    const known = emails.get(email)
    if (known) return known
    const here: EmailSummary = {
      ...email,
      id: joinId(name, email.id),
      threadId: joinId(name, email.threadId),
    }
    emails.set(email, here)
    return here
  }
  const threadHere = (thread: ThreadView): ThreadView => {
    const known = threads.get(thread)
    if (known) return known
    const here = { ...thread, id: joinId(name, thread.id), emails: thread.emails.map(emailHere) }
    threads.set(thread, here)
    return here
  }
  const mapped = <T extends object>(live: Live<T>, here: (value: T) => T): Live<T> => ({
    get: () => {
      const value = live.get()
      return value === undefined ? undefined : here(value)
    },
    subscribe: live.subscribe,
  })
  return {
    name,
    client,
    email: (id) => mapped(client.email(id), emailHere),
    thread: (id) => mapped(client.thread(id), threadHere),
  }
}

const nothing: Live<never> = { get: () => undefined, subscribe: () => () => undefined }

/** @param own the person's own client; `others`: those of the mailboxes of functions */
export const createAllClient = (own: MailClient, others: readonly MailClient[]): MailClient => {
  const clients = [own, ...others]
  const accounts = new Map(clients.map((client) => [accountOf(client), accountFor(client)]))
  /** What a search means in each account: folders have other ids there. */
  const searches = new WeakMap<EmailFilter, ReadonlyMap<string, ListQuery>>()

  const find = (id: string): { account: Account; id: string } | undefined => {
    const parts = splitId(id)
    const account = parts && accounts.get(parts.account)
    return parts && account && { account, id: parts.id }
  }
  const split = (ids: readonly string[]): readonly AccountIds[] => {
    const byAccount = Map.groupBy(
      ids.flatMap((id) => find(id) ?? []),
      ({ account }) => account,
    )
    return [...byAccount].map(([{ client }, found]) => ({ client, ids: found.map(({ id }) => id) }))
  }
  const queryFor = (query: ListQuery, { name, client }: Account): ListQuery | undefined => {
    const meant = query.filter === null ? undefined : searches.get(query.filter)
    if (meant) return meant.get(name)
    const filter = query.filter === null ? null : filterFor(query.filter, client)
    return filter === undefined ? undefined : { ...query, filter }
  }
  const each = (ids: readonly string[], act: (client: MailClient, ids: readonly string[]) => Undoable): Undoable =>
    together(split(ids).map((part) => act(part.client, part.ids)))
  /** Of all inboxes, the one of the account. */
  const placeIn = (client: MailClient, id: string | undefined) =>
    id?.startsWith(INBOXES) ? inboxOf(client)?.id : undefined

  return {
    ...own,
    account: ALL,
    split,
    mailboxes: allInboxes(clients),
    identities: joined(
      clients.map(({ identities }) => identities),
      (known) => known.flatMap((some) => some ?? []),
    ),
    // The person's own are told wherever they are.
    errors: {
      subscribe: (fn) => {
        const stops = others.map(({ errors }) => errors.subscribe(fn))
        return () => {
          for (const stop of stops) stop()
        }
      },
    },
    actions: {
      ...own.actions,
      archive: (ids, from) => each(ids, (client, some) => client.actions.archive(some, placeIn(client, from))),
      trash: (ids) => each(ids, (client, some) => client.actions.trash(some)),
      destroy: (ids) => each(ids, (client, some) => client.actions.destroy(some)),
      setKeyword: (ids, keyword, on) => each(ids, (client, some) => client.actions.setKeyword(some, keyword, on)),
      markRead: (ids, on) => each(ids, (client, some) => client.actions.markRead(some, on)),
      junk: (ids, on) => each(ids, (client, some) => client.actions.junk(some, on)),
      patch: (action, ids, patchFor) => each(ids, (client, some) => client.actions.patch(action, some, patchFor)),
    },
    list: (query) =>
      new AllList(
        query,
        [...accounts.values()].flatMap((account) => {
          const theirs = queryFor(query, account)
          if (!theirs) return []
          const { name, client } = account
          return [{ account: name, list: client.list(theirs), email: (id: string) => client.email(id) }]
        }),
      ),
    email: (id) => {
      const found = find(id)
      return found ? found.account.email(found.id) : nothing
    },
    thread: (id) => {
      const found = find(id)
      return found ? found.account.thread(found.id) : nothing
    },
    body: (id) => {
      const found = find(id)
      return found ? found.account.client.body(found.id) : nothing
    },
    emailsOf: (threadIds, mailboxId) =>
      split(threadIds).flatMap(({ client, ids }) =>
        client.emailsOf(ids, placeIn(client, mailboxId)).map((id) => joinId(accountOf(client), id)),
      ),
    snippet: (query, id) => {
      const found = find(id)
      const theirs = found && queryFor(query, found.account)
      return found && theirs ? found.account.client.snippet(theirs, found.id) : nothing
    },
    search: (text, _mailbox, labels) => {
      const meant = new Map(
        [...accounts.values()].map(({ name, client }) => [
          name,
          client.search(
            text,
            undefined,
            client.account === undefined ? labels : (otherLabels.get().get(client.account) ?? []),
          ),
        ]),
      )
      const query = meant.get(OWN) ?? own.search(text)
      // An object of its own, so that it names this search and no other.
      const filter: EmailFilter = { operator: 'AND', conditions: query.filter === null ? [] : [query.filter] }
      searches.set(filter, meant)
      return { ...query, filter }
    },
    mailboxQuery: (id) => own.mailboxQuery(id),
    wake: () => {
      for (const client of clients) client.wake()
    },
  }
}
