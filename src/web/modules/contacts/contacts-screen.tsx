/** Address books: a list that is searched as one types, and the card that is open beside it (or instead, on a phone). */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { useTranslation } from 'react-i18next'
import type { AddressBook, ContactCard } from '#format/jmap/contacts.ts'
import { inOrder, nameOf } from '#format/jscontact/card.ts'
import { announce } from '../../shell/announce.tsx'
import { confirm } from '../../shell/confirm.tsx'
import { toast } from '../../shell/toasts.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Note } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { ContactForm } from './contact-form.tsx'
import { ContactView } from './contact-view.tsx'
import css from './contacts.module.css'
import { GroupForm } from './group-form.tsx'
import { ContactPhoto } from './photo.tsx'
import { byName, type Contacts, fold, useContacts } from './use-contacts.ts'
import { useTransfer } from './use-transfer.ts'

const PAGE = 200

const texts = new WeakMap<ContactCard, string>()
/** Everything of a card that one may look for, folded. */
const textOf = (card: ContactCard): string => {
  const known = texts.get(card)
  if (known !== undefined) return known
  const parts = [
    nameOf(card),
    ...inOrder(card.nicknames).map(({ name }) => name),
    ...inOrder(card.emails).map(({ address }) => address),
    ...inOrder(card.phones).map(({ number }) => `${number} ${number.replace(/[^\d+]/g, '')}`),
    ...inOrder(card.organizations).flatMap(({ name, units = [] }) => [name ?? '', ...units.map((unit) => unit.name)]),
    ...inOrder(card.titles).map(({ name }) => name),
    ...Object.values(card.notes ?? {}).map(({ note }) => note),
    ...Object.keys(card.keywords ?? {}),
  ]
  const text = fold(parts.join('\n'))
  texts.set(card, text)
  return text
}

const isShown = (card: ContactCard, words: readonly string[], filter: string): boolean =>
  (filter === 'all' || (filter === 'groups' ? card.kind === 'group' : card.addressBookIds[filter] === true)) &&
  words.every((word) => textOf(card).includes(word))

const Row = ({ card, isOpen, onOpen }: { card: ContactCard; isOpen: boolean; onOpen: () => void }) => {
  const { t } = useTranslation()
  const below =
    card.kind === 'group'
      ? t('contacts.group')
      : (inOrder(card.emails)[0]?.address ?? inOrder(card.organizations)[0]?.name)
  return (
    <li>
      <button type="button" className={css.row} aria-current={isOpen ? 'true' : undefined} onClick={onOpen}>
        <span className={css.face} aria-hidden="true">
          <ContactPhoto card={card} size={36} />
        </span>
        <span className={css.rowText}>
          <span className={css.rowName}>{nameOf(card) || t('contacts.unnamed')}</span>
          {below ? <span className={css.rowMore}>{below}</span> : null}
        </span>
      </button>
    </li>
  )
}

