/** The lists of `:list` (RFC 6134): who is written to, who is of the house, who is in a group of the directory. */
import { externalLists, groupListPrefix } from '#format/sieve/lists.data.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { foldAddress, splitAddress } from '../delivery/envelope.ts'
import { type Group, parseGroupKey } from '../directory/group-keys.ts'
import { groupsOf } from '../directory/groups.ts'
import { profilesOf } from '../directory/profiles.ts'
import { isLocalDomain, resolveAddress } from '../people/addresses.ts'
import type { People } from '../people/people.ts'

const correspondent = statement((q, p: Params<{ account: number; address: string }>) =>
  q.selectFrom('correspondent').select('uses').where('account_id', '=', p.account).where('address', '=', p.address),
)

/** Whose script asks, and when. */
export interface Asker {
  readonly people: People
  readonly account: number
  /** Milliseconds. */
  readonly now: number
}

const groupIn = (list: string): { readonly key: string; readonly group: Group } | undefined => {
  if (!list.startsWith(groupListPrefix)) return
  const key = list.slice(groupListPrefix.length)
  const group = parseGroupKey(key)
  return group && { key, group }
}

/**
 * Whether a script of this account may ask who is in a group: its own groups, and to those who work in a school all of
 * that school. Otherwise a script would tell a pupil which class somebody's child is in.
 */
const mayAsk = async (
  tx: Reader,
  { account, now }: Asker,
  { key, group }: { readonly key: string; readonly group: Group },
): Promise<boolean> => {
  const staff = (await profilesOf(tx, account, now)).filter(({ kind }) => kind !== 'pupil' && kind !== 'parent')
  if (group.type !== 'manual' && staff.some(({ uai }) => group.uai === '' || group.uai === uai)) return true
  return (await groupsOf(tx, account, now)).includes(key)
}

/** Whether a list is known to whom asks. */
export const knowsList = async (tx: Reader, asker: Asker, list: string): Promise<boolean> => {
  if (Object.values<string>(externalLists).includes(list)) return true
  const group = groupIn(list)
  return group !== undefined && mayAsk(tx, asker, group)
}

/** Whether an address (for the house, also a domain) is in a list; of a list that is not known nobody is. */
export const isInList = async (tx: Reader, asker: Asker, list: string, value: string): Promise<boolean> => {
  const { people, account, now } = asker
  if (list === externalLists.internal) return isLocalDomain(people, splitAddress(value).domain || value)
  if (list === externalLists.correspondents) {
    const address = foldAddress(value)
    return address !== undefined && (await tx.first(correspondent, { account, address })) !== undefined
  }
  const group = groupIn(list)
  if (group === undefined || !(await mayAsk(tx, asker, group))) return false
  const who = await resolveAddress(tx, value, people.options.subaddress)
  return who?.active === true && (await groupsOf(tx, who.accountId, now)).includes(group.key)
}
