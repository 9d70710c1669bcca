/**
 * Where in the address the mailbox of a function is named: `/mail/u5~inbox`, `/search?q=…&box=u5`. One's own mailboxes
 * have no prefix.
 */

/** In the place of an account: every inbox that is open to the person, in one list (`/mail/all~inbox`). */
export const ALL = 'all'

const PREFIXED = /^(u[0-9a-z]{1,12}|all)~(.+)$/

/** The account and the mailbox that a path's word names. */
export const splitPlace = (param: string): { account: string | undefined; mailbox: string } => {
  const [, account, mailbox] = PREFIXED.exec(param) ?? []
  return account === undefined || mailbox === undefined ? { account: undefined, mailbox: param } : { account, mailbox }
}

export const joinPlace = (account: string | undefined, mailbox: string): string =>
  account === undefined ? mailbox : `${account}~${mailbox}`

/** The search part of an address that names the account. */
export const boxOf = (account: string | undefined): { box?: string } => (account === undefined ? {} : { box: account })

/** The same, for what is looked for in an account. */
export const searchIn = (account: string | undefined, q: string): { q: string; box?: string } => ({
  q,
  ...boxOf(account),
})

/** The account that a page's address names; undefined for one's own. */
export const accountIn = ({ pathname, search }: { pathname: string; search: string }): string | undefined => {
  const [, place, param = ''] = pathname.split('/')
  if (place === 'mail') return splitPlace(decodeURIComponent(param)).account
  const box = place === 'search' || place === 'usage' ? new URLSearchParams(search).get('box') : null
  return box !== null && /^(?:u[0-9a-z]{1,12}|all)$/.test(box) ? box : undefined
}
