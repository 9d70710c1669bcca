/** What happened to an account, for its owner: their own lines of the audit log, in the words of actions. */
import { type Params, statement } from '#store/engine.ts'
import { countryOf } from './geo.ts'
import type { People } from './people.ts'
import type { Principal } from './principal.ts'

export interface ActivityLine {
  readonly at: number
  readonly action: string
  readonly target: string
  readonly detail: string
  /** True when the person did it; otherwise an administrator or the platform. */
  readonly own: boolean
  readonly ip: string
  /** ISO 3166 code; empty unknown. */
  readonly country: string
}

const ofAccount = statement((q, p: Params<{ account: number; limit: number }>) =>
  q
    .selectFrom('audit')
    .select(['at', 'action', 'actor', 'target', 'detail', 'ip'])
    .where('account_id', '=', p.account)
    .orderBy('id', 'desc')
    .limit(p.limit),
)

/** True for a line written about somebody by another person: who that was, and from where, is not for the owner to know. */
export const isByOthers = (actor: string, login: string): boolean =>
  actor !== login && actor !== 'stranger' && !actor.startsWith('account ')

/** The latest lines about an account, newest first. Who else acted is not named: it is told that somebody else did. */
export const readActivity = async (
  people: People,
  { accountId: account, login }: Pick<Principal, 'accountId' | 'login'>,
  limit = 100,
): Promise<ActivityLine[]> => {
  const rows = await people.ctx.store.read((tx) => tx.all(ofAccount, { account, limit }))
  const countries = new Map<string, string>()
  for (const { ip } of rows) if (ip !== '' && !countries.has(ip)) countries.set(ip, await countryOf(ip, people.ctx.log))
  return rows.map(({ at, action, actor, target, detail, ip }) => ({
    at,
    action,
    target,
    detail,
    own: actor === login,
    ...(isByOthers(actor, login) ? { ip: '', country: '' } : { ip, country: countries.get(ip) ?? '' }),
  }))
}
