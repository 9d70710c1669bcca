/** Who helps whom: rows by profile, département and topic, with their hours; changed by administrators, audited. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { appendAudit } from '../people/audit.ts'
import { decodeHours, encodeHours, type Hours } from './hours.ts'

/** Doors of the sign-in page. */
export type Audience = 'staff' | 'pupil' | 'parent' | 'administrative'

export const audiences: readonly Audience[] = ['staff', 'pupil', 'parent', 'administrative']

export interface NewContact {
  /** A profile kind, `staff`, or `*` for everybody. */
  readonly profile: string
  /** `25`, `39`, `70`, `90`, or `*`. */
  readonly department: string
  /** What it is about: `account`, `mail`, `*`. */
  readonly topic: string
  /** 1 answers first; higher levels take over. */
  readonly level: number
  readonly name: string
  readonly phone: string
  readonly mail: string
  readonly url: string
  readonly hours: Hours
}

export interface SupportContact extends NewContact {
  readonly id: number
}

/** Which rows an audience sees. */
const profilesOf: Readonly<Record<Audience, readonly string[]>> = {
  staff: ['staff', 'teacher', 'head', 'school-life', 'academy'],
  administrative: ['administrative', 'technical', 'staff'],
  pupil: ['pupil'],
  parent: ['parent'],
}

const all = statement((q) => q.selectFrom('support_contact').selectAll().orderBy('level').orderBy('id').limit(1000))

/** Every contact, first level first. */
export const listContacts = async (tx: Reader): Promise<SupportContact[]> =>
  (await tx.all(all, {})).map(({ created_at: _, hours, ...row }) => ({ ...row, hours: decodeHours(hours) }))

export interface ContactQuestion {
  readonly audience?: Audience | undefined
  /** A profile kind, when it is known: more exact than the audience. */
  readonly profile?: string | undefined
  readonly department?: string | undefined
  readonly topic?: string | undefined
}

/**
 * Who helps these people: what was written for exactly them before what was written for all; everybody's when no
 * audience is named. Without a département the rows of each are there, with it those of others are not.
 */
export const contactsFor = (contacts: readonly SupportContact[], question: ContactQuestion): SupportContact[] => {
  const { audience, profile, department, topic } = question
  const profiles = [...(profile ? [profile] : []), ...(audience ? profilesOf[audience] : [])]
  const rank = (contact: SupportContact): number => {
    const own = profiles.indexOf(contact.profile)
    return own >= 0 ? own : profiles.length
  }
  const fits = (contact: SupportContact): boolean =>
    (profiles.length === 0 || contact.profile === '*' || profiles.includes(contact.profile)) &&
    (department === undefined || contact.department === '*' || contact.department === department) &&
    (topic === undefined || contact.topic === '*' || contact.topic === topic)
  return contacts.filter(fits).sort((a, b) => a.level - b.level || rank(a) - rank(b) || a.id - b.id)
}

const text = (value: string, most: number): string =>
  value
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, most)

const insert = statement(
  (
    q,
    p: Params<{
      profile: string
      department: string
      topic: string
      level: number
      name: string
      phone: string
      mail: string
      url: string
      hours: string
      at: number
    }>,
  ) =>
    q
      .insertInto('support_contact')
      .values({
        profile: p.profile,
        department: p.department,
        topic: p.topic,
        level: p.level,
        name: p.name,
        phone: p.phone,
        mail: p.mail,
        url: p.url,
        hours: p.hours,
        created_at: p.at,
      })
      .returning('id'),
)

export interface Checked {
  readonly profile: string
  readonly department: string
  readonly topic: string
  readonly level: number
  readonly name: string
  readonly phone: string
  readonly mail: string
  readonly url: string
  readonly hours: string
}

/** A contact as it is kept. Throws Failure invalid (no name, no way to reach it, an address that is no web address). */
export const checkContact = (wanted: NewContact): Checked => {
  const name = text(wanted.name, 200)
  const [phone, mail, url] = [text(wanted.phone, 40), text(wanted.mail, 254), text(wanted.url, 500)]
  if (name === '') throw new Failure('invalid', 'a contact has a name', { property: 'name' })
  if (phone + mail + url === '')
    throw new Failure('invalid', 'a contact has a phone, a mail or a page', { property: 'phone' })
  if (url !== '' && !/^https?:\/\/\S+$/.test(url))
    throw new Failure('invalid', 'that is no web address', { property: 'url' })
  return {
    profile: text(wanted.profile, 40) || '*',
    department: text(wanted.department, 10) || '*',
    topic: text(wanted.topic, 40) || '*',
    level: Math.min(9, Math.max(1, Math.trunc(wanted.level) || 1)),
    name,
    phone,
    mail,
    url,
    hours: encodeHours(wanted.hours),
  }
}

/** Within a transaction: adds a contact that was checked; audited. Returns its number. */
export const insertContact = async (tx: Writer, at: number, actor: string, contact: Checked): Promise<number> => {
  const row = await tx.first(insert, { ...contact, at })
  await appendAudit(tx, at, { actor, action: 'support.save', target: contact.name })
  return (row as { id: number }).id
}

/** Adds a contact. Throws Failure invalid (no name, no way to reach it, an address that is no web address). */
export const addContact = async (ctx: Context, actor: string, wanted: NewContact): Promise<number> => {
  const contact = checkContact(wanted)
  return ctx.store.writeGlobal((tx) => insertContact(tx, ctx.clock.now(), actor, contact))
}

const save = statement(
  (
    q,
    p: Params<{
      id: number
      profile: string
      department: string
      topic: string
      level: number
      name: string
      phone: string
      mail: string
      url: string
      hours: string
    }>,
  ) =>
    q
      .updateTable('support_contact')
      .set({
        profile: p.profile,
        department: p.department,
        topic: p.topic,
        level: p.level,
        name: p.name,
        phone: p.phone,
        mail: p.mail,
        url: p.url,
        hours: p.hours,
      })
      .where('id', '=', p.id)
      .returning('id'),
)

/** Within a transaction: replaces what a contact says, checked; audited. Throws Failure notFound. */
export const updateContact = async (
  tx: Writer,
  at: number,
  actor: string,
  id: number,
  contact: Checked,
): Promise<void> => {
  if (!(await tx.first(save, { id, ...contact }))) throw new Failure('notFound', `there is no contact ${id}`)
  await appendAudit(tx, at, { actor, action: 'support.save', target: contact.name })
}

/** Replaces what a contact says. Throws Failure notFound, and as `addContact`. */
export const saveContact = async (ctx: Context, actor: string, id: number, wanted: NewContact): Promise<void> => {
  const contact = checkContact(wanted)
  await ctx.store.writeGlobal((tx) => updateContact(tx, ctx.clock.now(), actor, id, contact))
}

const drop = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('support_contact').where('id', '=', p.id).returning('name'),
)

/** Removes a contact. Throws Failure notFound. */
export const removeContact = (ctx: Context, actor: string, id: number): Promise<void> =>
  ctx.store.writeGlobal(async (tx) => {
    const row = await tx.first(drop, { id })
    if (!row) throw new Failure('notFound', `there is no contact ${id}`)
    await appendAudit(tx, ctx.clock.now(), { actor, action: 'support.remove', target: row.name })
  })
