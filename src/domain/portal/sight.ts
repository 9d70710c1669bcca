/** Which services somebody sees, and why: one rule for the portal, its search, the way in and the administration. */
import type { Words } from '#format/jmap/portal.ts'
import type { Reader } from '#store/engine.ts'
import { listRelyingParties, type RelyingParty } from '../access/relying-parties.ts'
import { groupLabel } from '../directory/group-keys.ts'
import { profilesOf } from '../directory/profiles.ts'
import { judge, type Names, ruleWords, type TileRule, type Viewer, verdictWords, viewerWords } from './rules.ts'
import { listTiles, type StoredTile } from './tiles.ts'
import { namesFor, type Seat, seatOf, type Visitor, viewerOf } from './viewer.ts'

export interface SeenTile {
  readonly tile: StoredTile
  /** Where it leads. */
  readonly url: string
  readonly why: Words
}

type Parties = ReadonlyMap<number, RelyingParty>

const partiesOf = async (tx: Reader): Promise<Parties> =>
  new Map((await listRelyingParties(tx)).map((party) => [party.id, party]))

/** The service that a tile opens; one that came by a file finds it once it is declared here. */
const partyFor = ({ partyId, awaits }: StoredTile, parties: Parties): RelyingParty | undefined => {
  if (partyId !== null) return parties.get(partyId)
  if (awaits === undefined) return
  return [...parties.values()].find(({ protocol, key }) => protocol === awaits.protocol && key === awaits.key)
}

/** Why the service itself would not let them in, whatever the tile's rules; undefined when it would. */
const refusedByParty = (tile: StoredTile, viewer: Viewer, parties: Parties): Words | undefined => {
  if (tile.partyId === null && tile.awaits === undefined) return
  const party = partyFor(tile, parties)
  if (party?.status !== 'active')
    return {
      fr: 'Non visible : le service n’est pas déclaré, ou il est fermé.',
      en: 'Not shown: the service is not declared, or it is closed.',
    }
  const { profiles } = party.rules
  if (profiles === '*' || (viewer.kind !== undefined && profiles.includes(viewer.kind))) return
  const list = (language: 'fr' | 'en') =>
    profiles.map((kind) => groupLabel({ type: 'profile', uai: '', kind }, language)).join(', ')
  return {
    fr: `Non visible : le service lui-même n’admet que les profils : ${list('fr')}.`,
    en: `Not shown: the service itself only lets in the profiles: ${list('en')}.`,
  }
}

const urlOf = (tile: StoredTile, parties: Parties): string =>
  tile.url === '' ? (partyFor(tile, parties)?.rules.url ?? '') : tile.url

export interface Sight {
  readonly seat: Seat
  readonly tiles: readonly SeenTile[]
}

/** What a profile sees, in the portal's order. */
export const tilesSeenBy = async (tx: Reader, viewer: Viewer): Promise<SeenTile[]> => {
  const [all, parties] = [await listTiles(tx), await partiesOf(tx)]
  const seen = all.flatMap((tile) => {
    const verdict = judge(tile.rules, viewer)
    const url = urlOf(tile, parties)
    const open = verdict.shown && url !== '' && refusedByParty(tile, viewer, parties) === undefined
    return open ? [{ tile, url, verdict }] : []
  })
  const names = await namesFor(
    tx,
    seen.map(({ tile }) => tile.rules),
  )
  return seen.map(({ tile, url, verdict }) => ({ tile, url, why: verdictWords(verdict, viewer, names) }))
}

/** What somebody sees under the profile of their session. */
export const tilesFor = async (tx: Reader, visitor: Visitor, now: number): Promise<Sight> => {
  const seat = await seatOf(tx, visitor, now)
  return { seat, tiles: await tilesSeenBy(tx, seat.viewer) }
}

export interface RuleCheck {
  readonly effect: 'include' | 'exclude'
  readonly words: Words
  readonly fits: boolean
}

export interface TileReason {
  readonly shown: boolean
  readonly words: Words
  /** The profile that was judged, as it is called. */
  readonly profile: Words
  readonly rules: readonly RuleCheck[]
}

const checks = (tile: StoredTile, viewer: Viewer, names: Names): RuleCheck[] => {
  const one = (effect: 'include' | 'exclude') => (rule: TileRule) => ({
    effect,
    words: ruleWords(rule, names),
    fits: judge({ include: [rule], exclude: [] }, viewer).shown,
  })
  return [...tile.rules.include.map(one('include')), ...tile.rules.exclude.map(one('exclude'))]
}

/**
 * Why somebody sees a service or not under one of their profiles (undefined: without any), rule by rule, in words.
 */
export const whyTile = async (
  tx: Reader,
  tile: StoredTile,
  account: number,
  profileId: number | undefined,
  now: number,
): Promise<TileReason> => {
  const profile = (await profilesOf(tx, account, now)).find(({ id }) => id === profileId)
  const viewer = await viewerOf(tx, account, profile, now)
  const parties = await partiesOf(tx)
  const names = await namesFor(tx, [tile.rules])
  const verdict = judge(tile.rules, viewer)
  const refused = verdict.shown ? refusedByParty(tile, viewer, parties) : undefined
  const nowhere =
    verdict.shown && refused === undefined && urlOf(tile, parties) === ''
      ? { fr: 'Non visible : le service n’a pas d’adresse.', en: 'Not shown: the service has no address.' }
      : undefined
  return {
    shown: verdict.shown && refused === undefined && nowhere === undefined,
    words: refused ?? nowhere ?? verdictWords(verdict, viewer, names),
    profile: viewerWords(viewer),
    rules: checks(tile, viewer, names),
  }
}