const BookForm = ({
  contacts,
  books,
  onClose,
}: {
  contacts: Contacts
  books: readonly AddressBook[]
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const save = async () => {
    const clean = name.trim()
    if (clean === '') return
    if (books.some((book) => fold(book.name) === fold(clean))) toast(t('contacts.bookTaken'), { tone: 'problem' })
    else if ((await contacts.addBook(clean)) !== undefined) onClose()
  }
  return (
    <Dialog
      title={t('contacts.newBook')}
      isOpen
      onClose={onClose}
      closeLabel={t('contacts.close')}
      footer={
        <Button kind="primary" onPress={() => void save()}>
          {t('app.save')}
        </Button>
      }
    >
      <Field label={t('contacts.bookName')} value={name} onChange={setName} maxLength={120} autoComplete="off" />
    </Dialog>
  )
}

type Sheet = { readonly kind: 'card' | 'group'; readonly card?: ContactCard } | { readonly kind: 'book' } | undefined

const MoreMenu = ({
  contacts,
  shown,
  book,
  onSheet,
}: {
  contacts: Contacts
  shown: readonly ContactCard[]
  /** The book that is shown alone, when it may end. */
  book: AddressBook | undefined
  onSheet: (sheet: Sheet) => void
}) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const transfer = useTransfer(contacts)
  const input = useRef<HTMLInputElement>(null)
  const books = contacts.view?.books ?? []
  const into = book?.id ?? books.find(({ isDefault }) => isDefault)?.id ?? ''
  const removeBook = async (gone: AddressBook) => {
    const sure = await confirm({
      title: t('contacts.removeBookTitle', { name: gone.name }),
      body: t('contacts.removeBookBody'),
      action: t('contacts.removeBook', { name: gone.name }),
      danger: true,
    })
    if (sure) await contacts.removeBook(gone)
  }
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".vcf,.csv,text/vcard,text/csv"
        hidden
        aria-label={t('contacts.import')}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          void transfer.load(file, into)
        }}
      />
      <Menu
        label={t('contacts.more')}
        trigger={
          <AriaButton className={css.moreButton ?? ''} aria-label={t('contacts.more')}>
            <Icon name="more" size={20} />
          </AriaButton>
        }
        entries={[
          {
            id: 'group',
            label: t('contacts.addGroup'),
            icon: 'people',
            disabled: contacts.isOffline,
            onAction: () => onSheet({ kind: 'group' }),
          },
          {
            id: 'import',
            label: t('contacts.import'),
            icon: 'attach',
            disabled: contacts.isOffline,
            onAction: () => input.current?.click(),
          },
          { id: 'vcf', label: t('contacts.exportVcf'), icon: 'download', onAction: () => void transfer.saveVcf(shown) },
          { id: 'csv', label: t('contacts.exportCsv'), icon: 'table', onAction: () => transfer.saveCsv(shown) },
          {
            id: 'phones',
            label: t('contacts.phones'),
            icon: 'phone',
            apart: true,
            onAction: () => void navigate({ to: '/settings', hash: 'connect' }),
          },
          {
            id: 'book',
            label: t('contacts.newBook'),
            icon: 'plus',
            disabled: contacts.isOffline,
            onAction: () => onSheet({ kind: 'book' }),
          },
          ...(book && !book.isDefault
            ? [
                {
                  id: 'end',
                  label: t('contacts.removeBook', { name: book.name }),
                  icon: 'trash' as const,
                  disabled: contacts.isOffline,
                  onAction: () => void removeBook(book),
                },
              ]
            : []),
        ]}
      />
    </>
  )
}

const Loading = ({ contacts }: { contacts: Contacts }) => {
  const { t } = useTranslation()
  if (!contacts.isOld)
    return (
      <p className={css.soft} aria-busy="true" role="status">
        {t('contacts.loading')}
      </p>
    )
  return (
    <Note tone="problem">
      <p>{t('contacts.failed')}</p>
      <Button onPress={contacts.retry}>{t('contacts.retry')}</Button>
    </Note>
  )
}

const List = ({
  cards,
  total,
  openId,
  onOpen,
}: {
  cards: readonly ContactCard[]
  total: number
  openId: string | undefined
  onOpen: (id: string) => void
}) => {
  const { t } = useTranslation()
  const [room, setRoom] = useState(PAGE)
  if (cards.length === 0)
    return (
      <div className={css.empty}>
        <p>{total === 0 ? t('contacts.none') : t('contacts.noneFound')}</p>
        {total === 0 ? <p className={css.soft}>{t('contacts.noneMore')}</p> : null}
      </div>
    )
  return (
    <>
      <p className={css.count} role="status">
        {t('contacts.count', { count: cards.length })}
      </p>
      <ul className={css.list} aria-label={t('contacts.list')}>
        {cards.slice(0, room).map((card) => (
          <Row key={card.id} card={card} isOpen={card.id === openId} onOpen={() => onOpen(card.id)} />
        ))}
      </ul>
      {cards.length > room ? (
        <Button kind="quiet" onPress={() => setRoom(room + PAGE)}>
          {t('contacts.showMore')}
        </Button>
      ) : null}
    </>
  )
}

