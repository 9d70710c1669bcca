/** The mail client against the model server: one behaviour each. */
import { expect, test } from 'vitest'
import { Rig } from './bench-client.ts'
import { FakeJmap } from './fake-jmap.ts'

const openInbox = async (emails = 3) => {
  const rig = new Rig()
  const ids = Array.from({ length: emails }, () => rig.server.deliver())
  const inbox = rig.server.mailboxWithRole('inbox')
  const list = rig.client.list(rig.client.mailboxQuery(inbox))
  list.request(0, 50)
  await rig.time.drain()
  await rig.time.drain()
  const counts = () => rig.client.mailboxes.get()?.find((mailbox) => mailbox.id === inbox)
  return { rig, ids, inbox, list, counts, client: rig.client, server: rig.server }
}

test('the inbox shows its messages, newest first, after one request for the window', async () => {
  const { rig, ids, list, client } = await openInbox()
  expect(client.status.get()).toBe('online')
  expect(rig.rows(list)).toEqual(ids.toReversed())
  expect(client.email(ids[0]!).get()?.subject).toBe(`Message ${ids[0]}`)
  expect(client.mailboxes.get()?.map((mailbox) => mailbox.role)).toContain('archive')
  expect(rig.calls().filter((name) => name === 'Email/query')).toHaveLength(1)
})

test('archiving removes the row and moves the counts before the server has answered', async () => {
  const { rig, ids, list, counts, client, server } = await openInbox()
  const before = list.version
  const archived = client.actions.archive([ids[1]!])
  expect(rig.rows(list)).toEqual([ids[2], ids[0]])
  expect(list.total).toBe(2)
  expect(list.version).toBeGreaterThan(before)
  expect(counts()).toMatchObject({ totalEmails: 2, unreadEmails: 2, totalThreads: 2, unreadThreads: 2 })
  await archived.done
  expect(server.emails.get(ids[1]!)?.mailboxIds).toEqual({ [server.mailboxWithRole('archive')]: true })
  expect(rig.rows(list)).toEqual([ids[2], ids[0]])
  expect(client.pending.get()).toBe(0)
})

test('undo before sending leaves no trace at the server', async () => {
  const { rig, ids, list, client } = await openInbox()
  rig.calls()
  const archived = client.actions.archive([ids[1]!])
  archived.undo()
  expect(rig.rows(list)).toEqual(ids.toReversed())
  await archived.done
  await rig.quiet()
  expect(rig.calls()).not.toContain('Email/set')
})

test('undo after the server has acknowledged puts the row back at the same place', async () => {
  const { rig, ids, list, client, server } = await openInbox(5)
  const archived = client.actions.archive([ids[2]!])
  await archived.done
  await rig.quiet(1000)
  expect(list.total).toBe(4)
  archived.undo()
  expect(rig.rows(list)).toEqual(ids.toReversed())
  await rig.quiet(1000)
  expect(rig.rows(list)).toEqual(ids.toReversed())
  expect(Object.keys(server.emails.get(ids[2]!)?.mailboxIds ?? {})).toEqual([server.mailboxWithRole('inbox')])
})

test('an unchanged value is the same object', async () => {
  const { rig, ids, client, server } = await openInbox()
  const email = client.email(ids[0]!)
  const thread = client.thread(email.get()!.threadId)
  const [first, mailboxes, view] = [email.get(), client.mailboxes.get(), thread.get()]
  server.modify(ids[1]!, (other) => {
    other.keywords = { $flagged: true }
  })
  server.publish()
  await rig.quiet(1000)
  expect(client.email(ids[1]!).get()?.keywords).toEqual({ $flagged: true })
  expect(email.get()).toBe(first)
  expect(thread.get()).toBe(view)
  expect(client.mailboxes.get()).toBe(mailboxes)
})

