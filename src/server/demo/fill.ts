/** The first start: a small fictional academy with its people, its folders and its mail. */
import { randomInt } from 'node:crypto'
import { insertGrant, listGrants } from '#domain/access/mailboxes/grants.ts'
import { appendMessages, type NewMessage } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { type FlagSet, fromKeywords } from '#domain/mail/flags.ts'
import { createMailboxAtPath } from '#domain/mail/mailbox-paths.ts'
import { listMailboxes, type MailboxNode } from '#domain/mail/mailboxes.ts'
import { createAccount, enableAccount, findAccount } from '#domain/people/accounts.ts'
import { replacePassword } from '#domain/people/credentials.ts'
import { markExempt } from '#domain/people/must-change.ts'
import { demoSupport } from '#domain/support/demo.ts'
import { makePhrase } from '#format/password/phrase.ts'
import type { House } from '../house.ts'
import { type Composing, composeMessage, type Party } from './compose.ts'
import { type Demo, directoryVersion, saveDemo } from './demo.ts'
import { fillDirectory } from './directory.ts'
import { fillHelp } from './help.ts'
import { type DemoMessage, drafts, folders, messages } from './messages.data.ts'
import { academyName, type DemoPerson, people, schools, strangers } from './people.data.ts'

const actor = 'demonstration'

/** Easy to type, different on each machine: an installation found on the network is not open to whoever read a manual. */
const makePassword = (): string => makePhrase({ random: (below) => randomInt(below), words: 3 })

const schoolOf = (person: DemoPerson): string => {
  const school = schools.find(({ uai }) => uai === person.school)
  return school ? `${school.name}, ${school.town}` : academyName
}

const signatureOf = (person: DemoPerson): string =>
  person.kind === 'function' ? person.signature : `${person.signature}\n${schoolOf(person)}`

/** Where a copy of a message goes, and how it is marked. */
interface Copy {
  readonly login: string
  /** Role or path. */
  readonly mailbox: string
  readonly keywords: readonly string[]
}

const copiesOf = (message: DemoMessage, ours: (key: string) => boolean): Copy[] => {
  const answered = (login: string) => messages.some(({ answers, from }) => answers === message.id && from === login)
  const readers = [...new Set([...message.to, ...(message.cc ?? [])])].filter(ours)
  const received = readers.map((login) => ({
    login,
    mailbox: message.filed?.[login] ?? 'inbox',
    keywords: [
      ...(message.unread?.includes(login) ? [] : ['$seen']),
      ...(message.flagged?.includes(login) ? ['$flagged'] : []),
      ...(answered(login) ? ['$answered'] : []),
      ...(message.filed?.[login] === 'junk' ? ['$junk'] : []),
    ],
  }))
  const sent = ours(message.from) ? [{ login: message.from, mailbox: 'sent', keywords: ['$seen'] }] : []
  return [...received, ...sent]
}

interface Filling {
  readonly house: House
  readonly composing: Composing
  readonly accounts: ReadonlyMap<string, { readonly id: number; readonly mailboxes: readonly MailboxNode[] }>
}

const mailboxOf = (mailboxes: readonly MailboxNode[], name: string): number => {
  const found = mailboxes.find(({ role, path }) => role === name || path === name)
  if (!found) throw new Error(`the demonstration has no mailbox ${name}`)
  return found.id
}

/** Every message, oldest first, into each mailbox it belongs to: one transaction for each account. */
const deliver = async ({ house, composing, accounts }: Filling): Promise<number> => {
  const pending = new Map<string, (NewMessage & { at: number })[]>()
  const put = async (message: DemoMessage, copies: readonly Copy[]) => {
    const { bytes, at } = await composeMessage(message, composing)
    const blob = await house.store.blobs.prepare(bytes)
    const content = readContent(bytes)
    for (const { login, mailbox, keywords } of copies) {
      const account = accounts.get(login)
      if (!account) continue
      const flags: FlagSet = fromKeywords(keywords)
      const one = { blob, content, mailboxIds: [mailboxOf(account.mailboxes, mailbox)], flags, receivedAt: at, at }
      pending.set(login, [...(pending.get(login) ?? []), one])
    }
  }
  for (const message of messages)
    await put(
      message,
      copiesOf(message, (key) => accounts.has(key)),
    )
  for (const draft of drafts)
    await put(draft, [{ login: draft.from, mailbox: 'drafts', keywords: ['$draft', '$seen'] }])
  for (const [login, list] of pending) {
    // Its one transaction was committed before an interruption.
    if (accounts.get(login)?.mailboxes.some(({ total }) => total > 0)) continue
    const sorted = list.sort((a, b) => a.at - b.at)
    await appendMessages(house.ctx, accounts.get(login)?.id ?? 0, sorted)
  }
  return messages.length + drafts.length
}

