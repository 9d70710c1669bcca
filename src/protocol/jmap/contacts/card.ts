/** ContactCard/get and /changes (RFC 9610 §3.1, §3.2), and the card as the wire has it. */
import { formatId } from '#base/ids.ts'
import { type Contact, getContacts, listContactIds } from '#domain/contacts/cards.ts'
import { CONTACTS, type ContactCard } from '#format/jmap/contacts.ts'
import { changesMethod } from '../changes.ts'
import { getArguments } from '../get.ts'
import { checkGetLimit, splitIds } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { stateOf } from '../state.ts'

/** The stored card with the names that it has here. */
export const cardObject = (contact: Contact): ContactCard => ({
  ...contact.card,
  id: formatId('contact', contact.id),
  addressBookIds: { [formatId('addressBook', contact.bookId)]: true },
})

/** A card may have any property: those that are asked for and are there. */
const picked = (card: ContactCard, asked: readonly string[] | null): object =>
  asked === null
    ? card
    : Object.fromEntries(Object.entries(card).filter(([name]) => name === 'id' || asked.includes(name)))

export const contactCardGet = accountMethod('ContactCard/get', CONTACTS, getArguments, async (args, call) =>
  call.ctx.store.read(async (tx) => {
    const all = args.ids ?? (await listContactIds(tx, call.account)).map((number) => formatId('contact', number))
    checkGetLimit(all.length, call)
    const { found, notFound } = splitIds('contact', all, call)
    const numbers = found.map(({ number }) => number)
    const known = new Map((await getContacts(tx, call.account, numbers)).map((one) => [one.id, one]))
    const list: object[] = []
    for (const { id, number } of found) {
      const contact = known.get(number)
      if (contact) list.push(picked(cardObject(contact), args.properties))
      else notFound.push(id)
    }
    return { state: await stateOf(tx, call.account), list, notFound }
  }),
)

export const contactCardChanges = changesMethod('ContactCard/changes', CONTACTS, 'ContactCard', 'contact')
