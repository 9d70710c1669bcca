/** The commands that change the tree of mailboxes: CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE (RFC 9051 §6.3.4-8). */
import { isFailure } from '#base/failure.ts'
import { formatId } from '#base/ids.ts'
import {
  createMailboxAtPath,
  deleteMailboxKeepingName,
  forgetSubscription,
  renameMailboxToPath,
} from '#domain/mail/mailbox-paths.ts'
import { deleteMailbox, updateMailbox } from '#domain/mail/mailboxes.ts'
import { type Call, type Command, no, ok, type Reply, signedIn } from '../command.ts'
import { BadSyntax, type Scanner } from '../grammar/scanner.ts'
import { locate, notAllowed, placeOf } from '../others.ts'
import { listLine, roleOfSpecialUse } from '../respond/list.ts'

const missing = (): Reply => no('No such mailbox', 'NONEXISTENT')

/** `(USE (\Drafts))`, RFC 6154 §3. */
const createParameters = (args: Scanner): string[] => {
  const uses: string[] = []
  if (!args.takeSp()) return uses
  args.list(() => {
    if (args.keyword() !== 'USE') throw new BadSyntax('Unknown CREATE parameter')
    args.sp()
    uses.push(...args.flagList())
  })
  return uses
}

const runCreate = async ({ session, args }: Call): Promise<Reply> => {
  args.sp()
  const name = args.astring()
  const path = session.path(name)
  const uses = createParameters(args)
  args.crlf()
  const roles = uses.map(roleOfSpecialUse)
  if (roles.length > 1 || roles.includes(undefined)) return no('This special use is not possible here', 'USEATTR')
  try {
    const role = roles[0] ?? null
    const place = await placeOf(session, path)
    if (place === undefined || !place.rights.has('write')) return notAllowed()
    const made = await createMailboxAtPath(session.ctx, place.account, place.path, { role, subscribed: false })
    const mailbox = { ...made, path: place.prefix + made.path }
    const written = session.writtenName(name)
    if (written.oldName !== undefined)
      session.untagged(listLine(session, mailbox, { children: true, special: true, ...written }))
    return ok('Created', `MAILBOXID (${formatId('mailbox', mailbox.id)})`)
  } catch (error) {
    // RFC 6154 §5.2: somebody else has this use already
    if (isFailure(error, 'conflict') && error.property === 'role') return no('Another mailbox has this use', 'USEATTR')
    throw error
  }
}

export const create: Command = {
  name: 'CREATE',
  states: signedIn,
  capabilities: [{ name: 'CREATE-SPECIAL-USE' }],
  run: runCreate,
}

export const remove: Command = {
  name: 'DELETE',
  states: signedIn,
  run: async ({ session, args }) => {
    args.sp()
    const path = session.path(args.astring())
    args.crlf()
    const found = await locate(session, path)
    if (found === undefined) return missing()
    const { account, mailbox } = found
    if (!found.rights.has('write')) return notAllowed()
    if (mailbox.role === 'inbox') return no('INBOX cannot be deleted', 'CANNOT')
    if (mailbox.hasChildren) return no('It has mailboxes below it', 'HASCHILDREN')
    if (found.prefix === '') await deleteMailboxKeepingName(session.ctx, account, mailbox.id)
    else await deleteMailbox(session.ctx, account, mailbox.id, true)
    const { selected } = session
    if (selected?.account === account && selected.mailboxId === mailbox.id) session.unselect()
    return ok('Deleted')
  },
}

export const rename: Command = {
  name: 'RENAME',
  states: signedIn,
  run: async ({ session, args }) => {
    args.sp()
    const from = session.path(args.astring())
    args.sp()
    const to = session.path(args.astring()).replace(/\/$/, '')
    args.crlf()
    const [old, next] = [await placeOf(session, from), await placeOf(session, to)]
    if (!old?.rights.has('write') || !next?.rights.has('write')) return notAllowed()
    if (old.account !== next.account) return no('A mailbox stays with its owner', 'CANNOT')
    await renameMailboxToPath(session.ctx, old.account, old.path, next.path)
    const renamed = session.enabled.has('IMAP4REV2') ? (await locate(session, to))?.mailbox : undefined
    if (renamed !== undefined)
      session.untagged(listLine(session, renamed, { children: true, special: true, oldName: from }))
    return ok('Renamed')
  },
}

const subscription = (subscribed: boolean) => {
  return async ({ session, args }: Call): Promise<Reply> => {
    args.sp()
    const path = session.path(args.astring())
    args.crlf()
    const found = await locate(session, path)
    // Programs unsubscribe after DELETE and RENAME, whether the name was subscribed or not.
    if (!subscribed && (found === undefined || found.prefix === ''))
      await forgetSubscription(session.ctx, session.account, path)
    if (found === undefined) return subscribed ? missing() : ok('There is no such mailbox')
    const { mailbox } = found
    // What a function shows is the same for all its members: nobody hides a mailbox from the others.
    if (found.prefix !== '') return subscribed ? ok('Subscribed') : no('It is shown to all its members', 'CANNOT')
    if (mailbox.subscribed !== subscribed) await updateMailbox(session.ctx, session.account, mailbox.id, { subscribed })
    return ok(subscribed ? 'Subscribed' : 'Unsubscribed')
  }
}

export const subscribe: Command = { name: 'SUBSCRIBE', states: signedIn, run: subscription(true) }
export const unsubscribe: Command = { name: 'UNSUBSCRIBE', states: signedIn, run: subscription(false) }