/** The account of a person with its folders; what an interrupted start left is kept. */
const settle = async (house: House, person: DemoPerson, password: string) => {
  const { ctx, config } = house
  const domain = config.domains[0] ?? 'ac-demo.test'
  const existing = await ctx.store.read((tx) => findAccount(tx, person.login)).catch(() => undefined)
  if (existing?.status === 'disabled') await enableAccount(house.people, actor, existing.id)
  const phc =
    existing || person.pending || person.kind === 'function' ? undefined : await house.people.passwords.hash(password)
  const account =
    existing ??
    (await createAccount(
      house.people,
      actor,
      {
        login: person.login,
        name: person.name,
        kind: person.kind ?? 'person',
        admin: person.admin ?? false,
        aliases: (person.aliases ?? []).map((alias) => `${alias}@${domain}`),
        quotaBytes: (person.quotaMegabytes ?? 0) * 1024 ** 2,
      },
      // The password was made, or chosen at the first start, when other rules stood: it is not judged again here.
      async (tx, account) => {
        if (phc !== undefined) {
          await replacePassword(tx, ctx.clock.now(), account, phc)
          await markExempt(tx, account)
        }
      },
    ))
  const before = await ctx.store.read((tx) => listMailboxes(tx, account.id))
  for (const path of folders[person.login] ?? [])
    if (!before.some((mailbox) => mailbox.path === path))
      await createMailboxAtPath(ctx, account.id, path, { subscribed: true })
  return { id: account.id, mailboxes: await ctx.store.read((tx) => listMailboxes(tx, account.id)) }
}

/** Who opens the mailbox of each function; what was given before is left as it is. */
const openFunctions = async (house: House, idOf: (login: string) => number | undefined): Promise<void> => {
  for (const { login, members = {} } of people) {
    const mailbox = idOf(login)
    if (mailbox === undefined) continue
    await house.ctx.store.writeGlobal(async (tx) => {
      const known = new Set((await listGrants(tx, mailbox)).map(({ personId }) => personId))
      for (const [member, role] of Object.entries(members)) {
        const person = idOf(member)
        if (person !== undefined && !known.has(person))
          await insertGrant(tx, { account: mailbox, person, role, at: house.ctx.clock.now(), by: actor })
      }
    })
  }
}

const composingFor = (house: House): Composing => {
  const domain = house.config.domains[0] ?? 'ac-demo.test'
  const party = (key: string): Party => {
    const person = people.find(({ login }) => login === key)
    if (person) return { name: person.name, address: `${key}@${domain}`, ours: true, signature: signatureOf(person) }
    const stranger = strangers[key]
    if (!stranger) throw new Error(`the demonstration knows nobody named ${key}`)
    return { ...stranger, ours: false, signature: '' }
  }
  const original = (id: string): DemoMessage => {
    const found = messages.find((message) => message.id === id)
    if (!found) throw new Error(`the demonstration has no message ${id}`)
    return found
  }
  return { now: house.ctx.clock.now(), hostname: house.config.hostname, party, original }
}

/** Whom the sign-in page offers: those who can sign in with the password of the demonstration. */
const shown = people
  .filter(({ pending, kind }) => pending !== true && kind !== 'function')
  .map(({ login, name, profile }) => ({ login, name, profile }))

/**
 * Fills a store with the demonstration and says so; `begun` is what an interrupted start left. The mark comes first:
 * half a demonstration must not be taken for a real installation.
 */
export const fillDemo = async (house: House, begun: Demo | undefined, say: (text: string) => void): Promise<Demo> => {
  say(`First start: preparing a demonstration, the fictional "${academyName}". (--empty leaves it out.)`)
  const password = begun?.password ?? process.env.CONVERGENCE_DEMO_PASSWORD ?? makePassword()
  const demo = { accounts: shown, password }
  await saveDemo(house.ctx, { ...demo, complete: false })
  const accounts = new Map<string, { id: number; mailboxes: readonly MailboxNode[] }>()
  for (const person of people) accounts.set(person.login, await settle(house, person, password))
  await fillDirectory(house, (login) => accounts.get(login)?.id)
  await openFunctions(house, (login) => accounts.get(login)?.id)
  await demoSupport(house.ctx, house.config.domains[0])
  const domain = house.config.domains[0] ?? ''
  await fillHelp(house, (login) => {
    const id = accounts.get(login)?.id
    const name = people.find((one) => one.login === login)?.name ?? login
    return id === undefined ? undefined : { id, name, mail: `${login}@${domain}` }
  })
  const count = await deliver({ house, composing: composingFor(house), accounts })
  const whole = { ...demo, complete: true, directory: directoryVersion }
  await saveDemo(house.ctx, whole)
  say(`  ${people.length} people, ${schools.length} schools, ${count} messages.`)
  return whole
}

/** A demonstration made by an older version gets the people and the directory it lacks; its mail stays as it is. */
export const completeDemo = async (house: House, demo: Demo): Promise<Demo> => {
  const accounts = new Map<string, number>()
  for (const person of people) accounts.set(person.login, (await settle(house, person, demo.password)).id)
  await fillDirectory(house, (login) => accounts.get(login))
  await openFunctions(house, (login) => accounts.get(login))
  const whole = { accounts: shown, password: demo.password, complete: true, directory: directoryVersion }
  await saveDemo(house.ctx, whole)
  return whole
}
