import { useNavigate } from '@tanstack/react-router'
import { Button as AriaButton } from 'react-aria-components/Button'
import { useTranslation } from 'react-i18next'
import { forgetComposers } from '../modules/mail/compose/composers.ts'
import { SearchBox } from '../modules/mail/search/search-box.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { Brand } from './brand.tsx'
import { useClient } from './client.tsx'
import { DRAWER, useMedia } from './media.ts'
import { drawerOpen, helpOpen } from './open-parts.ts'
import { session, signOut } from './session.ts'
import css from './top-bar.module.css'
import { useLive } from './value.ts'

const AccountMenu = () => {
  const { t } = useTranslation()
  const client = useClient()
  const navigate = useNavigate()
  const who = useLive(session)
  const info = useLive(client.session)
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
        { id: 'settings', label: t('settings.title'), icon: 'settings', onAction: () => navigate({ to: '/settings' }) },
        {
          id: 'phone',
          label: t('settings.phones'),
          icon: 'phone',
          onAction: () => navigate({ to: '/settings', hash: 'connect' }),
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
          onAction: async () => {
            forgetComposers()
            await client.close({ forget: true })
            await signOut()
            window.location.assign('/')
          },
        },
      ]}
    />
  )
}

export const TopBar = () => {
  const { t } = useTranslation()
  const isDrawer = useMedia(DRAWER)
  return (
    <header className={css.bar}>
      <div className={css.start}>
        {isDrawer ? <IconButton icon="menu" label={t('mailbox.nav')} onPress={() => drawerOpen.set(true)} /> : null}
        <span className={css.brand}>
          <Brand compact />
        </span>
      </div>
      <SearchBox />
      <div className={css.end}>
        <span className={css.wide}>
          <IconButton icon="help" label={t('keys.title')} shortcut="?" onPress={() => helpOpen.set(true)} />
        </span>
        <AccountMenu />
      </div>
    </header>
  )
}
