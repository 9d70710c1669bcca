/** Contacts with their hours, closures, watched components and incidents, as a file has them. */
import type { Words } from '#format/jmap/portal.ts'
import type { Reader, Writer } from '#store/engine.ts'
import { checkComponent, listComponents, type NewComponent, putComponent, putWatched } from '../status/components.ts'
import {
  type Checked,
  checkContact,
  insertContact,
  listContacts,
  type NewContact,
  updateContact,
} from '../support/contacts.ts'
import { putClosures, readClosures } from '../support/help.ts'
import type { Period } from '../support/holidays.ts'
import { decodeHours, type Hours, parseHours, writeHours } from '../support/hours.ts'
import { checkKept, type KeptIncident, keepIncident } from '../support/incident-write.ts'
import { incidentsSince, type Phase, phases, severities, updatesOf } from '../support/incidents.ts'
import { momentText, type Place } from './places.ts'
import type { Counts, Write } from './section.ts'

// -- contacts --------------------------------------------------------------------------------------------------------

const fileContact = ({ profile, department, topic, level, name, phone, mail, url, hours }: NewContact) => ({
  profile,
  department,
  topic,
  level,
  name,
  phone,
  mail,
  url,
  hours: writeHours(hours),
})

export type FileContact = ReturnType<typeof fileContact>

export const outContacts = async (tx: Reader): Promise<FileContact[]> => (await listContacts(tx)).map(fileContact)

const always: Hours = { week: [[], [], [], [], [], [], []], schoolHolidays: true }

const inContact = (place: Place): Checked | undefined => {
  place.only('profile', 'department', 'topic', 'level', 'name', 'phone', 'mail', 'url', 'hours')
  const text = place.at('hours').text(500)
  // A fault of the hours is told at the hours; the rest is read all the same.
  const hours = text === '' ? always : (place.checked(() => parseHours(text)) ?? always)
  const wanted: NewContact = {
    profile: place.at('profile').text(40),
    department: place.at('department').text(10),
    topic: place.at('topic').text(40),
    level: place.at('level').number(1),
    name: place.at('name').needed(200),
    phone: place.at('phone').text(40),
    mail: place.at('mail').text(254),
    url: place.at('url').text(500),
    hours,
  }
  return place.checked(() => checkContact(wanted))
}

const mostContacts = 1000

export const inContacts = (place: Place): Checked[] => place.list(mostContacts).flatMap((one) => inContact(one) ?? [])

/** A contact is the same whom it helps, with what, at which level, under which name. */
const contactKey = ({ profile, department, topic, level, name }: Omit<Checked, 'hours'>): string =>
  JSON.stringify([profile, department, topic, level, name])

export const putContacts = async (tx: Writer, contacts: readonly Checked[], { now, actor }: Write): Promise<Counts> => {
  const known = await listContacts(tx)
  const counts = { created: 0, changed: 0, unchanged: 0 }
  for (const contact of contacts) {
    const same = known.findIndex((one) => contactKey(one) === contactKey(contact))
    const old = known[same]
    if (!old) {
      await insertContact(tx, now, actor.login, contact)
      counts.created++
      continue
    }
    // Two rows of the file never meet the same row of the store.
    known.splice(same, 1)
    const after = fileContact({ ...contact, hours: decodeHours(contact.hours) })
    if (JSON.stringify(fileContact(old)) === JSON.stringify(after)) counts.unchanged++
    else {
      await updateContact(tx, now, actor.login, old.id, contact)
      counts.changed++
    }
  }
  return counts
}

// -- closures --------------------------------------------------------------------------------------------------------

const kinds = ['schoolHolidays', 'exceptional'] as const

export type FileClosures = Readonly<Record<(typeof kinds)[number], readonly Period[]>>

export const outClosures = async (tx: Reader): Promise<FileClosures> => {
  const { schoolHolidays, exceptional } = await readClosures(tx)
  const out = (periods: readonly Period[]) => periods.map(({ name, from, to }) => ({ name, from, to }))
  return { schoolHolidays: out(schoolHolidays), exceptional: out(exceptional) }
}

const inDay = (place: Place): string => {
  const day = place.needed(10)
  if (day !== '' && (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day))))
    place.fault('is not a day such as 2026-05-15')
  return day
}

const inPeriods = (place: Place): Period[] =>
  place.list(500).map((one) => {
    one.only('name', 'from', 'to')
    const period = { name: one.at('name').needed(100), from: inDay(one.at('from')), to: inDay(one.at('to')) }
    if (period.to < period.from) one.at('to').fault('is before its first day')
    return period
  })

export const inClosures = (place: Place): Partial<FileClosures> => {
  if (place.isAbsent) return {}
  place.only(...kinds)
  return Object.fromEntries(
    kinds.flatMap((kind) => (place.at(kind).isAbsent ? [] : [[kind, inPeriods(place.at(kind))]])),
  )
}

