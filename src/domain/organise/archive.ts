/** Where archived mail goes: the archive, or within it the mailbox of the year in which a message came. */
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Role } from '../mail/mailbox-rules.ts'
import { createMailboxWithin, listMailboxes } from '../mail/mailboxes.ts'
import { readPreferences } from './preferences.ts'

const byRole = statement((q, p: Params<{ account: number; role: string }>) =>
  q.selectFrom('mailbox').select('id').where('account_id', '=', p.account).where('role', '=', p.role).limit(1),
)

const names: Partial<Record<Role, string>> = { archive: 'Archives', trash: 'Corbeille', junk: 'Indésirables' }

/** The mailbox of a role, made when the account has none. */
export const mailboxForRole = async (tx: AccountWriter, role: Role): Promise<number> => {
  const known = await tx.first(byRole, { account: tx.accountId, role })
  if (known) return known.id
  const wanted = names[role] ?? role
  const all = await listMailboxes(tx, tx.accountId)
  const taken = new Set(all.filter(({ parentId }) => parentId === 0).map(({ name }) => name))
  let name = wanted
  for (let n = 2; taken.has(name); n++) name = `${wanted} ${n}`
  return (await createMailboxWithin(tx, { name, role })).id
}

/** Finds the archive for messages of any date, each year looked up once. Made for one transaction. */
export const archiveWithin = (tx: AccountWriter): ((receivedAt: number) => Promise<number>) => {
  const years = new Map<string, number>()
  let byYear: boolean | undefined
  return async (receivedAt) => {
    byYear ??= (await readPreferences(tx, tx.accountId)).archiveBy === 'year'
    const year = byYear ? String(new Date(receivedAt).getUTCFullYear()) : ''
    const known = years.get(year)
    if (known !== undefined) return known
    const archive = await mailboxForRole(tx, 'archive')
    const child = (await listMailboxes(tx, tx.accountId)).find(
      ({ parentId, name }) => parentId === archive && name === year,
    )
    const id =
      year === '' ? archive : (child?.id ?? (await createMailboxWithin(tx, { name: year, parentId: archive })).id)
    years.set(year, id)
    return id
  }
}
