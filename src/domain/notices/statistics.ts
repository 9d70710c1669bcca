/** Who has received, seen and acknowledged a notice: counts by profile and school for its author, and the list as CSV. */

import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { groupLabel } from '../directory/group-keys.ts'
import { type Profile, profilesOfMany } from '../directory/profiles.ts'
import { breathe } from '../turn.ts'

export interface Tally {
  readonly recipients: number
  readonly seen: number
  readonly acknowledged: number
}

export interface NoticeStatistics {
  readonly total: Tally
  /** By profile kind; `none` for those without a profile. Somebody with several counts in each. */
  readonly byProfile: readonly (Tally & { readonly kind: string })[]
  readonly bySchool: readonly (Tally & { readonly uai: string; readonly name: string })[]
}

const page = statement((q, p: Params<{ id: number; after: number; limit: number }>) =>
  q
    .selectFrom('notice_recipient')
    .innerJoin('account', 'account.id', 'notice_recipient.account_id')
    .select([
      'account.id as account',
      'account.name as name',
      'account.login as login',
      'notice_recipient.seen_at as seen',
      'notice_recipient.acknowledged_at as acknowledged',
    ])
    .where('notice_recipient.notice_id', '=', p.id)
    .where('notice_recipient.account_id', '>', p.after)
    .orderBy('notice_recipient.account_id')
    .limit(p.limit),
)

interface Reading {
  readonly account: number
  readonly name: string
  readonly login: string
  readonly seen: number | null
  readonly acknowledged: number | null
  readonly profiles: readonly Profile[]
}

/** Where the asker may look: what somebody is elsewhere is not theirs to know. */
export type Within = 'all' | ReadonlySet<string>

const slice = 1000
/** Everybody who has received a notice, a slice at a time. */
async function* readings(ctx: Context, id: number, within: Within): AsyncGenerator<Reading[]> {
  const now = ctx.clock.now()
  for (let after = 0; ; ) {
    const from = after
    const found = await ctx.store.read(async (tx) => {
      const rows = await tx.all(page, { id, after: from, limit: slice })
      const profiles = await profilesOfMany(
        tx,
        rows.map(({ account }) => account),
        now,
      )
      return rows.map((row) => ({
        ...row,
        profiles: (profiles.get(row.account) ?? []).filter(({ uai }) => within === 'all' || within.has(uai)),
      }))
    })
    yield found
    const last = found.at(-1)
    if (found.length < slice || !last) return
    after = last.account
    await breathe()
  }
}

class Count implements Tally {
  recipients = 0
  seen = 0
  acknowledged = 0

  add(one: Pick<Reading, 'seen' | 'acknowledged'>): void {
    this.recipients++
    if (one.seen !== null) this.seen++
    if (one.acknowledged !== null) this.acknowledged++
  }

  get told(): Tally {
    const { recipients, seen, acknowledged } = this
    return { recipients, seen, acknowledged }
  }
}

const countIn = <K>(counts: Map<K, Count>, key: K): Count => {
  let count = counts.get(key)
  if (!count) counts.set(key, (count = new Count()))
  return count
}

/** Counts of now. The caller has checked who asks. */
export const noticeStatistics = async (ctx: Context, id: number, within: Within): Promise<NoticeStatistics> => {
  const total = new Count()
  const byProfile = new Map<string, Count>()
  const bySchool = new Map<string, Count>()
  const names = new Map<string, string>()
  for await (const people of readings(ctx, id, within))
    for (const one of people) {
      total.add(one)
      const kinds = new Set<string>(one.profiles.map(({ kind }) => kind))
      for (const kind of kinds.size === 0 ? ['none'] : kinds) countIn(byProfile, kind).add(one)
      for (const { uai, schoolName } of one.profiles) if (uai !== '') names.set(uai, schoolName)
      for (const uai of new Set(one.profiles.map((profile) => profile.uai)))
        if (uai !== '') countIn(bySchool, uai).add(one)
    }
  return {
    total: total.told,
    byProfile: [...byProfile].map(([kind, count]) => ({ kind, ...count.told })),
    bySchool: [...bySchool]
      .map(([uai, count]) => ({ uai, name: names.get(uai) ?? '', ...count.told }))
      .sort((a, b) => (a.uai < b.uai ? -1 : 1)),
  }
}

/** A cell that no spreadsheet takes for a formula. */
const cell = (text: string): string => {
  const tame = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return `"${tame.replaceAll('"', '""')}"`
}

const paris = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Europe/Paris' })
const moment = (at: number | null): string => (at === null ? '' : paris.format(at))

const place = ({ kind, schoolName, uai }: Profile): string =>
  [groupLabel({ type: 'profile', uai: '', kind }, 'fr'), schoolName || uai].filter((word) => word !== '').join(', ')

/** The list of readers, as CSV that French spreadsheets open: UTF-8 with its mark, semicolons. In pieces. */
export async function* noticeCsv(ctx: Context, id: number, within: Within): AsyncGenerator<string> {
  yield `\u{feff}${['Nom', 'Identifiant', 'Profils', 'Lu le', 'Confirmé le'].map(cell).join(';')}\r\n`
  for await (const people of readings(ctx, id, within))
    yield people
      .map(({ name, login, profiles, seen, acknowledged }) =>
        [name, login, profiles.map(place).join(' / '), moment(seen), moment(acknowledged)].map(cell).join(';'),
      )
      .map((row) => `${row}\r\n`)
      .join('')
}
