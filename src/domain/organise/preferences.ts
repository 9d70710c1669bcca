/** How a person wants their mail kept: the archive, whose mail they follow, the colours of their mailboxes, how lists look. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { type Colour, checkColour } from './rules.ts'

export interface Followed {
  readonly heads: boolean
  readonly service: boolean
  readonly contacts: boolean
  /** Addresses, in lower case. */
  readonly people: readonly string[]
}

/** How lists and conversations are laid out; it follows the person from one machine to the next. */
export interface View {
  readonly layout: 'beside' | 'below' | 'alone'
  readonly density: 'compact' | 'normal' | 'spacious'
  /** 0 to 2. */
  readonly previewLines: number
  readonly listOrder: 'newest' | 'oldest'
  readonly threadOrder: 'newest' | 'oldest'
  readonly flat: boolean
}

export interface Preferences {
  readonly archiveBy: 'single' | 'year'
  readonly focus: Followed
  /** By id of the mailbox; those of mailboxes that are gone stay until the next change. */
  readonly mailboxColours: Readonly<Record<number, Colour>>
  /** Null until the person has chosen. */
  readonly view: View | null
}

const maxPeople = 100
const maxColours = 500
const maxPreviewLines = 2

const usual: Preferences = {
  archiveBy: 'single',
  focus: { heads: true, service: true, contacts: true, people: [] },
  mailboxColours: {},
  view: null,
}

const select = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('mail_preference').select('data').where('account_id', '=', p.account),
)

/** What the person chose, and otherwise what is usual. */
export const readPreferences = async (tx: Reader, account: number): Promise<Preferences> => {
  const row = await tx.first(select, { account })
  return row ? { ...usual, ...(JSON.parse(row.data) as Partial<Preferences>) } : usual
}

const put = statement((q, p: Params<{ account: number; data: string }>) =>
  q
    .insertInto('mail_preference')
    .values({ account_id: p.account, data: p.data })
    .onConflict((on) => on.column('account_id').doUpdateSet({ data: p.data })),
)

const checkPeople = (people: readonly string[]): string[] => {
  const tidy = [...new Set(people.map((address) => address.trim().toLowerCase()))].filter((one) => one !== '')
  if (tidy.length > maxPeople || tidy.some((address) => address.length > 320 || !/^[^\s@]+@[^\s@]+$/.test(address)))
    throw new Failure('invalid', `must be at most ${maxPeople} addresses`, { property: 'focus' })
  return tidy
}

/** The one object of this type in the change log. */
export const preferencesNumber = 1

/** Throws Failure invalid. */
export const savePreferences = async (tx: AccountWriter, change: Partial<Preferences>): Promise<void> => {
  const next = { ...(await readPreferences(tx, tx.accountId)), ...change }
  const colours = Object.entries(next.mailboxColours)
  if (colours.length > maxColours) throw new Failure('invalid', 'too many colours', { property: 'mailboxColours' })
  if ((next.view?.previewLines ?? 0) > maxPreviewLines)
    throw new Failure('invalid', `at most ${maxPreviewLines} lines`, { property: 'view' })
  const kept: Preferences = {
    archiveBy: next.archiveBy,
    focus: { ...next.focus, people: checkPeople(next.focus.people) },
    mailboxColours: Object.fromEntries(colours.map(([id, colour]) => [id, checkColour(colour)])),
    view: next.view,
  }
  await tx.run(put, { account: tx.accountId, data: JSON.stringify(kept) })
  tx.changed('MailPreferences', preferencesNumber, 'updated')
}
