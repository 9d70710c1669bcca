/** What the command palette offers: what can be done, where one can go, and to whom one can write. */
import type { TFunction } from 'i18next'
import type { MailLabel, SavedSearch } from '#format/jmap/organising.ts'
import type { PersonRecipient } from '#format/jmap/recipients.ts'
import type { Mailbox } from '../data/index.ts'
import { compose } from '../modules/mail/compose/composers.ts'
import { ASKED } from '../modules/mail/list/use-list-keys.ts'
import { mailboxIcon, mailboxName, mailboxParam } from '../modules/mail/mailboxes/mailbox-names.ts'
import { labelSearch } from '../modules/mail/organise/label-search.ts'
import type { IconName } from '../ui/icon.tsx'
import { ALL, joinPlace } from './function-place.ts'
import { setPreferences } from './preferences.ts'
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
        detail: ASKED,
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

const searchPath = (text: string, account: string | undefined): string =>
  `/search?q=${encodeURIComponent(text)}${account === undefined ? '' : `&box=${account}`}`

const mayAdminister = (who: Session | undefined) => who !== undefined && (who.administrator || who.delegated)

const places = (
  t: TFunction,
  go: Go,
  { mailboxes, account, who, functions, labels, searches, language }: PaletteFacts,
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
  ...(functions.length === 0
    ? []
    : [
        {
          id: 'all',
          group: 'places',
          name: t('mailbox.all'),
          icon: 'inboxes',
          run: () => go(`/mail/${ALL}~inbox`),
        } as const,
      ]),
  ...functions.map(
    ({ accountId, name }): Command => ({
      id: `function ${accountId}`,
      group: 'places',
      name,
      more: t('mailbox.inbox'),
      icon: 'inbox',
      run: () => go(`/mail/${joinPlace(accountId, 'inbox')}`),
    }),
  ),
  ...labels.map(
    ({ id, name }): Command => ({
      id: `label ${id}`,
      group: 'places',
      name,
      more: t('organise.labels'),
      icon: 'label',
      run: () => go(searchPath(labelSearch(name, language), account)),
    }),
  ),
  ...searches.map(
    ({ id, name, text }): Command => ({
      id: `saved ${id}`,
      group: 'places',
      name,
      more: t('organise.searches'),
      icon: 'search',
      run: () => go(searchPath(text, account)),
    }),
  ),
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

const themes = ['light', 'dark', 'auto'] as const

/** What changes at once, without going to its page. */
const switches = (t: TFunction, leaveNow: () => void): Command[] => {
  const names = { light: t('settings.themeLight'), dark: t('settings.themeDark'), auto: t('settings.themeAuto') }
  return [
    ...themes.map(
      (theme): Command => ({
        id: `theme ${theme}`,
        group: 'settings',
        name: `${t('settings.theme')}\u202f: ${names[theme].toLowerCase()}`,
        icon: 'sun',
        run: () => setPreferences({ theme }),
      }),
    ),
    { id: 'out', group: 'settings', name: t('auth.signOut'), icon: 'signOut', run: leaveNow },
  ]
}

const settings = (t: TFunction, go: Go): Command[] =>
  (
    [
      ['appearance', t('settings.appearance'), 'sun'],
      ['display', t('view.heading'), 'view'],
      ['gestures', t('device.gestures'), 'keyboard'],
      ['sending', t('settings.sending'), 'sent'],
      ['identities', t('settings.identities'), 'person'],
      ['files', t('compose.files.title'), 'link'],
      ['rules', t('settings.rules.title'), 'folder'],
      ['images', t('reading.settings.title'), 'image'],
      ['vacation', t('settings.vacation.title'), 'clock'],
      ['notifications', t('device.notifications'), 'phone'],
      ['order', t('organise.settings.title'), 'label'],
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
  /** Mailboxes of functions that are open to the person. */
  readonly functions: readonly { readonly accountId: string; readonly name: string }[]
  readonly labels: readonly MailLabel[]
  readonly searches: readonly SavedSearch[]
  readonly language: string
  readonly leave: () => void
  readonly people: readonly PersonRecipient[]
  readonly text: string
}

/** Those that hold every word typed; people and the search come for any text. */
export const commandsFor = (facts: PaletteFacts): readonly Command[] => {
  const { t, go, people: found, text, account } = facts
  const words = fold(text).split(/\s+/).filter(Boolean)
  const fits = ({ name, more }: Command) => words.every((word) => fold(`${name} ${more ?? ''}`).includes(word))
  const all = [...acts(t), ...places(t, go, facts), ...settings(t, go), ...switches(t, facts.leave)]
  const fixed = all.filter(fits)
  if (words.length === 0) return fixed
  return [
    ...fixed,
    ...people(t, found),
    {
      id: 'search',
      group: 'search',
      name: t('palette.searchFor', { text: text.trim() }),
      icon: 'search',
      run: () => go(searchPath(text.trim(), account)),
    },
  ]
}
