/** Where copies go within an account: paths, special uses and ids as a script names them, within the transaction. */
import { isFailure } from '#base/failure.ts'
import { parseId } from '#base/ids.ts'
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { Refusal } from '../delivery/refusal.ts'
import { applyFlags, type FlagSet, fromImapFlags, noFlags } from '../mail/flags.ts'
import { separator } from '../mail/mailbox-rules.ts'
import { createMailboxWithin, mailboxIdByPath, normalizePath } from '../mail/mailboxes.ts'
import type { Destination } from './filter.ts'
import { roleOfAttribute } from './host.ts'

const byRole = statement((q, p: Params<{ account: number; role: string }>) =>
  q.selectFrom('mailbox').select('id').where('account_id', '=', p.account).where('role', '=', p.role).limit(1),
)

const byId = statement((q, p: Params<{ account: number; id: number }>) =>
  q.selectFrom('mailbox').select('id').where('account_id', '=', p.account).where('id', '=', p.id),
)

/** The inbox, or the junk mailbox when there is one. Throws Refusal disabledRecipient for an account without an inbox. */
export const mailboxOfRole = async (tx: AccountWriter, role: 'inbox' | 'junk'): Promise<number> => {
  const row =
    (await tx.first(byRole, { account: tx.accountId, role })) ??
    (await tx.first(byRole, { account: tx.accountId, role: 'inbox' }))
  if (!row) throw new Refusal('disabledRecipient', `account ${tx.accountId} has no inbox`)
  return row.id
}

/** Makes the mailbox at a path with what is missing above it (RFC 5490 §3.2); undefined when there can be no such one. */
const createAtPath = async (tx: AccountWriter, path: string): Promise<number | undefined> => {
  const names = normalizePath(path).split(separator)
  let parent = 0
  try {
    for (const [i, name] of names.entries()) {
      const found = await mailboxIdByPath(tx, tx.accountId, names.slice(0, i + 1).join(separator))
      parent = found ?? (await createMailboxWithin(tx, { name, parentId: parent })).id
    }
    return parent
  } catch (error) {
    if (isFailure(error)) return
    throw error
  }
}

/** The mailbox that a script means; undefined when it does not exist and is not to be made, or cannot be. */
export const mailboxOf = async (tx: AccountWriter, destination: Destination): Promise<number | undefined> => {
  const { accountId: account } = tx
  const { mailboxId, specialUse, mailbox, create } = destination
  if (mailboxId !== undefined) {
    const found = await tx.first(byId, { account, id: parseId('mailbox', mailboxId) ?? 0 })
    if (found) return found.id
  }
  if (specialUse !== undefined) {
    const found = await tx.first(byRole, { account, role: roleOfAttribute(specialUse) })
    if (found) return found.id
  }
  return (await mailboxIdByPath(tx, account, mailbox)) ?? (create ? createAtPath(tx, mailbox) : undefined)
}

/** Flags as a script gives them; what is none is left out (RFC 5232 §2). */
export const flagsOf = (names: readonly string[]): FlagSet => {
  let set = noFlags
  for (const name of names) {
    try {
      set = applyFlags(set, 'add', fromImapFlags([name]))
    } catch (error) {
      if (!isFailure(error)) throw error
    }
  }
  return set
}
