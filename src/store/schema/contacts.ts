/** Address books and the cards in them. See `../schema.ts` for what all tables have in common. */

export interface AddressBookTable {
  account_id: number
  id: number
  /** The last segment of its path over DAV; unique in the account. */
  uri: string
  name: string
  description: string
  sort_order: number
  is_default: number
  is_subscribed: number
  /** Of the last change to the book or to a card in it. */
  modseq: number
  /** Cards in it, and the octets that they take. */
  cards: number
  bytes: number
  created_at: number
}

export interface ContactTable {
  account_id: number
  id: number
  book_id: number
  /** The last segment of its path over DAV; unique in the book. */
  uri: string
  uid: string
  kind: string
  /** What it is sorted by, folded. */
  sort_name: string
  /** JSContact without `id` and `addressBookIds`; the bytes of media are blobs. */
  card: string
  /** Octets of card, source and media. */
  size: number
  modseq: number
  created_at: number
  updated_at: number
}

/** The vCard as a program sent it, until something else changes the card. */
export interface ContactSourceTable {
  account_id: number
  card_id: number
  vcard: string
}

/** Photos and other media of a card. */
export interface ContactBlobTable {
  account_id: number
  card_id: number
  blob_id: number
  /** Media type. */
  type: string
}

/** The addresses of a card, for completion and to know a sender. Derived from the card. */
export interface ContactEmailTable {
  account_id: number
  card_id: number
  n: number
  /** Lower case. */
  address: string
  name: string
  /** Folded, each after a space. */
  words: string
}

/** What left a book, for those who synchronise; goes with the change log. */
export interface ContactGoneTable {
  account_id: number
  book_id: number
  uri: string
  card_id: number
  modseq: number
}

export interface ContactsTables {
  address_book: AddressBookTable
  contact: ContactTable
  contact_source: ContactSourceTable
  contact_blob: ContactBlobTable
  contact_email: ContactEmailTable
  contact_gone: ContactGoneTable
}
