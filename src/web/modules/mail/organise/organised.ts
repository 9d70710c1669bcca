/** Labels, saved searches, preferences and what is put off, as screens read them. What fetches them is a chunk apart. */
import type { MailJob, MailLabel, MailPreferences, SavedSearch } from '#format/jmap/organising.ts'
import type { MailClient } from '../../../data/index.ts'
import { createValue } from '../../../shell/value.ts'
import type { OrganiseData } from './organise-data.ts'

export interface Organised {
  readonly labels: readonly MailLabel[]
  readonly searches: readonly SavedSearch[]
  readonly preferences: MailPreferences | undefined
  /** When each comes back, by id of email. */
  readonly snoozed: ReadonlyMap<string, string>
  readonly jobs: readonly MailJob[]
}

const nothing: Organised = { labels: [], searches: [], preferences: undefined, snoozed: new Map(), jobs: [] }

/** Empty until it is known. */
export const organised = createValue<Organised>(nothing)

let open: { readonly client: MailClient; readonly accountId: string; readonly data: Promise<OrganiseData> } | undefined

/** The data of the account signed in, for changing it; fetched at the first call. */
export const organiseData = (client: MailClient): Promise<OrganiseData> => {
  const accountId = client.session.get()?.accountId ?? ''
  if (open?.client === client && open.accountId === accountId) return open.data
  void open?.data.then((data) => data.close())
  organised.set(nothing)
  const data = import('./organise-data.ts').then((module) => new module.OrganiseData(client, accountId))
  open = { client, accountId, data }
  data.catch(() => {
    open = undefined
  })
  return data
}
