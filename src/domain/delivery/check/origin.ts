/** Checks of where mail from outside comes from. */
import type { MessageCheck } from '../mail.ts'
import { Refusal } from '../refusal.ts'
import { verifyOrigin } from '../verify.ts'

/** The authserv-id of a field: its first word, comments left out (RFC 8601 §2.2). */
const authservId = (value: string): string => (/^(?:\s|\([^()]*\))*"?([^\s;"()]+)/.exec(value)?.[1] ?? '').toLowerCase()

/** Only we write results in our name: those that come with a message are forged (RFC 8601 §5). */
export const noForgedResults: MessageCheck = (mail) => {
  const ours = mail.delivery.config.hostname.toLowerCase()
  mail.header = mail.header.without(
    (field, name) => name === 'authentication-results' && authservId(mail.header.value(field)) === ours,
  )
}

/**
 * Marks the messages of this server about an account (domain/people/alerts.ts). The mail program shows them as such, so
 * no message that comes through a door may bear it; ours are put straight into the queue.
 */
export const noticeField = 'X-Convergence-Notice'

const noticeLine = new RegExp(`^${noticeField}[ \\t]*:`, 'im')

export const noForgedNotice: MessageCheck = (mail) => {
  if (!mail.header.mayHave(noticeLine)) return
  mail.header = mail.header.without((_field, name) => name === noticeField.toLowerCase())
}

export const originVerified: MessageCheck = async (mail) => {
  const { delivery, client, sender, spool } = mail
  const started = performance.now()
  const verdict = await verifyOrigin(
    {
      ip: client.ip,
      helo: client.helo,
      sender: sender.address,
      header: mail.header,
      message: (header) => spool.message(header),
    },
    {
      hostname: delivery.config.hostname,
      resolve: delivery.resolve,
      time: delivery.config.verifyTime,
      log: delivery.ctx.log,
    },
  )
  delivery.metrics.observe('mail_verification_seconds', (performance.now() - started) / 1000)
  delivery.metrics.count('mail_dmarc_total', { result: verdict.dmarc })
  mail.results = verdict.field
  mail.dmarc = { failed: verdict.dmarc === 'fail', policy: verdict.policy }
}

/** What the author's domain asks for, as far as the operator follows it. */
export const dmarcHonoured: MessageCheck = (mail) => {
  const { failed, policy } = mail.dmarc
  const { dmarc } = mail.delivery.config
  if (!failed || policy === 'none') return
  if (policy === 'reject' && dmarc.reject === 'refuse') throw new Refusal('dmarcPolicy', 'DMARC policy is reject')
  mail.junk = (policy === 'reject' ? dmarc.reject : dmarc.quarantine) === 'junk'
}
