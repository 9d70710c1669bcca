/** What the command palette offers: what can be done, where one can go, and to whom one can write. */
import type { TFunction } from 'i18next'
import type { PersonRecipient } from '#format/jmap/recipients.ts'
import type { Mailbox } from '../data/index.ts'
import { compose } from '../modules/mail/compose/composers.ts'
import { mailboxIcon, mailboxName, mailboxParam } from '../modules/mail/mailboxes/mailbox-names.ts'
import type { IconName } from '../ui/icon.tsx'
import type { Session } from './session.ts'
import { type Shortcut, shortcutGroups } from './shortcuts.data.ts'

export interface Command {
  readonly id: string
  readonly group: 'acts' | 'places' | 'settings' | 'people' | 'search'
  readonly name: string
  readonly more?: string
  readonly icon: IconName
  readonly shortcut?: Shortcut
  readonly run: () => void
}

/** Presses the keys of a shortcut: an act has one meaning, whether it is asked for here or at the keyboard. */
const press = ({ keys }: Shortcut): void => {
  for (const key of keys.split(' '))
    document.body.dispatchEvent(
      new KeyboardEvent('keydown', {
        key: key.length === 1 ? key.toLowerCase() : key,
        bubbles: true,
        cancelable: true,
      }),
    )
}

const acts = (t: TFunction): Command[] =>
  shortcutGroups.flatMap(({ shortcuts }) =>
    shortcuts.flatMap((shortcut): Command[] =>
      shortcut.icon === undefined || shortcut.keys.startsWith('G ')
        ? []
        : [
            {
              id: `act ${shortcut.keys}`,
              group: 'acts',
              name: String(t(shortcut.text)),
              icon: shortcut.icon,
              shortcut,
              run: () => press(shortcut),
            },
          ],
    ),
  )

type Go = (to: string) => void

const mayAdminister = (who: Session | undefined) => who !== undefined && (who.administrator || who.delegated)

const places = (
  t: TFunction,
  go: Go,
  { mailboxes, account, who }: Pick<PaletteFacts, 'mailboxes' | 'account' | 'who'>,
): Command[] => [
  ...mailboxes.map(
    (mailbox): Command => ({
      id: `mailbox ${mailbox.id}`,
      group: 'places',
      name: mailboxName(mailbox, t),
      icon: mailboxIcon(mailbox),
      run: () => go(`/mail/${mailboxParam(mailbox, account)}`),
    }),
  ),
  { id: 'usage', group: 'places', name: t('organise.quota'), icon: 'inboxes', run: () => go('/usage') },
  { id: 'home', group: 'places', name: t('app.home'), icon: 'home', run: () => go('/portal') },
  { id: 'agenda', group: 'places', name: t('app.agenda'), icon: 'calendar', run: () => go('/agenda') },
  { id: 'contacts', group: 'places', name: t('app.contacts'), icon: 'people', run: () => go('/contacts') },
  { id: 'notices', group: 'places', name: t('app.notices'), icon: 'flag', run: () => go('/notices') },
  { id: 'diagnose', group: 'places', name: t('app.diagnose'), icon: 'warning', run: () => go('/diagnose') },
  { id: 'tickets', group: 'places', name: t('app.tickets'), icon: 'help', run: () => go('/tickets') },
  { id: 'account', group: 'places', name: t('app.myAccount'), icon: 'shield', run: () => go('/account/security') },
  ...(mayAdminister(who)
    ? [{ id: 'admin', group: 'places', name: t('app.admin'), icon: 'people', run: () => go('/admin') } as const]
    : []),
]

const settings = (t: TFunction, go: Go): Command[] =>
  (
    [
      ['appearance', t('settings.appearance'), 'sun'],
      ['display', t('view.heading'), 'view'],
      ['sending', t('settings.sending'), 'sent'],
      ['identities', t('settings.identities'), 'person'],
      ['rules', t('settings.rules.title'), 'folder'],
      ['vacation', t('settings.vacation.title'), 'clock'],
      ['notifications', t('device.notifications'), 'phone'],
      ['mail-data', t('device.mailData'), 'download'],
      ['connect', t('settings.phones'), 'phone'],
    ] as const
  ).map(([id, name, icon]) => ({
    id: `setting ${id}`,
    group: 'settings',
    name,
    more: t('settings.title'),
    icon,
    run: () => go(id === 'rules' ? '/rules' : `/settings#${id}`),
  }))

const people = (t: TFunction, found: readonly PersonRecipient[]): Command[] =>
  found.slice(0, 6).map(({ name, email }) => ({
    id: `person ${email}`,
    group: 'people',
    name: t('palette.writeTo', { name: name || email }),
    more: name ? email : '',
    icon: 'write',
    run: () => compose({ kind: 'new', to: email }),
  }))

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

export interface PaletteFacts {
  readonly t: TFunction
  readonly go: Go
  readonly mailboxes: readonly Mailbox[]
  /** The mailbox of a function that is open; undefined: one's own. */
  readonly account: string | undefined
  readonly who: Session | undefined
  readonly people: readonly PersonRecipient[]
  readonly text: string
}

/** Those that hold every word typed; people and the search come for any text. */
export const commandsFor = (facts: PaletteFacts): readonly Command[] => {
  const { t, go, people: found, text, account } = facts
  const words = fold(text).split(/\s+/).filter(Boolean)
  const fits = ({ name, more }: Command) => words.every((word) => fold(`${name} ${more ?? ''}`).includes(word))
  const fixed = [...acts(t), ...places(t, go, facts), ...settings(t, go)].filter(fits)
  if (words.length === 0) return fixed
  return [
    ...fixed,
    ...people(t, found),
    {
      id: 'search',
      group: 'search',
      name: t('palette.searchFor', { text: text.trim() }),
      icon: 'search',
      run: () => go(`/search?q=${encodeURIComponent(text.trim())}${account === undefined ? '' : `&box=${account}`}`),
    },
  ]
}