export const ContactsScreen = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { id } = useSearch({ from: '/contacts' })
  const contacts = useContacts()
  const { view } = contacts
  const [typed, setTyped] = useState('')
  const [filter, setFilter] = useState('all')
  const [sheet, setSheet] = useState<Sheet>()
  const cards = view?.cards ?? []
  const books = view?.books ?? []
  const shown = useMemo(() => {
    const words = fold(typed).split(/\s+/).filter(Boolean)
    return byName(view?.cards ?? []).filter((card) => isShown(card, words, filter))
  }, [view, typed, filter])
  const opened = cards.find((card) => card.id === id)
  const open = (next?: string) => void navigate({ to: '/contacts', search: next === undefined ? {} : { id: next } })
  const close = () => setSheet(undefined)
  const saved = async (card: ContactCard | undefined, members: Readonly<Record<string, unknown>>, bookId?: string) => {
    const made = await contacts.save(card, members, bookId)
    if (made !== undefined && made !== id) open(made)
    return made !== undefined
  }
  const remove = async (card: ContactCard) => {
    open()
    announce(t('contacts.list'))
    await contacts.remove(card)
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <main className={css.screen} id="list" tabIndex={0} data-open={opened ? '' : undefined}>
      <section className={css.side} aria-labelledby="contacts-title">
        <div className={css.top}>
          <h1 className={css.title} id="contacts-title">
            {t('contacts.title')}
          </h1>
          <Button
            kind="primary"
            icon="plus"
            isDisabled={!view || contacts.isOffline}
            onPress={() => setSheet({ kind: 'card' })}
          >
            {t('contacts.add')}
          </Button>
          <MoreMenu
            contacts={contacts}
            shown={shown}
            book={books.find((book) => book.id === filter)}
            onSheet={setSheet}
          />
        </div>
        <Field
          label={t('contacts.search')}
          type="search"
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          maxLength={200}
        />
        <Select
          label={t('contacts.in')}
          value={filter}
          options={[
            { id: 'all', name: t('contacts.all') },
            { id: 'groups', name: t('contacts.groups') },
            ...(books.length > 1 ? books : []),
          ]}
          onChange={setFilter}
        />
        {view && contacts.isOld ? (
          <Note tone="mark">
            <p>{t('contacts.old')}</p>
            <Button onPress={contacts.retry}>{t('contacts.retry')}</Button>
          </Note>
        ) : null}
        {view ? (
          <List cards={shown} total={cards.length} openId={opened?.id} onOpen={open} />
        ) : (
          <Loading contacts={contacts} />
        )}
      </section>
      <section className={css.main} aria-label={opened ? nameOf(opened) || t('contacts.unnamed') : t('contacts.title')}>
        {opened ? (
          <ContactView
            card={opened}
            cards={cards}
            canChange={!contacts.isOffline}
            onBack={() => open()}
            onEdit={() => setSheet({ kind: opened.kind === 'group' ? 'group' : 'card', card: opened })}
            onRemove={() => void remove(opened)}
            onOpen={open}
          />
        ) : (
          <p className={css.choose}>{cards.length === 0 ? '' : t('contacts.choose')}</p>
        )}
      </section>
      {sheet?.kind === 'card' ? (
        <ContactForm
          card={sheet.card}
          books={books}
          onClose={close}
          onSave={(members, book) => saved(sheet.card, members, book)}
        />
      ) : null}
      {sheet?.kind === 'group' ? (
        <GroupForm group={sheet.card} cards={cards} onClose={close} onSave={(members) => saved(sheet.card, members)} />
      ) : null}
      {sheet?.kind === 'book' ? <BookForm contacts={contacts} books={books} onClose={close} /> : null}
    </main>
  )
}
