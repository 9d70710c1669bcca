/** Lists that `:list` knows (RFC 6134): people one has written to (§2.7), and everybody who has an address here. */
export const externalLists = { correspondents: ':addrbook:default', internal: 'urn:convergence:list:internal' } as const

/** Before the key of a group of the directory (`0250001R:class:3e%20B:parents`): who is in it. */
export const groupListPrefix = 'urn:convergence:list:group:'

export type ExternalList = keyof typeof externalLists
