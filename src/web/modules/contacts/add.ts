/** Somebody put into one's contacts from where they were met: a message, a file that came with it. */
import i18next from 'i18next'
import type { JsCard } from '#format/jscontact/card.ts'
import { nameOf } from '#format/jscontact/card.ts'
import type { MailClient } from '../../data/index.ts'
import { loadTexts } from '../../i18n/parts.ts'
import { toast } from '../../shell/toasts.tsx'
import { cardsOfVcf } from './transfer.ts'

/** Adds a card to the default book and says so, with Undo. One whose UID is there already counts as added. */
export const addContact = async (client: MailClient, card: JsCard): Promise<void> => {
  await loadTexts('contacts')
  const accountId = client.session.get()?.accountId ?? ''
  const name = nameOf(card) || i18next.t('contacts.unnamed')
  const set = (args: object) =>
    client.side.send([{ name: 'ContactCard/set', args: { accountId, ...args } }], { write: true })
  try {
    const [answer] = await set({ create: { c: card } })
    if (!answer?.ok) throw new Error(answer?.type)
    const made = (answer.args.created as Record<string, { id: string }> | null)?.c
    const refused = (answer.args.notCreated as Record<string, { type: string }> | null)?.c
    if (!made && refused?.type !== 'alreadyExists') throw new Error(refused?.type)
    const undo = made && (() => void set({ destroy: [made.id] }).catch(() => undefined))
    toast(i18next.t('contacts.added', { name }), undo ? { undo } : {})
  } catch {
    const isOffline = client.status.get() === 'offline'
    toast(i18next.t(isOffline ? 'contacts.offline' : 'contacts.refused'), { tone: 'problem' })
  }
}

/** The sender of a message. */
export const addPerson = (client: MailClient, person: { readonly name: string | null; readonly email: string }) =>
  addContact(client, {
    '@type': 'Card',
    version: '1.0',
    uid: crypto.randomUUID(),
    ...(person.name ? { name: { full: person.name } } : {}),
    emails: { e1: { address: person.email } },
  })

/** The card at a place of a .vcf file, with all that it says. */
export const addFromFile = async (client: MailClient, text: string, index: number): Promise<void> => {
  const card = cardsOfVcf(text)[index]
  if (card) await addContact(client, card)
}
