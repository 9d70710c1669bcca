/** GETQUOTA and GETQUOTAROOT (RFC 9208): one root per account, which counts storage. Setting quotas is for operators. */
import { separator } from '#domain/mail/mailbox-rules.ts'
import { getAccount } from '#domain/people/accounts.ts'
import { type Command, no, ok, signedIn } from '../command.ts'
import { locate, placeOf } from '../others.ts'
import { astringOf } from '../respond/text.ts'
import type { Session } from '../session.ts'

/** The resources of an account's root, STORAGE in units of 1024 octets (RFC 9208 §5.1); empty without a limit. */
const resourcesOf = async (session: Session, account: number): Promise<string> => {
  const { quotaBytes, usedBytes } = await session.ctx.store.read((tx) => getAccount(tx, account))
  return quotaBytes === 0 ? '' : `STORAGE ${Math.ceil(usedBytes / 1024)} ${Math.floor(quotaBytes / 1024)}`
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
    const resources = await resourcesOf(session, place?.account ?? session.account)
    session.untagged(`QUOTA ${astringOf(root.toString('latin1'), session.utf8)} (${resources})`)
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
    const resources = await resourcesOf(session, found.account)
    // A list of resources has one at least (RFC 9208 §7), and programs hold to it: without a limit there is no root.
    session.untagged(`QUOTAROOT ${session.name(found.mailbox.path)}${resources === '' ? '' : ` ${root}`}`)
    if (resources !== '') session.untagged(`QUOTA ${root} (${resources})`)
    return ok('Quota root told')
  },
}
