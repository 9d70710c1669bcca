/** JMAP for Contacts (RFC 9610): the types that the server and the web app share. */
import type { JsCard } from '../jscontact/card.ts'
import type { Id } from './core.ts'

export const CONTACTS = 'urn:ietf:params:jmap:contacts'

export interface AddressBook {
  readonly id: Id
  readonly name: string
  readonly description: string | null
  readonly sortOrder: number
  readonly isDefault: boolean
  readonly isSubscribed: boolean
  readonly shareWith: null
  readonly myRights: {
    readonly mayRead: boolean
    readonly mayWrite: boolean
    readonly mayShare: boolean
    readonly mayDelete: boolean
  }
}

/** A JSContact Card with the id and the book that it has here. */
export interface ContactCard extends JsCard {
  readonly id: Id
  readonly addressBookIds: Readonly<Record<Id, boolean>>
}