test('a new message appears by itself, through changes and not by fetching the list again', async () => {
  const { rig, ids, list, client, server } = await openInbox()
  rig.calls()
  const id = server.deliver({ subject: 'Nouveau' })
  server.publish()
  await rig.quiet(1000)
  expect(rig.rows(list)).toEqual([id, ...ids.toReversed()])
  expect(client.email(id).get()?.subject).toBe('Nouveau')
  const calls = rig.calls()
  expect(calls).toContain('Email/queryChanges')
  expect(calls).not.toContain('Email/query')
})

test('several acts in a row leave as one Email/set', async () => {
  const { rig, ids, client, server } = await openInbox()
  rig.calls()
  client.actions.markRead([ids[0]!], true)
  client.actions.setKeyword([ids[0]!, ids[1]!], '$flagged', true)
  const last = client.actions.archive([ids[0]!])
  await last.done
  expect(rig.calls().filter((name) => name === 'Email/set')).toHaveLength(1)
  expect(server.emails.get(ids[0]!)?.keywords).toEqual({ $seen: true, $flagged: true })
})

test('a refused change is rolled back and told', async () => {
  const { rig, ids, list, client, server } = await openInbox()
  server.refuse.set(ids[1]!, { type: 'forbidden' })
  const archived = client.actions.archive([ids[0]!, ids[1]!])
  await expect(archived.done).rejects.toMatchObject({ event: { code: 'forbidden', ids: [ids[1]] } })
  await rig.quiet(1000)
  expect(rig.errors).toMatchObject([{ code: 'forbidden', action: 'archive', ids: [ids[1]] }])
  expect(rig.rows(list)).toEqual([ids[2], ids[1]])
})

test('what is done offline is shown at once, kept, and sent when the network is back', async () => {
  const { rig, ids, list, client, server } = await openInbox()
  rig.wire.offline = true
  client.actions.archive([ids[0]!])
  await rig.quiet(5000)
  expect(client.status.get()).toBe('offline')
  expect(client.pending.get()).toBe(1)
  expect(rig.rows(list)).toEqual([ids[2], ids[1]])
  rig.wire.offline = false
  client.wake()
  await rig.quiet(1000)
  expect(client.status.get()).toBe('online')
  expect(server.emails.get(ids[0]!)?.mailboxIds).toEqual({ [server.mailboxWithRole('archive')]: true })
})

test('a page closed offline gives its unsent changes to the next, which shows the cached list at once', async () => {
  const { rig, ids, inbox, client, server } = await openInbox()
  await rig.quiet(2000)
  rig.wire.offline = true
  client.actions.archive([ids[0]!])
  await rig.time.drain()
  await client.close()
  const next = new Rig({ server, storage: rig.storage, time: rig.time })
  next.wire.offline = true
  const list = next.client.list(next.client.mailboxQuery(inbox))
  await next.time.advance(100)
  expect(next.rows(list)).toEqual([ids[2], ids[1]])
  expect(next.client.email(ids[1]!).get()?.subject).toBe(`Message ${ids[1]}`)
  next.wire.offline = false
  next.client.wake()
  await next.quiet(5000)
  expect(server.emails.get(ids[0]!)?.mailboxIds).toEqual({ [server.mailboxWithRole('archive')]: true })
})

test('an expired session loses nothing: after signing in again the change is sent', async () => {
  const { rig, ids, client, server } = await openInbox()
  rig.wire.expired = true
  client.actions.markRead([ids[0]!], true)
  await rig.quiet(1000)
  expect(client.status.get()).toBe('expired')
  expect(client.email(ids[0]!).get()?.keywords).toEqual({ $seen: true })
  rig.wire.expired = false
  client.resume()
  await rig.quiet(1000)
  expect(client.status.get()).toBe('online')
  expect(server.emails.get(ids[0]!)?.keywords).toEqual({ $seen: true })
})

test('when the server cannot tell changes the rows stay on screen until the new ones have come', async () => {
  const { rig, ids, list, client, server } = await openInbox()
  server.deliver()
  server.forgetHistory()
  const seen: number[] = []
  list.subscribe(() => seen.push(rig.rows(list).filter(Boolean).length))
  server.publish()
  await rig.quiet(5000)
  expect(list.total).toBe(4)
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(3)
  expect(client.email(ids[0]!).get()).toBeDefined()
})

