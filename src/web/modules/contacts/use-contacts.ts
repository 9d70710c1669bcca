/** What the contacts screen reads and does; each act says what became of it, with Undo where there is something to undo. */
import { useTranslation } from 'react-i18next'
import type { AddressBook, ContactCard } from '#format/jmap/contacts.ts'
import { type JsCard, nameOf, sortNameOf } from '#format/jscontact/card.ts'
import { useClient } from '../../shell/client.tsx'
import { toast } from '../../shell/toasts.tsx'
import { useLive } from '../../shell/value.ts'
import { type Change, type ContactsType, type ContactsView, contactsOf, Refused } from './contacts-data.ts'

const nothing = { get: () => undefined, subscribe: () => () => undefined }
const never = { get: () => false, subscribe: () => () => undefined }

export interface Contacts {
  readonly view: ContactsView | undefined
  /** The server does not answer. */
  readonly isOld: boolean
  readonly isOffline: boolean
  retry(): void
  /** Saves a new card or a patch of one; its id, or undefined when it was refused (which is told). */
  save(
    card: ContactCard | undefined,
    members: Readonly<Record<string, unknown>>,
    bookId?: string,
  ): Promise<string | undefined>
  remove(card: ContactCard): Promise<void>
  addBook(name: string): Promise<string | undefined>
  removeBook(book: AddressBook): Promise<boolean>
  /** The ids of those of these cards that the server took. Rejects without a network. */
  createAll(cards: readonly JsCard[], bookId: string): Promise<readonly string[]>
  /** Ends cards, some at a time; what it refuses is told. */
  removeAll(ids: readonly string[]): Promise<void>
}

export const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const keys = new WeakMap<ContactCard, string>()
const keyOf = (card: ContactCard): string => {
  const known = keys.get(card)
  if (known !== undefined) return known
  const key = fold(sortNameOf(card))
  keys.set(card, key)
  return key
}

export const byName = (cards: readonly ContactCard[]): ContactCard[] =>
  cards.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))

/** The card without what the server gives. */
const contentOf = ({ id: _id, ...card }: ContactCard): object => card

/** What a new card has before its members are given. */
const unnamed: JsCard = { uid: '' }

export const useContacts = (): Contacts => {
  const { t } = useTranslation()
  const client = useClient()
  const accountId = useLive(client.session)?.accountId
  const data = accountId === undefined || accountId === '' ? undefined : contactsOf(client, accountId)
  const view = useLive<ContactsView | undefined>(data?.view ?? nothing)
  const hasFailed = useLive<boolean>(data?.problem ?? never)
  const isOffline = useLive(client.status) === 'offline'
  const set = async (type: ContactsType, change: Change): Promise<Readonly<Record<string, string>> | undefined> => {
    try {
      if (!data) throw new Refused('offline')
      return await data.set(type, change)
    } catch (error) {
      const type = error instanceof Refused ? error.type : 'lost'
      const text =
        type === 'overQuota'
          ? t('contacts.full')
          : isOffline || type === 'lost'
            ? t('contacts.offline')
            : t('contacts.refused')
      toast(text, { tone: 'problem' })
      return undefined
    }
  }
  const named = (card: JsCard): string => nameOf(card) || t('contacts.unnamed')
  return {
    view,
    isOld: isOffline || hasFailed,
    isOffline,
    retry: () => {
      client.wake()
      data?.sync()
    },
    save: async (card, members, bookId) => {
      const books = bookId === undefined ? {} : { addressBookIds: { [bookId]: true } }
      if (card) {
        const isDone = await set('ContactCard', { update: { [card.id]: { ...members, ...books } } })
        if (!isDone) return undefined
        const before = Object.fromEntries(
          Object.keys({ ...members, ...books }).map((name) => [name, card[name] ?? null]),
        )
        toast(t('contacts.saved', { name: named({ ...card, ...members } as JsCard) }), {
          undo: () => void set('ContactCard', { update: { [card.id]: before } }),
        })
        return card.id
      }
      const whole = { '@type': 'Card', version: '1.0', ...members, ...books }
      const made = await set('ContactCard', { create: { c: whole } })
      const id = made?.c
      if (id !== undefined)
        toast(t('contacts.saved', { name: named(Object.assign({}, unnamed, members)) }), {
          undo: () => void set('ContactCard', { destroy: [id] }),
        })
      return id
    },
    remove: async (card) => {
      if (!(await set('ContactCard', { destroy: [card.id] }))) return
      toast(t('contacts.removed', { name: named(card) }), {
        undo: () => void set('ContactCard', { create: { c: contentOf(card) } }),
      })
    },
    addBook: async (name) => (await set('AddressBook', { create: { c: { name } } }))?.c,
    removeBook: async (book) => {
      if (!data) return false
      try {
        await data.set('AddressBook', { destroy: [book.id], onDestroyRemoveContents: true })
        toast(t('contacts.bookRemoved', { name: book.name }))
        return true
      } catch {
        toast(t('contacts.refused'), { tone: 'problem' })
        return false
      }
    },
    createAll: async (cards, bookId) => {
      if (!data) return []
      const create = Object.fromEntries(
        cards.map((card, n) => [`c${n}`, { ...card, addressBookIds: { [bookId]: true } }]),
      )
      return data.createSome(create)
    },
    removeAll: async (ids) => {
      for (let at = 0; at < ids.length; at += 100)
        if (!(await set('ContactCard', { destroy: ids.slice(at, at + 100) }))) return
    },
  }
}
