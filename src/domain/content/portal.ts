/** Services of the portal and official addresses, as a file has them. */
import { type TileCategory, type TileState, tileCategories, tileStates, type Words } from '#format/jmap/portal.ts'
import type { Reader, Writer } from '#store/engine.ts'
import { listRelyingParties, type RelyingParty, type SsoProtocol } from '../access/relying-parties.ts'
import { type PlaceChoices, putChoices, readChoices } from '../phishing/official.ts'
import type { TileRules } from '../portal/rules.ts'
import { checkTile, listTiles, maxTiles, putTile, type ServiceName, type TileDraft } from '../portal/tiles.ts'
import { inRules, type Names, outRules } from './names.ts'
import { momentText, type Place } from './places.ts'
import type { Counts, Write } from './section.ts'

export interface FileTile {
  readonly key: string
  readonly name: Words
  readonly description: Words
  readonly category: TileCategory
  readonly icon: string
  readonly url: string
  /** Declared service that it opens: by what names it on every instance. */
  readonly service: ServiceName | null
  readonly state: TileState
  readonly message: Words | null
  readonly until: string | null
  readonly sortOrder: number
  readonly rules: TileRules
}

const fileTile = (tile: TileDraft, parties: readonly RelyingParty[], names: Names): FileTile => {
  const party = parties.find(({ id }) => id === tile.partyId) ?? tile.awaits
  return {
    key: tile.key,
    name: { fr: tile.name.fr, en: tile.name.en },
    description: { fr: tile.description.fr, en: tile.description.en },
    category: tile.category,
    icon: tile.icon,
    url: tile.url,
    service: party === undefined ? null : { protocol: party.protocol, key: party.key },
    state: tile.state,
    message: tile.message && { fr: tile.message.fr, en: tile.message.en },
    until: momentText(tile.until),
    sortOrder: tile.sortOrder,
    rules: outRules(tile.rules, names),
  }
}

export const outTiles = async (tx: Reader, names: Names): Promise<FileTile[]> => {
  const parties = await listRelyingParties(tx)
  return (await listTiles(tx)).map((tile) => fileTile(tile, parties, names))
}

const protocols: readonly SsoProtocol[] = ['cas', 'oidc', 'saml']

const inService = (place: Place): ServiceName | undefined => {
  if (place.isAbsent) return
  place.only('protocol', 'key')
  return { protocol: place.at('protocol').oneOf(protocols, 'cas'), key: place.at('key').needed(1000) }
}

const inTile = (place: Place, parties: readonly RelyingParty[], names: Names): TileDraft | undefined => {
  place.only(
    ...['key', 'name', 'description', 'category', 'icon', 'url', 'service', 'state', 'message', 'until'],
    ...['sortOrder', 'rules'],
  )
  const service = inService(place.at('service'))
  const party = parties.find(({ protocol, key }) => protocol === service?.protocol && key === service.key)
  const draft: TileDraft = {
    key: place.at('key').needed(40),
    name: place.at('name').words(1000),
    description: place.at('description').words(1000),
    category: place.at('category').oneOf(tileCategories, 'help'),
    icon: place.at('icon').text(40),
    url: place.at('url').text(1000),
    partyId: party?.id ?? null,
    ...(service !== undefined && party === undefined ? { awaits: service } : {}),
    state: place.at('state').isAbsent ? 'service' : place.at('state').oneOf(tileStates, 'service'),
    message: place.at('message').isAbsent ? null : place.at('message').words(1000),
    until: place.at('until').moment(),
    sortOrder: place.at('sortOrder').number(1000),
    rules: inRules(place.at('rules'), names),
  }
  return place.checked(() => checkTile(draft))
}

/** Services of a file, checked; their declarations are matters of trust and never come by a file. */
export const inTiles = async (tx: Reader, place: Place, names: Names): Promise<TileDraft[]> => {
  const parties = await listRelyingParties(tx)
  const drafts = place.list(maxTiles).map((one) => ({ one, draft: inTile(one, parties, names) }))
  const keys = new Set<string>()
  for (const { one, draft } of drafts) {
    if (draft && keys.has(draft.key)) one.at('key').fault(`${draft.key} is there twice`)
    if (draft) keys.add(draft.key)
  }
  return drafts.flatMap(({ draft }) => draft ?? [])
}

export const putTiles = async (tx: Writer, drafts: readonly TileDraft[], write: Write): Promise<Counts> => {
  const { now, actor, names } = write
  const parties = await listRelyingParties(tx)
  const before = new Map((await outTiles(tx, names)).map((tile) => [tile.key, JSON.stringify(tile)]))
  const counts = { created: 0, changed: 0, unchanged: 0 }
  for (const draft of drafts) {
    const old = before.get(draft.key)
    if (old === JSON.stringify(fileTile(draft, parties, names))) {
      counts.unchanged++
      continue
    }
    await putTile(tx, now, actor.login, draft)
    if (old === undefined) counts.created++
    else counts.changed++
  }
  return counts
}

// -- official addresses ----------------------------------------------------------------------------------------------

export const outOfficial = async (tx: Reader): Promise<PlaceChoices> => {
  const { added, removed } = await readChoices(tx)
  return {
    added: added.map(({ domain, name }) => ({ domain, name: { fr: name.fr, en: name.en } })),
    removed: [...removed],
  }
}

const domainForm = /^(?!-)[a-z\d-]+(?:\.[a-z\d-]+)+$/

const inDomain = (place: Place): string => {
  const domain = place.needed(253)
  if (domain !== '' && !domainForm.test(domain)) place.fault('is not a domain')
  return domain
}

export const inOfficial = (place: Place): PlaceChoices | undefined => {
  if (place.isAbsent) return
  place.only('added', 'removed')
  return {
    added: place
      .at('added')
      .list(500)
      .map((one) => {
        one.only('domain', 'name')
        const { fr, en } = one.at('name').words(100)
        if (fr.trim() === '') one.at('name').fault('is needed')
        return { domain: inDomain(one.at('domain')), name: { fr, en } }
      }),
    removed: place.at('removed').list(200).map(inDomain),
  }
}

export const putOfficial = async (
  tx: Writer,
  choices: PlaceChoices | undefined,
  { now, actor }: Write,
): Promise<Counts> => {
  const none = { created: 0, changed: 0, unchanged: 0 }
  if (choices === undefined) return none
  if (JSON.stringify(await outOfficial(tx)) === JSON.stringify(choices)) return { ...none, unchanged: 1 }
  await putChoices(tx, now, actor.login, choices)
  return { ...none, changed: 1 }
}
