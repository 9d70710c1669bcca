/**
 * What JMAP promises whatever happens (RFC 8620 sections 5.2, 5.6; RFC 8621 section 2): under random edits over JMAP and
 * IMAP, changes applied to what a client had give what the server has, and counts are what one counts.
 */
import type { ImapFlow } from 'imapflow'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkAccount } from '#domain/mail/check.ts'
import { type Email, JmapPeer, type Json, type Mailbox } from './jmap.ts'
import { imapClient, openPeerServer, type PeerServer } from './rig.ts'

const rounds = Number(process.env.ROUNDS ?? 40)
const seed = Number(process.env.SEED ?? 20_261_122)

/** A small generator of random numbers, the same everywhere (mulberry32). */
const randomFrom = (start: number) => {
  let a = start >>> 0
  const next = (): number => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), a | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    below: (n: number) => Math.floor(next() * n),
    chance: (p: number) => next() < p,
    pick: <T>(list: readonly T[]): T | undefined => list[Math.floor(next() * list.length)],
  }
}
const random = randomFrom(seed)

let server: PeerServer
let peer: JmapPeer
let imap: ImapFlow
let account: number
beforeAll(async () => {
  server = await openPeerServer()
  account = await server.account('hasard')
  peer = await JmapPeer.open(server, 'hasard')
  imap = await imapClient(server, 'hasard')
})
afterAll(async () => {
  await imap?.logout()
  await server?.close()
})

let made = 0
const message = (): string => {
  const id = ++made
  const answers = id > 3 && random.chance(0.5) ? `In-Reply-To: <m${1 + random.below(id - 1)}@x>\r\n` : ''
  return `From: p${id % 5}@x.test\r\nSubject: ${answers ? 'Re: ' : ''}sujet ${id % 7}\r\nMessage-ID: <m${id}@x>\r\n${answers}\r\ntexte ${id}\r\n`
}

const keywords = ['$seen', '$flagged', '$draft', '$answered', 'projet']
const flags = ['\\Seen', '\\Flagged', '\\Answered', 'projet']

const emails = async (): Promise<Email[]> => (await peer.emails()).list
const mailboxes = async (): Promise<Mailbox[]> => (await peer.mailboxes()).list

const someMailboxIds = (list: readonly Mailbox[]): Record<string, true> => {
  const ids = [random.pick(list)?.id, ...(random.chance(0.25) ? [random.pick(list)?.id] : [])]
  return Object.fromEntries(ids.map((id) => [String(id), true as const]))
}

const instant = (): string => `2026-0${1 + random.below(9)}-1${random.below(9)}T0${random.below(9)}:00:00Z`

const importEmail = async (): Promise<void> => {
  const boxes = await mailboxes()
  const one = async () => ({
    blobId: await peer.upload(message()),
    mailboxIds: someMailboxIds(boxes),
    keywords: random.chance(0.4) ? { $seen: true } : {},
    receivedAt: instant(),
  })
  await peer.call('Email/import', { emails: { a: await one(), b: await one() } })
}

const updateEmails = async (): Promise<void> => {
  const [boxes, list] = [await mailboxes(), await emails()]
  const update: Record<string, Json> = {}
  for (let i = 0; i < 4; i++) {
    const email = random.pick(list)
    if (!email) return
    const keyword = random.pick(keywords)
    update[email.id] = random.chance(0.6)
      ? { [`keywords/${keyword}`]: email.keywords[String(keyword)] ? null : true }
      : { mailboxIds: someMailboxIds(boxes) }
  }
  const { notUpdated } = await peer.call('Email/set', { update })
  expect(notUpdated ?? {}).toEqual({})
}

const destroyEmails = async (): Promise<void> => {
  const email = random.pick(await emails())
  if (email) await peer.call('Email/set', { destroy: [email.id] })
}

const editMailboxes = async (): Promise<void> => {
  const own = (await mailboxes()).filter(({ role }) => role === null)
  const one = random.pick(own)
  if (!one || own.length < 3) await peer.call('Mailbox/set', { create: { m: { name: `boîte ${++made}` } } })
  else if (random.chance(0.5))
    await peer.call('Mailbox/set', { update: { [one.id]: { name: `rebaptisée ${++made}` } } })
  else await peer.call('Mailbox/set', { destroy: [one.id], onDestroyRemoveEmails: true })
}

