/** The vacation response of an account (RFC 8621 §8): one object, which filters carry out as a `vacation` of their own. */
import { utf8 } from '#base/bytes.ts'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'

export interface VacationResponse {
  readonly enabled: boolean
  /** Milliseconds: not before, and not from then on. */
  readonly from: number | null
  readonly to: number | null
  readonly subject: string | null
  readonly text: string | null
  readonly html: string | null
  /** For people of other domains; null: the same text. */
  readonly outsideText: string | null
}

export const vacationLimits = {
  /** Characters. */
  subject: 500,
  /** Octets of each text. */
  text: 256 * 1024,
} as const

const select = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('vacation_response')
    .select(['enabled', 'from_date', 'to_date', 'subject', 'text_body', 'html_body', 'outside_text'])
    .where('account_id', '=', p.account),
)

const none: VacationResponse = {
  enabled: false,
  from: null,
  to: null,
  subject: null,
  text: null,
  html: null,
  outsideText: null,
}

/** The account's vacation response; one that is off when none was ever set. */
export const readVacation = async (tx: Reader, account: number): Promise<VacationResponse> => {
  const row = await tx.first(select, { account })
  if (!row) return none
  return {
    enabled: row.enabled === 1,
    from: row.from_date,
    to: row.to_date,
    subject: row.subject,
    text: row.text_body,
    html: row.html_body,
    outsideText: row.outside_text,
  }
}

/** True while it answers. */
export const vacationIsOn = ({ enabled, from, to }: VacationResponse, now: number): boolean =>
  enabled && (from === null || now >= from) && (to === null || now < to)

type Row = Params<{
  account: number
  enabled: number
  from: number | null
  to: number | null
  subject: string | null
  text: string | null
  html: string | null
  outside: string | null
}>

const save = statement((q, p: Row) =>
  q
    .insertInto('vacation_response')
    .values({
      account_id: p.account,
      enabled: p.enabled,
      from_date: p.from,
      to_date: p.to,
      subject: p.subject,
      text_body: p.text,
      html_body: p.html,
      outside_text: p.outside,
    })
    .onConflict((on) =>
      on.column('account_id').doUpdateSet((e) => ({
        enabled: e.ref('excluded.enabled'),
        from_date: e.ref('excluded.from_date'),
        to_date: e.ref('excluded.to_date'),
        subject: e.ref('excluded.subject'),
        text_body: e.ref('excluded.text_body'),
        html_body: e.ref('excluded.html_body'),
        outside_text: e.ref('excluded.outside_text'),
      })),
    ),
)

const check = (wanted: VacationResponse): void => {
  const bad = (property: string, why: string): never => {
    throw new Failure('invalid', why, { property })
  }
  const { subject, from, to } = wanted
  if (subject !== null && (subject.length > vacationLimits.subject || /\p{Cc}/u.test(subject)))
    bad('subject', 'the subject is too long, or not one line')
  for (const name of ['text', 'html', 'outsideText'] as const) {
    const text = wanted[name]
    if (text !== null && (utf8(text).length > vacationLimits.text || text.includes('\0')))
      bad(name, `a text has at most ${vacationLimits.text} octets`)
  }
  if (from !== null && to !== null && to <= from) bad('to', 'it must end after it begins')
}

/** The id that the change log has for the one object. */
export const vacationChangeId = 1

/** Sets the vacation response. Throws Failure invalid with `property` from, to, subject, text, html or outsideText. */
export const saveVacation = async (tx: AccountWriter, wanted: VacationResponse): Promise<void> => {
  check(wanted)
  await tx.run(save, {
    account: tx.accountId,
    enabled: wanted.enabled ? 1 : 0,
    from: wanted.from,
    to: wanted.to,
    subject: wanted.subject,
    text: wanted.text,
    html: wanted.html,
    outside: wanted.outsideText,
  })
  tx.changed('VacationResponse', vacationChangeId, 'updated')
}
