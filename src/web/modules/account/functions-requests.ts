/** Mailboxes of functions over plain HTTP: mine, everybody's (administrators), and who has access to one. */
import { type Answer, ask, type Body, momentOf, numberOr, records, text } from '../../shell/request.ts'
import { askSurely } from '../../shell/step-up.tsx'

export const roles = ['reader', 'member', 'on-behalf', 'send-as', 'owner'] as const
export type Role = (typeof roles)[number]
const roleOf = (value: unknown): Role => roles.find((role) => role === value) ?? 'reader'

export interface MyMailbox {
  readonly id: number
  /** JMAP's name of the account: `u5`. */
  readonly account: string
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly manages: boolean
}

export const loadMine = (): Promise<Answer<readonly MyMailbox[]>> =>
  ask('/functions', undefined, (answer) =>
    records(answer.mailboxes).map((one) => ({
      id: numberOr(one.id, 0),
      account: text(one.account),
      name: text(one.name),
      email: text(one.email),
      role: roleOf(one.role),
      manages: one.manages === true,
    })),
  )

export interface MailboxLine {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly active: boolean
  readonly grants: number
}

export const loadAll = (): Promise<Answer<readonly MailboxLine[]>> =>
  ask('/admin/functions', undefined, (answer) =>
    records(answer.mailboxes).map((one) => ({
      id: numberOr(one.id, 0),
      name: text(one.name),
      email: text(one.email),
      active: one.active === true,
      grants: numberOr(one.grants, 0),
    })),
  )

export interface Grant {
  readonly id: number
  readonly kind: 'person' | 'group'
  readonly name: string
  /** Login, or key of the group: what names it when it is changed. */
  readonly who: string
  readonly role: Role
  readonly expiresAt: number | undefined
  readonly grantedAt: number | undefined
  readonly grantedBy: string
  readonly lastUsedAt: number | undefined
}

const readGrants = (answer: Body): readonly Grant[] =>
  records(answer.grants).map((one) => ({
    id: numberOr(one.id, 0),
    kind: one.kind === 'group' ? 'group' : 'person',
    name: text(one.name),
    who: text(one.who),
    role: roleOf(one.role),
    expiresAt: momentOf(one.expiresAt),
    grantedAt: momentOf(one.grantedAt),
    grantedBy: text(one.grantedBy),
    lastUsedAt: momentOf(one.lastUsedAt),
  }))

/** `base`: `/functions`, or `/admin/functions` for those who administer the platform. */
export const loadAccess = (base: string, id: number): Promise<Answer<{ name: string; grants: readonly Grant[] }>> =>
  ask(`${base}/${id}`, undefined, (answer) => ({ name: text(answer.name), grants: readGrants(answer) }))

export const give = (
  base: string,
  id: number,
  wanted: { readonly who: string; readonly role: Role; readonly expiresAt: number | null },
) => askSurely(`${base}/${id}/grant`, wanted, readGrants)

export const take = (base: string, id: number, grant: number) =>
  askSurely(`${base}/${id}/revoke`, { grant }, readGrants)

export const create = (wanted: { readonly login: string; readonly name: string; readonly owner: string }) =>
  askSurely('/admin/functions', wanted, (answer) => numberOr(answer.id, 0))
