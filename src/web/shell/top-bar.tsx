import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { useTranslation } from 'react-i18next'
import { SearchBox } from '../modules/mail/search/search-box.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import { Brand } from './brand.tsx'
import { useOwnClient } from './client.tsx'
import { DRAWER, useMedia } from './media.ts'
import { drawerOpen, helpOpen } from './open-parts.ts'
import { ProfileSwitch } from './profile-switch.tsx'
import { type Session, session } from './session.ts'
import { leave } from './sign-out.ts'
import css from './top-bar.module.css'
import { useLive } from './value.ts'

const AccountMenu = () => {
  const { t } = useTranslation()
  const own = useOwnClient()
  const navigate = useNavigate()
  const who = useLive(session)
  const info = useLive(own.session)
  const name = who?.name || info?.name || ''
  const email = who?.email || info?.username || ''
  return (
    <Menu
      label={t('app.account', { name })}
      trigger={
        <AriaButton className={css.me ?? ''} aria-label={t('app.account', { name })}>
          <Avatar name={name} email={email} size={34} />
        </AriaButton>
      }
      header={
        <div className={css.who}>
          <p className={css.name}>{name}</p>
          <p className={css.email}>{email}</p>
        </div>
      }
      entries={[
        { id: 'home', label: t('app.home'), icon: 'home', onAction: () => navigate({ to: '/portal' }) },
        {
          id: 'agenda',
          label: t('app.agenda'),
          icon: 'calendar',
          onAction: () => navigate({ to: '/agenda', search: {} }),
        },
        {
          id: 'contacts',
          label: t('app.contacts'),
          icon: 'person',
          onAction: () => navigate({ to: '/contacts', search: {} }),
        },
        {
          id: 'account',
          label: t('app.myAccount'),
          icon: 'shield',
          onAction: () => navigate({ to: '/account/$part', params: { part: 'security' } }),
        },
        ...(mayAdminister(who)
          ? [
              {
                id: 'admin',
                label: t('app.admin'),
                icon: 'people' as const,
                onAction: () => navigate({ to: '/admin' }),
              },
            ]
          : []),
        { id: 'settings', label: t('settings.title'), icon: 'settings', onAction: () => navigate({ to: '/settings' }) },
        {
          id: 'phone',
          label: t('settings.phones'),
          icon: 'phone',
          onAction: () => navigate({ to: '/settings', hash: 'connect' }),
        },
        { id: 'diagnose', label: t('app.diagnose'), icon: 'warning', onAction: () => navigate({ to: '/diagnose' }) },
        {
          id: 'tickets',
          label: t('app.tickets'),
          icon: 'help',
          onAction: () => navigate({ to: '/tickets', search: {} }),
        },
        {
          id: 'keys',
          label: t('settings.shortcuts'),
          icon: 'keyboard',
          shortcut: '?',
          onAction: () => helpOpen.set(true),
        },
        {
          id: 'out',
          label: t('auth.signOut'),
          icon: 'signOut',
          apart: true,
          onAction: () => void leave(own),
        },
      ]}
    />
  )
}

/** Administration is offered to those who may have a task there; the server decides each act again. */
const mayAdminister = (who: Session | undefined): boolean => who !== undefined && (who.administrator || who.delegated)

/** Between the parts of the application, where the search of the mail has no place. */
const Parts = () => {
  const { t } = useTranslation()
  // The part, not the page within it.
  const part = useLocation({ select: ({ pathname }) => pathname.split('/')[1] })
  const isAccount = part === 'account'
  const who = useLive(session)
  const row = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another link is the current one then
  useEffect(() => {
    // On a phone the row scrolls: where one is must be seen.
    row.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [part])
  return (
    <nav ref={row} className={css.parts} aria-label={t('app.parts')}>
      <Link to="/portal" className={css.part} activeProps={{ 'aria-current': 'page' }}>
        {t('app.home')}
      </Link>
      <Link to="/notices" className={css.part} activeProps={{ 'aria-current': 'page' }}>
        {t('app.notices')}
      </Link>
      <Link to="/mail/$mailbox" params={{ mailbox: 'inbox' }} className={css.part}>
        {t('app.mail')}
      </Link>
      <Link to="/agenda" search={{}} className={css.part} activeProps={{ 'aria-current': 'page' }}>
        {t('app.agenda')}
      </Link>
      <Link to="/contacts" search={{}} className={css.part} activeProps={{ 'aria-current': 'page' }}>
        {t('app.contacts')}
      </Link>
      <Link
        to="/account/$part"
        params={{ part: 'security' }}
        className={css.part}
        aria-current={isAccount ? 'page' : undefined}
      >
        {t('app.myAccount')}
      </Link>
      {mayAdminister(who) ? (
        <Link to="/admin" className={css.part} activeProps={{ 'aria-current': 'page' }}>
          {t('app.admin')}
        </Link>
      ) : null}
    </nav>
  )
}

/** From the mail, where the search has the room: an icon with its name. */
const HomeLink = () => {
  const { t } = useTranslation()
  return (
    <Link to="/portal" className={css.home} aria-label={t('app.home')} title={t('app.home')}>
      <Icon name="home" size={20} />
    </Link>
  )
}

export const TopBar = ({ isMail }: { isMail: boolean }) => {
  const { t } = useTranslation()
  const isDrawer = useMedia(DRAWER)
  return (
    <header className={css.bar}>
      <div className={css.start}>
        {isDrawer && isMail ? (
          <IconButton icon="menu" label={t('mailbox.nav')} onPress={() => drawerOpen.set(true)} />
        ) : null}
        <span className={css.brand}>
          <Brand compact />
        </span>
      </div>
      {isMail ? <HomeLink /> : null}
      {isMail ? <SearchBox /> : <Parts />}
      <div className={css.end}>
        <ProfileSwitch />
        <span className={css.wide}>
          <IconButton icon="help" label={t('keys.title')} shortcut="?" onPress={() => helpOpen.set(true)} />
        </span>
        <AccountMenu />
      </div>
    </header>
  )
}
