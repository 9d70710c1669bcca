/** Address books as an area (RFC 6352). */
import { books } from '#domain/contacts/books.ts'
import { contactAt, contactOfUid, getContacts } from '#domain/contacts/cards.ts'
import { maxSourceOctets } from '#domain/contacts/limits.data.ts'
import { readVCard, vcardOf } from '#domain/contacts/vcard.ts'
import { changeContact, createContact, deleteContact } from '#domain/contacts/write.ts'
import { scopeOf } from '#domain/people/bearer.ts'
import type { Area } from './area.ts'
import { CARDDAV } from './names.ts'

export const addressBooks: Area = {
  name: 'addressbooks',
  ns: CARDDAV,
  scope: scopeOf.dav,
  type: 'text/vcard; charset=utf-8',
  accepts: /^\s*text\/(?:vcard|x-vcard|directory)\s*(?:;|$)/i,
  validData: 'valid-address-data',
  supportedData: 'supported-address-data',
  resourceType: 'addressbook',
  descriptionName: 'addressbook-description',
  maxSize: maxSourceOctets,
  // Books have no colour: one that is sent is taken by nobody.
  collections: books,
  at: contactAt,
  texts: async (ctx, tx, account, ids, version) => {
    const found = new Map<number, string>()
    for (const contact of await getContacts(tx, account, ids))
      found.set(contact.id, await vcardOf(ctx, tx, account, contact, version))
    return found
  },
  read: async (ctx, body) => {
    const content = await readVCard(ctx, body)
    return {
      uid: content.card.uid,
      isExact: content.source !== undefined,
      put: (tx, { before, collection, uri }) =>
        before === undefined
          ? createContact(ctx, tx, { ...content, bookId: collection, uri })
          : changeContact(ctx, tx, before, content),
    }
  },
  uriOf: async (tx, account, collection, uid) => (await contactOfUid(tx, account, collection, uid))?.uri,
  remove: deleteContact,
  move: (ctx, tx, id, collection) => changeContact(ctx, tx, id, { bookId: collection }),
}