test('a conversation is one row; archiving all of it in the inbox removes the row', async () => {
  const { rig, list, client, server, inbox } = await openInbox(2)
  const threadId = server.emails.get(server.deliver())!.threadId
  server.deliver({ threadId })
  server.publish()
  await rig.quiet(1000)
  expect(list.total).toBe(3)
  expect(client.thread(threadId).get()).toMatchObject({ complete: true, emails: [{}, {}] })
  client.actions.archive(client.emailsOf([threadId], inbox))
  expect(list.total).toBe(2)
  await rig.quiet(1000)
  expect(list.total).toBe(2)
})

test('archiving only the newest of a conversation leaves its row with the one before', async () => {
  const { rig, list, client, server } = await openInbox(1)
  const first = server.deliver()
  const { threadId } = server.emails.get(first)!
  server.deliver()
  const newest = server.deliver({ threadId })
  server.publish()
  await rig.quiet(1000)
  expect(list.idAt(0)).toBe(newest)
  client.actions.archive([newest])
  const optimistic = rig.rows(list)
  expect(optimistic).toContain(first)
  await rig.quiet(1000)
  expect(rig.rows(list)).toEqual(optimistic)
})

test('a message body is fetched once and kept', async () => {
  const { rig, ids, client, server } = await openInbox()
  const body = client.body(ids[0]!)
  rig.calls()
  body.subscribe(() => {})
  await rig.time.drain()
  expect(body.get()?.bodyValues['1']?.value).toBe('Bonjour')
  server.modify(ids[0]!, (email) => {
    email.keywords = { $seen: true }
  })
  server.publish()
  client.body(ids[0]!).subscribe(() => {})
  await rig.quiet(1000)
  expect(rig.wire.requests.filter((one) => JSON.stringify(one).includes('bodyValues')).length).toBe(1)
})

test('destruction waits a moment, so that it can be undone, and spares an email that someone moved meanwhile', async () => {
  const { rig, ids, list, client, server } = await openInbox()
  client.actions.destroy([ids[0]!]).undo()
  expect(list.total).toBe(3)
  const destroyed = client.actions.destroy([ids[1]!, ids[2]!])
  expect(list.total).toBe(1)
  server.modify(ids[2]!, (email) => {
    email.mailboxIds = { [server.mailboxWithRole('archive')]: true }
  })
  await rig.quiet(20_000)
  await expect(destroyed.done).rejects.toMatchObject({ event: { ids: [ids[2]] } })
  expect([...server.emails.keys()].toSorted()).toEqual([ids[0], ids[2]].toSorted())
})

test('a mailbox made offline can receive messages before the server has named it', async () => {
  const { rig, ids, client, server } = await openInbox()
  rig.wire.offline = true
  const made = client.actions.createMailbox({ name: 'Conseil' })
  const temporary = client.mailboxes.get()?.find((mailbox) => mailbox.name === 'Conseil')
  client.actions.move([ids[0]!], temporary!.id)
  expect(client.mailboxes.get()?.find((mailbox) => mailbox.name === 'Conseil')?.totalEmails).toBe(1)
  rig.wire.offline = false
  client.wake()
  await rig.quiet(5000)
  const id = await made.id
  expect(server.emails.get(ids[0]!)?.mailboxIds).toEqual({ [id]: true })
  expect(client.mailboxes.get()?.find((mailbox) => mailbox.id === id)).toMatchObject({
    name: 'Conseil',
    totalEmails: 1,
  })
})

