/**
 * One pass over an LDAP directory that is the source of truth: schools, people, who answers for whom; then those who are
 * gone. A pass that is cut goes on where it was; a rehearsal changes nothing and says what would change.
 */
import type { Entry } from 'ldapts'
import { Failure, isFailure } from '#base/failure.ts'
import {
  beginFeed,
  endFeed,
  type Feed,
  type FeedCounts,
  findAbsent,
  noCounts,
  noteFeed,
  suspendAbsent,
  suspicious,
} from '#domain/directory/feed.ts'
import { findByExternalId, findByJoinKey, findPerson, type Person } from '#domain/directory/persons.ts'
import { provision, provisionChildren, reprovision, type Source } from '#domain/directory/provision.ts'
import { findSchool, putSchool } from '#domain/directory/schools.ts'
import { findAccount } from '#domain/people/accounts.ts'
import { trustDirectory } from '#domain/people/elsewhere.ts'
import type { People } from '#domain/people/people.ts'
import type { Reader } from '#store/engine.ts'
import { type LdapSettings, searchEntries } from './connection.ts'
import { type AttributeMap, attributesOf, foldDn, type ReadEntry, readEntry } from './entry.ts'

export interface LdapSync extends LdapSettings {
  readonly filter: string
  readonly schoolsFilter: string
  readonly map: AttributeMap
  /** Code of the académie that completes join keys. */
  readonly academy: string
  /** Accounts that exist already with the same identifier or join key become the directory's. */
  readonly adopt: boolean
  /** Passwords are the directory's. */
  readonly passwords: boolean
  /** More than this share of a school may not disappear, in percent. */
  readonly guard: number
}

export interface SyncOptions {
  readonly rehearse?: boolean
  readonly force?: boolean
  readonly progress?: (counts: FeedCounts) => void
}

export interface SyncResult extends FeedCounts {
  /** Schools of which too much would disappear: nobody was suspended. */
  readonly stopped: readonly { readonly uai: string; readonly total: number; readonly absent: number }[]
  readonly resumed: boolean
}

export const ldapSource: Source = { name: 'ldap', actor: 'ldap', uais: [] }

interface Pass {
  readonly people: People
  readonly settings: LdapSync
  readonly options: SyncOptions
  readonly feed: Feed
  /** Names of entries, folded, and the accounts they are. */
  readonly accounts: Map<string, number>
  readonly children: Map<number, readonly string[]>
  readonly met: Set<number>
  readonly structures: Map<string, string>
  readonly known: Set<string>
  counts: FeedCounts
}

const count = (pass: Pass, name: keyof FeedCounts): void => {
  pass.counts = { ...pass.counts, [name]: pass.counts[name] + 1 }
}

const text = (entry: Entry, name: string): string => {
  const value = Object.entries(entry).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
  const one = Array.isArray(value) ? value[0] : value
  return one === undefined ? '' : String(one).trim()
}

const kindOf = (type: string): string | undefined => {
  const word = type.toLowerCase()
  if (word.includes('prof') && word.includes('lyc')) return 'lycee-pro'
  if (word.includes('lyc')) return 'lycee'
  if (word.includes('coll')) return 'college'
  return word.includes('cole') ? 'ecole' : undefined
}

/** The schools the directory describes, by the names of their entries too. */
const readSchools = async (pass: Pass): Promise<void> => {
  const { people, settings, options } = pass
  const attributes = [
    'ENTStructureUAI',
    'ENTStructureJointure',
    'ENTStructureNomCourant',
    'ENTStructureTypeStruct',
    'ou',
    'l',
  ]
  for await (const page of searchEntries(settings, { filter: settings.schoolsFilter, attributes }))
    for (const entry of page) {
      const uai = text(entry, 'ENTStructureUAI').toUpperCase()
      if (!/^\d{7}[A-Z]$/.test(uai)) continue
      pass.structures.set(foldDn(entry.dn), uai)
      const key = text(entry, 'ENTStructureJointure')
      if (key !== '') pass.structures.set(foldDn(key), uai)
      if (options.rehearse) continue
      const name = text(entry, 'ENTStructureNomCourant') || text(entry, 'ou') || uai
      const kind = kindOf(text(entry, 'ENTStructureTypeStruct'))
      await putKnown(people, uai, name, text(entry, 'l'), kind)
      pass.known.add(uai)
    }
}

const putKnown = async (people: People, uai: string, name: string, city = '', kind?: string): Promise<void> => {
  const { store, clock, log } = people.ctx
  try {
    const more = { ...(kind === undefined ? {} : { kind }), ...(city === '' ? {} : { city }) }
    await store.writeGlobal((tx) => putSchool(tx, clock.now(), { uai, name, source: ldapSource.name, ...more }))
  } catch (error) {
    if (!isFailure(error, 'invalid')) throw error
    log.warn('ldap.school', { uai })
  }
}

/** A school that people are said to be of, and that nobody described, is made under its UAI. */
const ensureSchools = async (pass: Pass, read: ReadEntry): Promise<void> => {
  for (const { uai = '' } of [...(read.told.profiles ?? []), ...(read.told.classes ?? [])]) {
    if (uai === '' || pass.known.has(uai)) continue
    pass.known.add(uai)
    const there = await pass.people.ctx.store.read((tx) => findSchool(tx, uai))
    if (!there && !pass.options.rehearse) await putKnown(pass.people, uai, uai)
  }
}

