/** What a session opened by a provider needs for its end: kept with the session when it is opened. */
import { type Params, type Reader, statement } from '#store/engine.ts'

/** Kept as `provider_data` of the session. */
export interface ProviderData {
  /** FrEduUrlRetour: where the provider wants a sign-out to go on. */
  readonly logoutUrl?: string
  readonly idToken?: string
  readonly nameId?: string
  readonly nameIdFormat?: string
  readonly sessionIndex?: string
}

const find = statement((q, p: Params<{ id: string }>) =>
  q.selectFrom('session').select(['provider', 'provider_data']).where('id', '=', p.id),
)

/** The provider that opened a session, and what it said; undefined when we did ourselves. */
export const providerOfSession = async (
  tx: Reader,
  session: string,
): Promise<{ provider: string; data: ProviderData } | undefined> => {
  const row = await tx.first(find, { id: session })
  if (!row || row.provider === '') return
  return { provider: row.provider, data: JSON.parse(row.provider_data || '{}') as ProviderData }
}