test('of two pages of one browser, one writes the cache; the other takes over when it is gone', async () => {
  const { rig, ids, inbox, client, server } = await openInbox()
  await rig.quiet(2000)
  const second = new Rig({ server, storage: rig.storage, time: rig.time })
  const list = second.client.list(second.client.mailboxQuery(inbox))
  await second.quiet(2000)
  client.actions.markRead([ids[0]!], true)
  await rig.quiet(2000)
  await client.close()
  second.client.actions.markRead([ids[1]!], true)
  await second.quiet(3000)
  await second.client.close()
  const third = new Rig({ server, storage: rig.storage, time: rig.time })
  third.wire.offline = true
  const shown = third.client.list(list.query)
  await third.time.advance(100)
  expect(third.rows(shown)).toEqual(ids.toReversed())
  expect(ids.map((id) => third.client.email(id).get()?.keywords)).toEqual([{ $seen: true }, { $seen: true }, {}])
})

test('what a closed page has left unsent is sent by another page that is still open', async () => {
  const { rig, ids, client, server } = await openInbox()
  const second = new Rig({ server, storage: rig.storage, time: rig.time })
  await second.quiet(2000)
  rig.wire.offline = true
  client.actions.archive([ids[0]!])
  await rig.time.drain()
  await client.close()
  second.client.wake()
  await second.quiet(3000)
  expect(server.emails.get(ids[0]!)?.mailboxIds).toEqual({ [server.mailboxWithRole('archive')]: true })
})

test('signing out erases what was stored', async () => {
  const { rig, client } = await openInbox()
  await rig.quiet(2000)
  expect((await rig.storage.read('')).size).toBeGreaterThan(3)
  await client.close({ forget: true })
  expect((await rig.storage.read('')).size).toBe(0)
})

test('when another person signs in on the page, nothing of the first is shown', async () => {
  const { rig, ids, list, client, server } = await openInbox()
  rig.wire.expired = true
  client.actions.markRead([ids[0]!], true)
  await rig.quiet(1000)
  const other = server.session()
  server.session = () => ({
    ...other,
    accounts: { u2: other.accounts.u1! },
    primaryAccounts: { 'urn:ietf:params:jmap:mail': 'u2' },
  })
  server.emails.clear()
  rig.wire.expired = false
  client.resume()
  await rig.quiet(3000)
  expect(client.session.get()?.accountId).toBe('u2')
  expect(client.pending.get()).toBe(0)
  expect(client.email(ids[0]!).get()).toBeUndefined()
  expect(list.total).toBe(0)
})

test('conversations too long for one answer are fetched in portions', async () => {
  const server = new FakeJmap({ maxObjectsInGet: 50 })
  const threads = Array.from({ length: 10 }, () => server.emails.get(server.deliver())!.threadId)
  for (const threadId of threads) for (let i = 0; i < 11; i += 1) server.deliver({ threadId })
  const rig = new Rig({ server })
  const list = rig.client.list(rig.client.mailboxQuery(server.mailboxWithRole('inbox')))
  list.request(0, 50)
  await rig.quiet(1000)
  expect(list.total).toBe(10)
  expect(threads.map((id) => rig.client.thread(id).get()?.complete)).toEqual(threads.map(() => true))
  rig.client.actions.archive(rig.client.emailsOf([threads[3]!]))
  expect(list.total).toBe(9)
})

test('the first answer of a list is a screen of rows; the others come after it, none of them twice', async () => {
  const rig = new Rig()
  const ids = Array.from({ length: 120 }, () => rig.server.deliver()).reverse()
  const list = rig.client.list(rig.client.mailboxQuery(rig.server.mailboxWithRole('inbox')))
  list.request(0, 100)
  await rig.quiet(1000)
  const windows = rig.wire.requests.flatMap(({ methodCalls }) =>
    methodCalls.flatMap(([name, { position, limit }]) =>
      name === 'Email/query' ? [[Number(position), Number(limit)]] : [],
    ),
  )
  const [[first, size = 0] = [], ...rest] = windows
  expect(first).toBe(0)
  expect(size).toBeLessThan(50)
  expect(rest[0]?.[0]).toBe(size)
  expect(Array.from({ length: 100 }, (_, i) => list.idAt(i))).toEqual(ids.slice(0, 100))
})
