/** Ids of several accounts in one list: the account is before the id (`u5~m12`, `me~m3`). */

/** Stands for the person's own account, whose name is not known before its session is. */
export const OWN = 'me'

export const joinId = (account: string, id: string): string => `${account}~${id}`

/** Undefined for an id of one account alone. */
export const splitId = (id: string): { account: string; id: string } | undefined => {
  const at = id.indexOf('~')
  return at < 0 ? undefined : { account: id.slice(0, at), id: id.slice(at + 1) }
}

/** Rows of such a list when it is opened, and by how many it grows each time its end is near. */
export const STEP = 2000

/** Rows of such a list in all: older ones are looked for in their own mailbox, or by a search. */
export const MOST = 10_000