/** The person an entry is: by its lasting identifier, else, when the directory may adopt, by join key or identifier. */
const findKnown = async (tx: Reader, pass: Pass, { told }: ReadEntry): Promise<Person | undefined> => {
  const known = await findByExternalId(tx, ldapSource.name, told.externalId)
  if (known || !pass.settings.adopt) return known
  const byKey = typeof told.joinKey === 'string' ? await findByJoinKey(tx, told.joinKey) : undefined
  if (byKey || told.login === undefined) return byKey
  const account = await findAccount(tx, told.login).catch((error: unknown) => {
    if (isFailure(error, 'notFound')) return
    throw error
  })
  // An administrator of the platform is never handed to a directory.
  return account?.kind === 'person' && !account.admin ? findPerson(tx, account.id) : undefined
}

const seenSince = async (tx: Reader, account: number, since: number): Promise<boolean> => {
  const rows = await tx.query((q) => q.selectFrom('person').select('seen_at').where('account_id', '=', account))
  return (rows[0]?.seen_at ?? -1) >= since
}

const takeEntry = async (pass: Pass, read: ReadEntry): Promise<void> => {
  const { people, settings, options, feed } = pass
  const { rehearse = false } = options
  const { known, done } = await people.ctx.store.read(async (tx) => {
    const known = await findKnown(tx, pass, read)
    return {
      known,
      done: known !== undefined && feed.resumed && (await seenSince(tx, known.accountId, feed.startedAt)),
    }
  })
  let account = known?.accountId
  // Met, even when the entry turns out to be wrong: a mistake is not a departure.
  if (account !== undefined) pass.met.add(account)
  if (!done) {
    await ensureSchools(pass, read)
    if (account === undefined) {
      if (!rehearse) account = await provision(people, ldapSource, read.told)
      count(pass, 'created')
    } else {
      const { login: _, address: __, ...told } = read.told
      const changed = await reprovision(people, ldapSource, account, told, { adopt: settings.adopt, rehearse })
      count(pass, changed ? 'changed' : 'unchanged')
    }
    if (settings.passwords && account !== undefined && !rehearse) await trustDirectory(people, account, read.dn)
  }
  if (account === undefined) return
  pass.met.add(account)
  pass.accounts.set(foldDn(read.dn), account)
  if (read.children.length > 0) pass.children.set(account, read.children)
}

const takePeople = async (pass: Pass): Promise<void> => {
  const { people, settings, options } = pass
  const { log } = people.ctx
  const how = {
    map: settings.map,
    academy: settings.academy,
    domains: people.options.domains,
    structures: pass.structures,
  }
  for await (const page of searchEntries(settings, {
    filter: settings.filter,
    attributes: attributesOf(settings.map),
  })) {
    for (const entry of page) {
      count(pass, 'met')
      const read = readEntry(entry, how)
      try {
        if (!read) throw new Failure('invalid', 'the entry names nobody')
        await takeEntry(pass, read)
      } catch (error) {
        // One entry that is wrong must not keep thousands of people out.
        if (!isFailure(error) || error.temporary) throw error
        count(pass, 'refused')
        log.warn('ldap.entry', { dn: entry.dn, why: error.message, property: error.property ?? '' })
      }
    }
    if (!options.rehearse) await noteFeed(people, pass.feed, pass.counts)
    options.progress?.(pass.counts)
  }
}

/** Who answers for whom, once everybody is known. */
const takeChildren = async (pass: Pass): Promise<void> => {
  const { people, options, accounts } = pass
  if (options.rehearse) return
  for (const [account, names] of pass.children) {
    const children = names.flatMap((name) => {
      const child = accounts.get(name)
      return child === undefined || child === account
        ? []
        : [{ account: child, kind: 'parent' as const, authority: true }]
    })
    await provisionChildren(people, ldapSource, account, children)
  }
}

/** Runs one pass. Throws Failure unavailable (the directory does not answer: nothing is suspended). */
export const syncLdap = async (people: People, settings: LdapSync, options: SyncOptions = {}): Promise<SyncResult> => {
  const { rehearse = false, force = false } = options
  const feed = rehearse
    ? { id: 0, startedAt: people.ctx.clock.now() + 1, resumed: false }
    : await beginFeed(people, ldapSource.name)
  const pass: Pass = {
    people,
    settings,
    options,
    feed,
    accounts: new Map(),
    children: new Map(),
    met: new Set(),
    structures: new Map(),
    known: new Set(),
    counts: noCounts,
  }
  await readSchools(pass)
  await takePeople(pass)
  await takeChildren(pass)
  const absences = await findAbsent(people, ldapSource.name, feed, pass.met)
  const strange = force ? [] : suspicious(absences.schools, settings.guard)
  const result = { ...pass.counts, stopped: strange, resumed: feed.resumed }
  if (rehearse) return { ...result, suspended: strange.length > 0 ? 0 : absences.accounts.length }
  if (strange.length > 0) {
    const reason = strange.map(({ uai, total, absent }) => `${uai || 'no school'} ${absent} of ${total}`).join(', ')
    await endFeed(people, ldapSource, feed, 'stopped', { ...pass.counts, reason })
    return result
  }
  const suspended = await suspendAbsent(people, ldapSource, absences, { percent: settings.guard, force })
  await endFeed(people, ldapSource, feed, 'done', { ...pass.counts, suspended })
  return { ...result, suspended }
}
