/**
 * MYRIGHTS, GETACL and LISTRIGHTS (RFC 4314). Access is given to a whole mailbox of a function by roles
 * (docs/function-mailboxes.md), which are shown here as letters; SETACL and DELETEACL are refused, for a role is more
 * than letters can say.
 */
import { listGrants } from '#domain/access/mailboxes/grants.ts'
import { type MailboxRight, maySend, rightsOfRole } from '#domain/access/mailboxes/roles.data.ts'
import { type Call, type Command, no, ok, type Reply, signedIn } from '../command.ts'
import { type Located, locate, notAllowed } from '../others.ts'
import { astringOf, octetsOf } from '../respond/text.ts'
import type { Session } from '../session.ts'

/** RFC 4314 §2.1, in the order of the RFC. */
export const lettersOf = (rights: ReadonlySet<MailboxRight>): string =>
  [
    rights.has('read') ? 'lr' : '',
    rights.has('write') ? 'swi' : '',
    maySend(rights) ? 'p' : '',
    rights.has('write') ? 'kxte' : '',
    rights.has('manage') ? 'a' : '',
  ].join('')

const word = (session: Session, text: string): string => astringOf(octetsOf(text), session.utf8)

const missing = (): Reply => no('No such mailbox', 'NONEXISTENT')

const mailboxIn = ({ session, args }: Call): Promise<Located | undefined> => {
  args.sp()
  const path = session.path(args.astring())
  return locate(session, path)
}

export const myRights: Command = {
  name: 'MYRIGHTS',
  states: signedIn,
  capabilities: [{ name: 'ACL' }, { name: 'RIGHTS=kxte' }],
  run: async (call) => {
    const { session, args } = call
    args.sp()
    const path = session.path(args.astring())
    args.crlf()
    const found = await locate(session, path)
    if (found === undefined) return missing()
    session.untagged(`MYRIGHTS ${session.name(found.mailbox.path)} ${lettersOf(found.rights)}`)
    return ok('Rights told')
  },
}

/** Persons by their login; groups of the directory as RFC 4314 §2 names groups in examples, with a dollar sign. */
const entriesOf = async (session: Session, { account, rights }: Located): Promise<string[]> => {
  if (account === session.account) return [`${word(session, session.principal?.login ?? '')} ${lettersOf(rights)}`]
  const now = session.ctx.clock.now()
  const grants = await session.ctx.store.read((tx) => listGrants(tx, account))
  return grants
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
    .map((grant) => {
      const who = grant.kind === 'person' ? grant.login : `$${grant.groupKey}`
      return `${word(session, who)} ${lettersOf(new Set(rightsOfRole[grant.role]))}`
    })
}

export const getAcl: Command = {
  name: 'GETACL',
  states: signedIn,
  run: async (call) => {
    const { session, args } = call
    args.sp()
    const path = session.path(args.astring())
    args.crlf()
    const found = await locate(session, path)
    if (found === undefined) return missing()
    // RFC 4314 §4: who may not administer learns nothing of the others.
    if (!found.rights.has('manage')) return notAllowed()
    session.untagged(['ACL', session.name(found.mailbox.path), ...(await entriesOf(session, found))].join(' '))
    return ok('Access told')
  },
}

export const listRights: Command = {
  name: 'LISTRIGHTS',
  states: signedIn,
  run: async (call) => {
    const { session, args } = call
    args.sp()
    const path = session.path(args.astring())
    args.sp()
    const who = args.astring()
    args.crlf()
    const found = await locate(session, path)
    if (found === undefined) return missing()
    if (!found.rights.has('manage')) return notAllowed()
    const isOwn = found.account === session.account
    // Letters that are given together are written together (RFC 4314 §3.7).
    const optional = isOwn ? '' : ' lr swikxte p a'
    const always = isOwn ? lettersOf(found.rights) : '""'
    const name = astringOf(who.toString('latin1'), session.utf8)
    session.untagged(`LISTRIGHTS ${session.name(found.mailbox.path)} ${name} ${always}${optional}`)
    return ok('Rights listed')
  },
}

const refused = async (call: Call, more: (call: Call) => void): Promise<Reply> => {
  const finding = mailboxIn(call)
  call.args.sp()
  call.args.astring()
  more(call)
  call.args.crlf()
  if ((await finding) === undefined) return missing()
  return no('Access is given by the owners of the mailbox, in the web app', 'NOPERM')
}

export const setAcl: Command = {
  name: 'SETACL',
  states: signedIn,
  run: (call) =>
    refused(call, ({ args }) => {
      args.sp()
      args.astring()
    }),
}

export const deleteAcl: Command = { name: 'DELETEACL', states: signedIn, run: (call) => refused(call, () => {}) }
