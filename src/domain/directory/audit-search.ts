/** Reading the audit log: by person, act, actor and time, newest first; a school reads the lines about its own people. */
import type { Reader } from '#store/engine.ts'

export interface AuditQuery {
  readonly account?: number
  readonly action?: string
  readonly actor?: string
  readonly from?: number
  readonly to?: number
  /** Only lines about people who have a profile in one of these schools. */
  readonly uais?: readonly string[]
  /** What the page before gave as `next`. */
  readonly before?: number
  readonly limit?: number
}

export interface AuditLine {
  readonly id: number
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly accountId: number | null
  readonly target: string
  readonly detail: string
  readonly ip: string
}

/** A page of the log. */
export const searchAudit = async (
  tx: Reader,
  query: AuditQuery,
): Promise<{ entries: AuditLine[]; next: number | null }> => {
  const limit = Math.max(1, Math.min(query.limit ?? 100, 500))
  const { account, action, actor, from, to, uais, before } = query
  const rows = await tx.query((q) => {
    let select = q
      .selectFrom('audit')
      .select(['id', 'at', 'actor', 'action', 'account_id as accountId', 'target', 'detail', 'ip'])
    if (account !== undefined) select = select.where('account_id', '=', account)
    if (action !== undefined) select = select.where('action', '=', action)
    if (actor !== undefined) select = select.where('actor', '=', actor)
    if (from !== undefined) select = select.where('at', '>=', from)
    if (to !== undefined) select = select.where('at', '<=', to)
    if (before !== undefined) select = select.where('id', '<', before)
    if (uais !== undefined) {
      const profiles = q.selectFrom('profile').select('account_id')
      select = select
        .where('account_id', 'in', profiles.where('uai', 'in', [...uais]))
        // What a parent does where they work is not for the school of their children to read.
        .where(
          'account_id',
          'not in',
          profiles.where('kind', 'not in', ['pupil', 'parent']).where('uai', 'not in', [...uais]),
        )
    }
    return select.orderBy('id', 'desc').limit(limit + 1)
  })
  const entries = rows.slice(0, limit)
  return { entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null }
}
