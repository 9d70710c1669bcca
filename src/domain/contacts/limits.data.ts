/** How much an account's contacts may be. */

export const maxBooks = 50
export const maxCardsPerBook = 10_000
/** Octets of one card as JSON, without its media. */
export const maxCardOctets = 128 * 1024
/** Octets of one vCard as programs send it, media within. */
export const maxSourceOctets = 1024 * 1024
/** Octets of one photo, logo or sound. */
export const maxMediaOctets = 512 * 1024
export const maxMediaPerCard = 5
/** Octets of all that an account's books hold. */
export const maxContactsOctets = 256 * 1024 * 1024
/** Addresses of one card that completion knows. */
export const maxAddressesKnown = 20