const editByImap = async (): Promise<void> => {
  const paths = (await imap.list()).map(({ path }) => path)
  const [path, other] = [random.pick(paths), random.pick(paths)]
  if (path === undefined || other === undefined) return
  await imap.append(path, message(), random.chance(0.3) ? ['\\Seen'] : [])
  const { exists } = await imap.mailboxOpen(path)
  const range = `${1 + random.below(exists)}:*`
  const flag = String(random.pick(flags))
  if (random.chance(0.4)) await imap.messageFlagsAdd(range, [flag])
  if (random.chance(0.3)) await imap.messageFlagsRemove(range, [flag])
  if (random.chance(0.3) && other !== path) await imap.messageCopy(range, other)
  if (random.chance(0.3) && other !== path) await imap.messageMove('1', other)
  if (random.chance(0.15)) await imap.messageDelete('1')
  await imap.mailboxClose()
}

const edits = [
  importEmail,
  importEmail,
  updateEmails,
  updateEmails,
  updateEmails,
  destroyEmails,
  editMailboxes,
  editByImap,
]

const queries: readonly { readonly filter: (boxes: readonly Mailbox[]) => Json | null; readonly args: Json }[] = [
  { filter: (boxes) => ({ inMailbox: boxes.find(({ role }) => role === 'inbox')?.id }), args: {} },
  {
    filter: (boxes) => ({ inMailbox: boxes.find(({ role }) => role === 'inbox')?.id }),
    args: { collapseThreads: true },
  },
  { filter: () => null, args: { sort: [{ property: 'receivedAt', isAscending: true }] } },
  { filter: () => ({ notKeyword: '$seen' }), args: { sort: [{ property: 'receivedAt', isAscending: false }] } },
  { filter: () => ({ hasKeyword: '$flagged' }), args: { sort: [{ property: 'subject' }, { property: 'receivedAt' }] } },
]

interface Held {
  emails: Map<string, Email>
  emailState: string
  mailboxes: Map<string, Mailbox>
  mailboxState: string
  threads: Map<string, string[]>
  threadState: string
  queries: { ids: string[]; state: string; can: boolean }[]
}

const byId = <T extends { readonly id: string }>(list: readonly T[]): Map<string, T> =>
  new Map(list.map((one) => [one.id, one]))

const threads = async (ids: readonly string[]): Promise<{ state: string; map: Map<string, string[]> }> => {
  const { list, state } = await peer.call('Thread/get', { ids })
  return {
    state: String(state),
    map: new Map((list as { id: string; emailIds: string[] }[]).map((one) => [one.id, one.emailIds])),
  }
}

const ask = async (boxes: readonly Mailbox[]): Promise<Held['queries']> => {
  const answers: Held['queries'] = []
  for (const { filter, args } of queries) {
    const { ids, queryState, canCalculateChanges } = await peer.call('Email/query', { filter: filter(boxes), ...args })
    answers.push({ ids: ids as string[], state: String(queryState), can: canCalculateChanges === true })
  }
  return answers
}

const everything = async (): Promise<Held> => {
  const [mail, boxes] = [await peer.emails(), await peer.mailboxes()]
  const known = await threads([...new Set(mail.list.map(({ threadId }) => threadId))])
  return {
    emails: byId(mail.list),
    emailState: mail.state,
    mailboxes: byId(boxes.list),
    mailboxState: boxes.state,
    threads: known.map,
    threadState: known.state,
    queries: await ask(boxes.list),
  }
}

