/** GETQUOTA and GETQUOTAROOT (RFC 9208): one root per account, which counts storage. Setting quotas is for operators. */
import { separator } from '#domain/mail/mailbox-rules.ts'
import { getAccount } from '#domain/people/accounts.ts'
import { type Command, no, ok, signedIn } from '../command.ts'
import { locate, placeOf } from '../others.ts'
import { astringOf } from '../respond/text.ts'
import type { Session } from '../session.ts'

/** The unnamed root. STORAGE is in units of 1024 octets (RFC 9208 §5.1). */
const tellQuota = async (session: Session, account: number, root: string): Promise<void> => {
  const { quotaBytes, usedBytes } = await session.ctx.store.read((tx) => getAccount(tx, account))
  const resources = quotaBytes === 0 ? '' : `STORAGE ${Math.ceil(usedBytes / 1024)} ${Math.floor(quotaBytes / 1024)}`
  session.untagged(`QUOTA ${root} (${resources})`)
}

export const getQuota: Command = {
  name: 'GETQUOTA',
  states: signedIn,
  capabilities: [{ name: 'QUOTA' }, { name: 'QUOTA=RES-STORAGE' }],
  run: async ({ session, args }) => {
    args.sp()
    const root = args.astring()
    args.crlf()
    const place = root.length === 0 ? undefined : await placeOf(session, `${session.path(root)}${separator}`)
    if (root.length > 0 && !place?.prefix) return no('No such quota root', 'NONEXISTENT')
    await tellQuota(session, place?.account ?? session.account, astringOf(root.toString('latin1'), session.utf8))
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
    const found = await locate(session, path)
    if (found === undefined) return no('No such mailbox', 'NONEXISTENT')
    const root = found.prefix === '' ? '""' : session.name(found.prefix.slice(0, -separator.length))
    session.untagged(`QUOTAROOT ${session.name(found.mailbox.path)} ${root}`)
    await tellQuota(session, found.account, root)
    return ok('Quota root told')
  },
}
