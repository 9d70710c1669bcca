/** Lists that `:list` knows (RFC 6134): people one has written to (§2.7), and everybody who has an address here. */
export const externalLists = { correspondents: ':addrbook:default', internal: 'urn:convergence:list:internal' } as const

export type ExternalList = keyof typeof externalLists
