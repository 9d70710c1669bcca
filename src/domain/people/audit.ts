/**
 * The audit log: who did what to whom, and from where. Append-only (nothing here updates or deletes), without secrets
 * or message content. A privileged act and its line are written in the same transaction.
 */
import { type Params, statement, type Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'

export type AuditAction =
  | 'account.create'
  | 'account.disable'
  | 'account.enable'
  | 'account.quota'
  | 'account.password'
  | 'account.admin'
  | 'address.add'
  | 'address.remove'
  | 'app-password.create'
  | 'app-password.revoke'
  | 'session.open'
  | 'session.renew'
  | 'session.revoke'
  | 'session.profile'
  | 'session.step-up'
  | 'factor.add'
  | 'factor.remove'
  | 'factor.remove-all'
  | 'factor.refused'
  | 'device.add'
  | 'device.forget'
  | 'sign-in.refused'
  | 'sign-in.unusual'
  | 'audit.trim'
  | 'account.export'
  | 'account.erase-ask'
  | 'account.erase-cancel'
  | 'account.erase'
  | 'support.save'
  | 'support.remove'
  | 'incident.open'
  | 'incident.close'
  | 'incident.update'
  | 'diagnosis.repair'
  | 'diagnosis.allow'
  | 'diagnosis.enter'
  | 'diagnosis.look'
  | 'diagnosis.end'
  | 'ticket.open'
  | 'ticket.answer'
  | 'ticket.change'
  | 'status.component'
  | 'mail.import'
  | 'mail.export'
  | 'mail.filter'
  | 'filter.global.put'
  | 'filter.global.delete'
  | 'mail.report'
  | 'mail.report-undo'
  | 'mail.unsubscribe'
  | 'phishing.official'
  | 'phishing.judge'
  | 'phishing.take-back'
  | 'phishing.give-back'
  | 'phishing.campaign'
  | 'phishing.plan'
  | 'account.compromise'
  | 'store.backup'
  | 'queue.delete'
  | 'queue.hold'
  | 'queue.release'
  | 'queue.retry'
  | 'queue.forget-policy'
  | 'search.rebuild'
  | 'store.repair'
  | 'activation.issue'
  | 'activation.use'
  | 'recovery.ask'
  | 'recovery.use'
  | 'recovery.case'
  | 'rescue.change'
  | 'trusted-contact.change'
  | 'factor.remove-all'
  | 'service.save'
  | 'service.preview'
  | 'service.remove'
  | 'saml.key'
  | 'provider.save'
  | 'provider.remove'
  | 'provider.enable'
  | 'provider.disable'
  | 'federation.link'
  | 'federation.unlink'
  | 'service.enable'
  | 'service.disable'
  | 'service.enter'
  | 'oidc.keys'
  | 'oidc.registration'
  | 'oauth.consent'
  | 'oauth.device'
  | 'oauth.revoke'
  | 'oauth.reuse'
  | 'school.save'
  | 'person.create'
  | 'person.update'
  | 'person.identifier'
  | 'person.block'
  | 'person.unblock'
  | 'person.suspend'
  | 'person.resume'
  | 'person.merge'
  | 'person.unmerge'
  | 'profile.add'
  | 'profile.remove'
  | 'delegation.grant'
  | 'delegation.revoke'
  | 'group.save'
  | 'group.delete'
  | 'group.members'
  | 'provisioning.create'
  | 'provisioning.revoke'
  | 'directory.sync'
  | 'portal.order'
  | 'portal.preview'
  | 'portal.tile'
  | 'portal.tile-remove'
  | 'content.export'
  | 'content.import'
  | 'error.save'
  | 'error.restore'
  | 'guide.save'
  | 'notify.quiet'
  | 'guide.restore'
  | 'guide.picture'
  | 'guide.picture-remove'
  | 'notice.save'
  | 'notice.delete'
  | 'notice.publish'
  | 'notice.correct'
  | 'notice.withdraw'
  | 'notice.remind'
  | 'notice.export'
  | 'request.save'
  | 'request.open'
  | 'request.close'
  | 'request.delete'
  | 'request.hand-in'
  | 'request.read'
  | 'request.remind'
  | 'request.purge'
  | 'mailbox.grant'
  | 'mailbox.revoke'
  | 'mailbox.function'

export interface AuditEntry {
  /** Login of the person, or `command line`. */
  readonly actor: string
  readonly action: AuditAction
  /** The account it is about, when there is one. */
  readonly accountId?: number | undefined
  /** What it is about, in words (login, address, label). */
  readonly target?: string
  readonly detail?: string
  readonly ip?: string
}

const insert = statement(
  (
    q,
    p: Params<{
      at: number
      actor: string
      account: number | null
      action: string
      target: string
      detail: string
      ip: string
    }>,
  ) =>
    q.insertInto('audit').values({
      at: p.at,
      actor: p.actor,
      account_id: p.account,
      action: p.action,
      target: p.target,
      detail: p.detail,
      ip: p.ip,
    }),
)

/** Texts in the log come from outside: one line, bounded. */
const line = (text = ''): string => text.replace(/\p{Cc}+/gu, ' ').slice(0, 500)

/** Appends to the audit log within a transaction. */
export const appendAudit = async (tx: Writer, now: number, entry: AuditEntry): Promise<void> => {
  await tx.run(insert, {
    at: now,
    actor: line(entry.actor),
    account: entry.accountId ?? null,
    action: entry.action,
    target: line(entry.target),
    detail: line(entry.detail),
    ip: line(entry.ip),
  })
}

/** Appends to the audit log in a transaction of its own. */
export const audit = (ctx: Context, entry: AuditEntry): Promise<void> =>
  ctx.store.writeGlobal((tx) => appendAudit(tx, ctx.clock.now(), entry))

const recent = statement((q, p: Params<{ limit: number }>) =>
  q.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(p.limit),
)

/** The latest entries, newest first. */
export const readAudit = (ctx: Context, limit = 100) => ctx.store.read((tx) => tx.all(recent, { limit }))
