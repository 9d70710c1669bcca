/** GETQUOTA and GETQUOTAROOT (RFC 9208): one root per account, which counts storage. Setting quotas is for operators. */
import { mailboxByPath } from '#domain/mail/mailboxes.ts'
import { getAccount } from '#domain/people/accounts.ts'
import { type Command, no, ok, signedIn } from '../command.ts'
import type { Session } from '../session.ts'

/** The unnamed root. STORAGE is in units of 1024 octets (RFC 9208 §5.1). */
const tellQuota = async (session: Session): Promise<void> => {
  const { quotaBytes, usedBytes } = await session.ctx.store.read((tx) => getAccount(tx, session.account))
  const resources = quotaBytes === 0 ? '' : `STORAGE ${Math.ceil(usedBytes / 1024)} ${Math.floor(quotaBytes / 1024)}`
  session.untagged(`QUOTA "" (${resources})`)
}

export const getQuota: Command = {
  name: 'GETQUOTA',
  states: signedIn,
  capabilities: [{ name: 'QUOTA' }, { name: 'QUOTA=RES-STORAGE' }],
  run: async ({ session, args }) => {
    args.sp()
    const root = args.astring()
    args.crlf()
    if (root.length > 0) return no('No such quota root', 'NONEXISTENT')
    await tellQuota(session)
    return ok('Quota told')
  },
}

export const getQuotaRoot: Command = {
  name: 'GETQUOTAROOT',
  states: signedIn,
  run: async ({ session, args }) => {
    args.sp()
    const path = session.path(args.astring())
    args.crlf()
    const mailbox = await session.ctx.store.read((tx) => mailboxByPath(tx, session.account, path))
    if (mailbox === undefined) return no('No such mailbox', 'NONEXISTENT')
    session.untagged(`QUOTAROOT ${session.name(mailbox.path)} ""`)
    await tellQuota(session)
    return ok('Quota root told')
  },
}
