/** Which mailbox a request is about: the person's own, or one of a function that is open to them. */
import { Failure } from '#base/failure.ts'
import { parseId } from '#base/ids.ts'
import { openMailbox } from '#domain/access/mailboxes/open.ts'
import type { MailboxRight } from '#domain/access/mailboxes/roles.data.ts'
import type { People } from '#domain/people/people.ts'
import type { Owner } from './owner.ts'

/**
 * The account that an id names; empty is the person's own. Throws Failure notFound (there is none, or it is not open to
 * them) and forbidden (not so far).
 */
export const accountIn = async (
  { ctx }: People,
  owner: Pick<Owner, 'accountId'>,
  id: string,
  right: MailboxRight,
): Promise<number> => {
  if (id === '') return owner.accountId
  const account = parseId('account', id)
  if (account === owner.accountId) return account
  const now = ctx.clock.now()
  const open =
    account === undefined ? undefined : await ctx.store.read((tx) => openMailbox(tx, owner.accountId, account, now))
  if (account === undefined || !open) throw new Failure('notFound', 'no such mailbox')
  if (!open.rights.has(right)) throw new Failure('forbidden', 'the role does not allow it', { property: 'mailbox' })
  return account
}
