/** What surrounds every screen: the top bar, the mailboxes, the composer, the notices. */
import { Outlet, useLocation } from '@tanstack/react-router'
import { Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { lazyScreen } from '../i18n/parts.ts'
import { composeFromAddress, composers, recoverComposers } from '../modules/mail/compose/composers.ts'
import { MailboxSidebar } from '../modules/mail/mailboxes/mailbox-sidebar.tsx'
import { OpenMessage } from '../modules/mail/read/open-later.ts'
import { preloadDialog } from '../ui/dialog.tsx'
import { later, preloadWhenIdle } from '../ui/later.tsx'
import { preloadMenu } from '../ui/menu.tsx'
import { ClientProvider, useOwnClient } from './client.tsx'
import { ErrorNotices } from './error-notices.tsx'
import css from './frame.module.css'
import { ALL } from './function-place.ts'
import { openFunctions } from './functions.ts'
import { DRAWER, useMedia } from './media.ts'
import { drawerOpen, helpOpen, paletteOpen } from './open-parts.ts'
import { StatusBanner } from './status-banner.tsx'
import { toast } from './toasts.tsx'
import { TopBar } from './top-bar.tsx'
import { useAccountHere } from './use-account-here.ts'
import { useGlobalKeys } from './use-global-keys.ts'
import { useTitle } from './use-title.ts'
import { useLive } from './value.ts'

const loadComposer = () => import('../modules/mail/compose/composer-dock.tsx')
const ComposerDock = lazyScreen(['compose'], () => loadComposer().then((module) => module.ComposerDock))
const ShortcutSheet = lazyScreen(['device'], () =>
  import('./shortcut-sheet.tsx').then((module) => module.ShortcutSheet),
)
const warmFrame = () => import('../modules/mail/read/warm-frame.ts').then((module) => module.warmFrame())
const loadPalette = () => import('./palette.tsx').then((module) => module.Palette)
const Palette = lazyScreen(['device', 'organise', 'compose', 'reading'], loadPalette)

const Drawer = later(() => import('./drawer.tsx').then((module) => module.Drawer))

/** What the first press of anything needs, in the order of what people press first. */
const soon = [OpenMessage.preload, warmFrame, preloadMenu, preloadDialog, Drawer.preload, loadComposer, loadPalette]
const SOON_AFTER_MS = 1200

/** Every inbox in one list. */
const AllOutlet = lazyScreen([], () => import('../modules/mail/all/all-outlet.tsx').then((module) => module.AllOutlet))

/** The mailbox of a function that the address names, when it is not open: still unknown, or not theirs. */
const NoFunction = lazyScreen(['functions'], () =>
  import('../modules/mail/functions/no-function.tsx').then((module) => module.NoFunction),
)

/** Every screen reads the client of the account that the address names. */
export const Frame = () => {
  const own = useOwnClient()
  const account = useAccountHere()
  const open = useLive(openFunctions).find((one) => one.accountId === account)
  return (
    <ClientProvider client={open?.client ?? own}>
      {open === undefined ? null : <ErrorNotices />}
      <Inside account={account} isMissing={account !== undefined && account !== ALL && open === undefined} />
    </ClientProvider>
  )
}

const NOT_MAIL =
  /^\/(?:account|admin|agenda|contacts|diagnose|portal|notices|notifications|requests|setup|tickets)(?:\/|$)/

const Inside = ({ account, isMissing }: { account: string | undefined; isMissing: boolean }) => {
  const { t } = useTranslation()
  // What is not mail has a navigation of its own.
  const isMail = useLocation({ select: ({ pathname }) => !NOT_MAIL.test(pathname) })
  const isDrawer = useMedia(DRAWER)
  const isDrawerOpen = useLive(drawerOpen)
  const writing = useLive(composers).length > 0
  const isHelp = useLive(helpOpen)
  const isPalette = useLive(paletteOpen)
  useGlobalKeys()
  useTitle()
  useEffect(composeFromAddress, [])
  useEffect(() => recoverComposers(() => toast(t('compose.recovered'))), [t])
  useEffect(() => {
    // Once the list is there: neither the first message opened nor the first menu waits for its program.
    let stop = () => {}
    const timer = setTimeout(() => {
      stop = preloadWhenIdle(soon)
    }, SOON_AFTER_MS)
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [])
  return (
    <div className={css.frame} data-frame="">
      <a className={css.skip} href="#list">
        {t('app.skip')}
      </a>
      <TopBar isMail={isMail} />
      <div className={css.body}>
        {!isMail ? null : isDrawer ? (
          isDrawerOpen ? (
            <Drawer />
          ) : null
        ) : (
          <div className={css.side}>
            <MailboxSidebar />
          </div>
        )}
        <div className={css.panel}>
          <StatusBanner />
          {isMissing ? (
            <Suspense>
              <NoFunction />
            </Suspense>
          ) : account === ALL ? (
            <Suspense fallback={<main id="list" aria-busy="true" />}>
              <AllOutlet />
            </Suspense>
          ) : (
            // Nothing of one account is left on the screen when another is opened.
            <Outlet key={account ?? ''} />
          )}
        </div>
      </div>
      <Suspense>
        {writing ? <ComposerDock /> : null}
        {isHelp ? <ShortcutSheet /> : null}
        {isPalette ? <Palette /> : null}
      </Suspense>
    </div>
  )
}
