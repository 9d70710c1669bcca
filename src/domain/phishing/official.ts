/**
 * The addresses that are official here: the académie's own domains, our web address, the services that are declared, the
 * State's, and what an administrator has added; without what they have removed.
 */
import { Failure } from '#base/failure.ts'
import { isWithin } from '#format/warning/domain.ts'
import { sharedHosts, shorteners } from '#format/warning/hosts.data.ts'
import type { OfficialPlace } from '#format/warning/official.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { listRelyingParties } from '../access/relying-parties.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { nationalPlaces } from './national.data.ts'

export type PlaceSource = 'own' | 'service' | 'added' | 'national'

export interface ListedPlace extends OfficialPlace {
  readonly source: PlaceSource
}

export interface PlaceChoices {
  readonly added: readonly OfficialPlace[]
  /** Domains of `national` or `service` that are not official here. */
  readonly removed: readonly string[]
}

const settingName = 'phishing.official'
const mostAdded = 500
const mostRemoved = 200

const readSetting = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('setting').select('value').where('name', '=', p.name),
)
const saveSetting = statement((q, p: Params<{ name: string; value: string }>) =>
  q
    .insertInto('setting')
    .values({ name: p.name, value: p.value })
    .onConflict((on) => on.column('name').doUpdateSet({ value: p.value })),
)

/** What administrators have added and removed. */
export const readChoices = async (tx: Reader): Promise<PlaceChoices> => {
  const row = await tx.first(readSetting, { name: settingName })
  return row ? (JSON.parse(row.value) as PlaceChoices) : { added: [], removed: [] }
}

/** Within a transaction: what administrators have added and removed, as a file has it; audited. */
export const putChoices = async (tx: Writer, now: number, actor: string, choices: PlaceChoices): Promise<void> => {
  const added = choices.added.slice(0, mostAdded)
  const removed = choices.removed.slice(0, mostRemoved)
  await tx.run(saveSetting, { name: settingName, value: JSON.stringify({ added, removed }) })
  await appendAudit(tx, now, { actor, action: 'phishing.official', detail: `${added.length}` })
}

/** The host behind an address or a link, in its ASCII form; undefined for none. */
const hostIn = (text: string): string | undefined => {
  const written = text.trim().slice(0, 500)
  try {
    const url = new URL(/^[a-z][a-z\d+.-]*:/i.test(written) ? written : `https://${written}`)
    const host = url.hostname.toLowerCase().replace(/\.$/, '')
    return host === '' ? undefined : host
  } catch {
    return undefined
  }
}

const named = (domain: string, fr: string, source: PlaceSource, en = fr): ListedPlace => ({
  domain,
  name: { fr, en },
  source,
})

const ownPlaces = ({ options }: People): ListedPlace[] => {
  const mail = options.domains.map((domain) => named(domain, 'Académie', 'own', 'Académie'))
  const { protocol, host, hostname } = new URL(options.publicUrl)
  // A test on one's own machine is told apart by its port.
  const web = protocol === 'https:' ? hostname : host
  return [named(web, 'Portail et messagerie de l’académie', 'own', 'Portal and mail of the académie'), ...mail]
}

const servicePlaces = async (tx: Reader): Promise<ListedPlace[]> =>
  (await listRelyingParties(tx)).flatMap(({ name, status, rules }) => {
    const host = status === 'active' && !rules.outside ? hostIn(rules.url) : undefined
    // A page at a host that everybody shares makes nobody else's page official.
    if (host === undefined || !host.includes('.') || isWithin(host, sharedHosts) || isWithin(host, shorteners))
      return []
    return [named(host, name, 'service')]
  })

/** Every official place, the académie's first. */
export const listPlaces = async (people: People, tx: Reader): Promise<ListedPlace[]> => {
  const { added, removed } = await readChoices(tx)
  const gone = new Set(removed)
  const all = [
    ...ownPlaces(people),
    ...added.map((place): ListedPlace => ({ ...place, source: 'added' })),
    ...(await servicePlaces(tx)).filter(({ domain }) => !gone.has(domain)),
    ...nationalPlaces
      .filter(({ domain }) => !gone.has(domain))
      .map((one): ListedPlace => ({ ...one, source: 'national' })),
  ]
  const seen = new Set<string>()
  return all.filter(({ domain }) => !seen.has(domain) && seen.add(domain))
}

const oneName = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 100)

const change = (
  people: People,
  actor: string,
  target: string,
  detail: string,
  next: (before: PlaceChoices) => PlaceChoices,
): Promise<void> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const value = JSON.stringify(next(await readChoices(tx)))
    await tx.run(saveSetting, { name: settingName, value })
    await appendAudit(tx, people.ctx.clock.now(), { actor, action: 'phishing.official', target, detail })
  })

/**
 * Makes a domain official, with everything below it; or gives it another name. Throws Failure invalid (no domain, no name,
 * a whole ending such as `fr`, a host where anybody has a page), tooMany.
 */
export const addPlace = async (
  people: People,
  actor: string,
  wanted: { readonly domain: string; readonly fr: string; readonly en: string },
): Promise<void> => {
  const domain = hostIn(wanted.domain)
  const fr = oneName(wanted.fr)
  if (domain === undefined || !domain.includes('.') || /^[\d.]+$|^\[/.test(domain))
    throw new Failure('invalid', 'that is no domain', { property: 'domain' })
  if (isWithin(domain, sharedHosts) || isWithin(domain, shorteners))
    throw new Failure('invalid', 'anybody has pages there', { property: 'domain' })
  if (fr === '') throw new Failure('invalid', 'whose is it?', { property: 'name' })
  const place: OfficialPlace = { domain, name: { fr, en: oneName(wanted.en) || fr } }
  await change(people, actor, domain, 'add', ({ added, removed }) => {
    const others = added.filter((one) => one.domain !== domain)
    if (others.length >= mostAdded) throw new Failure('tooMany', `more than ${mostAdded} domains`)
    return { added: [...others, place], removed: removed.filter((one) => one !== domain) }
  })
}

/** A domain is official no more. Throws Failure notFound; conflict for one of our own, which the configuration says. */
export const removePlace = async (people: People, actor: string, domain: string): Promise<void> => {
  const found = await people.ctx.store.read(async (tx) =>
    (await listPlaces(people, tx)).find((one) => one.domain === domain),
  )
  if (!found) throw new Failure('notFound', 'no such domain', { property: 'domain' })
  if (found.source === 'own') throw new Failure('conflict', 'it is our own', { property: 'domain' })
  await change(people, actor, domain, 'remove', ({ added, removed }) => ({
    added: added.filter((one) => one.domain !== domain),
    removed: found.source === 'added' ? removed : [...removed, domain].slice(-mostRemoved),
  }))
}

/** A domain of the list that was removed is official again. Throws Failure notFound. */
export const restorePlace = async (people: People, actor: string, domain: string): Promise<void> => {
  const { removed } = await people.ctx.store.read(readChoices)
  if (!removed.includes(domain)) throw new Failure('notFound', 'no such domain', { property: 'domain' })
  await change(people, actor, domain, 'restore', (before) => ({
    ...before,
    removed: before.removed.filter((one) => one !== domain),
  }))
}
