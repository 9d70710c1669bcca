/**
 * The portal as those who have a profile in a school see it, without being one of them: no session is opened, and nothing
 * of any person is read. What only some of them see (a class, a group, persons) is told apart.
 */
import { Failure } from '#base/failure.ts'
import type { Words } from '#format/jmap/portal.ts'
import type { Reader } from '#store/engine.ts'
import { type AnyProfile, shareOf } from '../directory/audience-profile.ts'
import { audience } from '../directory/audience-rules.ts'
import { requireForAcademy } from '../directory/delegation.ts'
import { computeGroups, groupKey } from '../directory/group-keys.ts'
import { type Profile, type ProfileKind, profileKinds } from '../directory/profiles.ts'
import { findSchool } from '../directory/schools.ts'
import type { Guide, GuideLanguage, Reader as GuideReader } from '../guides/guide.ts'
import type { Library } from '../guides/library.ts'
import { noticeOf, type StoredNotice } from '../notices/notice.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import type { Principal } from '../people/principal.ts'
import type { Audience } from '../support/contacts.ts'
import { type AnsweringContact, answeringContacts } from '../support/help.ts'
import { currentIncidents, type Incident, isFor, upcomingIncidents } from '../support/incidents.ts'
import { fits, judge, ruleWords, type Viewer, viewerWords } from './rules.ts'
import { type SeenTile, tilesSeenBy } from './sight.ts'
import { listTiles, type StoredTile } from './tiles.ts'
import { namesFor } from './viewer.ts'

/** The door of the sign-in page for each profile, as the portal's own notes of incidents take it. */
const doors: Readonly<Record<ProfileKind, Audience>> = {
  teacher: 'staff',
  head: 'staff',
  'school-life': 'staff',
  academy: 'staff',
  administrative: 'administrative',
  technical: 'staff',
  pupil: 'pupil',
  parent: 'parent',
}

export interface PartlyTile {
  readonly tile: StoredTile
  /** The rules that choose among those who have the profile. */
  readonly for: readonly Words[]
}

export interface PortalPreview {
  /** As it is called. */
  readonly profile: Words
  readonly tiles: readonly SeenTile[]
  /** Shown to some of these people, by class or group. */
  readonly someTiles: readonly PartlyTile[]
  /** Published and not over, the latest first. */
  readonly notices: readonly { readonly notice: StoredNotice; readonly share: 'all' | 'some' }[]
  readonly contacts: readonly AnsweringContact[]
  readonly incidents: readonly Incident[]
  readonly planned: readonly Incident[]
  readonly guides: readonly Guide[]
}

export interface PreviewOf {
  readonly kind: string
  /** Empty: no school. */
  readonly uai: string
  readonly language: GuideLanguage
}

const viewerFor = async (tx: Reader, kind: ProfileKind, uai: string): Promise<Viewer> => {
  const school = uai === '' ? undefined : await findSchool(tx, uai)
  if (uai !== '' && !school) throw new Failure('notFound', 'no such school')
  const nobody: Omit<Profile, 'kind' | 'uai'> = {
    id: 0,
    schoolName: '',
    functionCode: '',
    discipline: '',
    title: '',
    classes: [],
    source: '',
    endsAt: null,
  }
  const groups = computeGroups([{ ...nobody, kind, uai }], [], []).map(groupKey)
  return {
    kind,
    uai,
    schoolName: school?.name ?? '',
    department: school?.department ?? '',
    groups: new Set(groups),
  }
}

/** Tiles that a class or group of these people see, and the others do not. */
const partly = async (tx: Reader, viewer: Viewer, seen: readonly SeenTile[]): Promise<PartlyTile[]> => {
  const others = (await listTiles(tx)).filter((tile) => !seen.some((one) => one.tile.id === tile.id))
  const names = await namesFor(
    tx,
    others.map(({ rules }) => rules),
  )
  return others.flatMap((tile) => {
    const { include, exclude } = tile.rules
    if (!judge({ include: [], exclude }, viewer).shown) return []
    const close = include.filter(
      (rule) => fits({ ...rule, groups: [] }, viewer) && rule.groups.some((key) => isNear(key, viewer)),
    )
    return close.length === 0 ? [] : [{ tile, for: close.map((rule) => ruleWords(rule, names)) }]
  })
}

/** A group that somebody with this profile may be in. */
const isNear = (key: string, { kind, uai, department }: Viewer): boolean =>
  kind !== undefined && shareOf(audience({ groups: [key] }), { kind, uai, department }) !== 'none'

const mostNotices = 50
const mostLooked = 500

const noticesFor = async (tx: Reader, profile: AnyProfile, now: number) => {
  const rows = await tx.query((q) =>
    q
      .selectFrom('notice')
      .selectAll()
      .where('status', 'in', ['published', 'correcting', 'reminding'])
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
      .orderBy('published_at', 'desc')
      .orderBy('id', 'desc')
      .limit(mostLooked),
  )
  return rows
    .map(noticeOf)
    .flatMap((notice) => {
      const share = shareOf(notice.audience, profile)
      return share === 'none' ? [] : [{ notice, share }]
    })
    .slice(0, mostNotices)
}

const plannedAhead = 7 * 86_400_000

/**
 * What a profile sees; audited. Throws Failure forbidden (administrators of the platform only), invalid (`kind`), notFound
 * (the school).
 */
export const previewPortal = async (
  people: People,
  actor: Pick<Principal, 'accountId' | 'login' | 'admin'>,
  { kind: wanted, uai, language }: PreviewOf,
  library: Library,
): Promise<PortalPreview> => {
  await requireForAcademy(people.ctx, actor, 'portal')
  const kind = profileKinds.find((one) => one === wanted)
  if (kind === undefined) throw new Failure('invalid', 'no such profile', { property: 'kind' })
  const { store, clock } = people.ctx
  const now = clock.now()
  const seen = await store.read(async (tx) => {
    const viewer = await viewerFor(tx, kind, uai)
    const { department } = viewer
    const door = doors[kind]
    const tiles = await tilesSeenBy(tx, viewer)
    const mine = (one: Incident): boolean => isFor(one, door)
    const where = department === '' ? {} : { department }
    return {
      profile: viewerWords(viewer),
      tiles,
      someTiles: await partly(tx, viewer, tiles),
      notices: await noticesFor(tx, { kind, uai, department }, now),
      contacts: await answeringContacts(tx, now, { audience: door, profile: kind, ...where }),
      incidents: (await currentIncidents(tx, now)).filter(mine),
      planned: (await upcomingIncidents(tx, now)).filter((one) => mine(one) && one.startsAt - now <= plannedAhead),
    }
  })
  await store.writeGlobal((tx) =>
    appendAudit(tx, now, {
      actor: actor.login,
      action: 'portal.preview',
      target: [kind, uai].filter(Boolean).join(' '),
    }),
  )
  const reader: GuideReader = doors[kind]
  const guides = library.list(language).filter(({ profiles }) => profiles.length === 0 || profiles.includes(reader))
  return { ...seen, guides }
}