export const putFileClosures = async (
  tx: Writer,
  closures: Partial<FileClosures>,
  { now, actor }: Write,
): Promise<Counts> => {
  const before = await outClosures(tx)
  const counts = { created: 0, changed: 0, unchanged: 0 }
  for (const kind of kinds) {
    const periods = closures[kind]
    if (periods === undefined) continue
    if (JSON.stringify(before[kind]) === JSON.stringify(periods)) counts.unchanged++
    else {
      await putClosures(tx, now, actor.login, kind, periods)
      counts.changed++
    }
  }
  return counts
}

// -- components that administrators added -----------------------------------------------------------------------------

export interface FileComponent {
  readonly key: string
  readonly name: Words
  readonly target: string
  readonly watched: boolean
}

export const outComponents = async (tx: Reader): Promise<FileComponent[]> =>
  (await listComponents(tx))
    .filter(({ kind }) => kind === 'http')
    .map(({ key, name, target, watched }) => ({ key, name: { fr: name.fr, en: name.en }, target, watched }))

export const inComponents = (place: Place): FileComponent[] =>
  place.list(200).flatMap((one) => {
    one.only('key', 'name', 'target', 'watched')
    const component: NewComponent & FileComponent = {
      key: one.at('key').needed(61),
      name: one.at('name').words(100),
      target: one.at('target').needed(500),
      watched: one.at('watched').isAbsent || one.at('watched').yes(),
    }
    return one.checked(() => checkComponent(component)) === undefined ? [component] : []
  })

export const putComponents = async (
  tx: Writer,
  components: readonly FileComponent[],
  { now, actor }: Write,
): Promise<Counts> => {
  const before = new Map((await outComponents(tx)).map((one) => [one.key, one]))
  const counts = { created: 0, changed: 0, unchanged: 0 }
  for (const one of components) {
    const old = before.get(one.key)
    if (JSON.stringify(old) === JSON.stringify(one)) {
      counts.unchanged++
      continue
    }
    await putComponent(tx, now, actor.login, one)
    if ((old?.watched ?? true) !== one.watched) await putWatched(tx, now, actor.login, one.key, one.watched)
    if (old === undefined) counts.created++
    else counts.changed++
  }
  return counts
}

// -- incidents and maintenance ---------------------------------------------------------------------------------------

const fileIncident = (one: KeptIncident) => ({
  kind: one.kind,
  components: [...one.components],
  audience: one.audience,
  severity: one.severity,
  phase: one.phase,
  title: { fr: one.title.fr, en: one.title.en },
  body: { fr: one.body.fr, en: one.body.en },
  startsAt: momentText(one.startsAt),
  endsAt: momentText(one.endsAt),
  updates: one.updates.map(({ at, phase, body }) => ({
    at: momentText(at),
    phase,
    body: { fr: body.fr, en: body.en },
  })),
})

export type FileIncident = ReturnType<typeof fileIncident>

/** The latest 200, the oldest first, each with its story in order. */
export const outIncidents = async (tx: Reader): Promise<FileIncident[]> => {
  const incidents = (await incidentsSince(tx, 0)).sort((a, b) => a.startsAt - b.startsAt || a.id - b.id)
  const updates = await updatesOf(tx, incidents)
  return incidents.map((one) => fileIncident({ ...one, updates: [...(updates.get(one.id) ?? [])].reverse() }))
}

const everyPhase: readonly Phase[] = [...phases.incident, ...phases.maintenance]

const inIncident = (place: Place): KeptIncident | undefined => {
  place.only(
    ...['kind', 'components', 'audience', 'severity', 'phase', 'title', 'body', 'startsAt', 'endsAt', 'updates'],
  )
  const startsAt = place.at('startsAt').moment()
  if (startsAt === null) place.at('startsAt').fault('is needed')
  const kept: KeptIncident = {
    kind: place.at('kind').oneOf(['incident', 'maintenance'] as const, 'incident'),
    components: place.at('components').texts(50, 100),
    audience: place.at('audience').text(40) || '*',
    severity: place.at('severity').oneOf(severities, 'info'),
    phase: place.at('phase').oneOf(everyPhase, 'identified'),
    title: place.at('title').words(200),
    body: place.at('body').words(2000),
    startsAt: startsAt ?? 0,
    endsAt: place.at('endsAt').moment() ?? undefined,
    updates: place
      .at('updates')
      .list(200)
      .map((one) => {
        one.only('at', 'phase', 'body')
        return {
          at: one.at('at').moment() ?? startsAt ?? 0,
          phase: one.at('phase').oneOf(everyPhase, 'identified'),
          body: one.at('body').words(2000),
        }
      }),
  }
  const before = place.faults.list.length
  place.checked(() => checkKept(kept))
  return place.faults.list.length === before ? kept : undefined
}

export const inIncidents = (place: Place): KeptIncident[] => place.list(200).flatMap((one) => inIncident(one) ?? [])

export const putIncidents = async (
  tx: Writer,
  incidents: readonly KeptIncident[],
  { now, actor }: Write,
): Promise<Counts> => {
  const known = new Set((await outIncidents(tx)).map((one) => JSON.stringify(one)))
  const counts = { created: 0, changed: 0, unchanged: 0 }
  for (const one of incidents) {
    if (known.has(JSON.stringify(fileIncident(one)))) counts.unchanged++
    else {
      await keepIncident(tx, now, actor.login, one)
      counts.created++
    }
  }
  return counts
}
