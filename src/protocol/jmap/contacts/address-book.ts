/** AddressBook/get, /changes and /set (RFC 9610 §2). */
import { formatId } from '#base/ids.ts'
import { books } from '#domain/contacts/books.ts'
import { type AddressBook, CONTACTS } from '#format/jmap/contacts.ts'
import { boolean } from '../check.ts'
import { collectionMethods } from '../collection.ts'

export const {
  get: addressBookGet,
  changes: addressBookChanges,
  set: addressBookSet,
} = collectionMethods({
  type: 'AddressBook',
  capability: CONTACTS,
  idKind: 'addressBook',
  collections: books,
  properties: ['id', 'name', 'description', 'sortOrder', 'isDefault', 'isSubscribed', 'shareWith', 'myRights'],
  objectOf: (book): AddressBook => ({
    id: formatId('addressBook', book.id),
    name: book.name,
    description: book.description === '' ? null : book.description,
    sortOrder: book.sortOrder,
    isDefault: book.isDefault,
    isSubscribed: book.isSubscribed,
    shareWith: null,
    myRights: { mayRead: true, mayWrite: true, mayShare: false, mayDelete: !book.isDefault },
  }),
  settable: { isSubscribed: ['isSubscribed', boolean] },
  constant: { shareWith: null },
  notEmpty: 'addressBookHasContents',
  removeContents: 'onDestroyRemoveContents',
})