/** What a client with only /changes and /get would hold now. */
const catchUp = async (held: Held): Promise<Omit<Held, 'queries'>> => {
  const [mail, boxes] = [await peer.changes('Email', held.emailState), await peer.changes('Mailbox', held.mailboxState)]
  const talk = await peer.changes('Thread', held.threadState)
  const next = {
    ...held,
    emails: new Map(held.emails),
    mailboxes: new Map(held.mailboxes),
    threads: new Map(held.threads),
  }
  const got = await peer.call('Email/get', {
    ids: [...mail.touched],
    properties: ['threadId', 'mailboxIds', 'keywords'],
  })
  for (const email of got.list as Email[]) next.emails.set(email.id, email)
  for (const id of mail.destroyed) next.emails.delete(id)
  const gotBoxes = await peer.call('Mailbox/get', { ids: [...boxes.touched] })
  for (const mailbox of gotBoxes.list as Mailbox[]) next.mailboxes.set(mailbox.id, mailbox)
  for (const id of boxes.destroyed) next.mailboxes.delete(id)
  for (const [id, ids] of (await threads([...talk.touched])).map) next.threads.set(id, ids)
  for (const id of talk.destroyed) next.threads.delete(id)
  return { ...next, emailState: mail.state, mailboxState: boxes.state, threadState: talk.state }
}

/** RFC 8620 section 5.6: removed ids out, then added ones in, by rising index. */
const applyQueryChanges = (ids: readonly string[], changes: Json): string[] => {
  const removed = new Set(changes.removed as string[])
  const result = ids.filter((id) => !removed.has(id))
  for (const { id, index } of changes.added as { id: string; index: number }[]) result.splice(index, 0, id)
  return result
}

/** RFC 8621 section 2, counted from the emails; a thread is unread where an email of it in this mailbox is. */
const countMailboxes = (held: Held): void => {
  const list = [...held.emails.values()]
  const threadCount = (some: readonly Email[]): number => new Set(some.map(({ threadId }) => threadId)).size
  for (const mailbox of held.mailboxes.values()) {
    const inside = list.filter(({ mailboxIds }) => mailboxIds[mailbox.id])
    const unread = inside.filter(({ keywords: set }) => !set.$seen && !set.$draft)
    expect(mailbox, mailbox.name).toMatchObject({
      totalEmails: inside.length,
      unreadEmails: unread.length,
      totalThreads: threadCount(inside),
      unreadThreads: threadCount(unread),
    })
  }
}

const countThreads = (held: Held): void => {
  const expected = new Map<string, Set<string>>()
  for (const { id, threadId } of held.emails.values())
    expected.set(threadId, (expected.get(threadId) ?? new Set()).add(id))
  expect(new Set(held.threads.keys())).toEqual(new Set(expected.keys()))
  for (const [id, ids] of held.threads) expect(new Set(ids), id).toEqual(expected.get(id))
}

test(`changes, query changes and counts stay true under random edits (seed ${seed})`, async () => {
  let held = await everything()
  for (let round = 0; round < rounds; round++) {
    const count = 1 + random.below(3)
    for (let i = 0; i < count; i++) await random.pick(edits)?.()
    const [caughtUp, fresh] = [await catchUp(held), await everything()]
    expect(caughtUp.emails, `round ${round}`).toEqual(fresh.emails)
    expect(caughtUp.mailboxes, `round ${round}`).toEqual(fresh.mailboxes)
    expect(caughtUp.threads, `round ${round}`).toEqual(fresh.threads)
    expect([caughtUp.emailState, caughtUp.mailboxState]).toEqual([fresh.emailState, fresh.mailboxState])
    const boxes = [...fresh.mailboxes.values()]
    for (const [i, { filter, args }] of queries.entries()) {
      const [before, after] = [held.queries[i], fresh.queries[i]]
      if (!before?.can || !after) continue
      const since = { filter: filter(boxes), ...args, sinceQueryState: before.state, calculateTotal: true }
      const changes = await peer.call('Email/queryChanges', since)
      expect(applyQueryChanges(before.ids, changes), `round ${round}, query ${i}`).toEqual(after.ids)
      expect([changes.total, changes.newQueryState]).toEqual([after.ids.length, after.state])
    }
    countMailboxes(fresh)
    countThreads(fresh)
    held = fresh
  }
  expect(await server.running.house.store.read((tx) => checkAccount(tx, account))).toEqual([])
  expect(held.emails.size).toBeGreaterThan(rounds / 4)
  expect(held.queries.map(({ can }) => can).slice(0, 2)).toEqual([true, true])
}, 240_000)
