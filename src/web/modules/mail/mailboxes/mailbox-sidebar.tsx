/** The mailboxes with what is unread in each, and the button that starts a message. */
import { Link } from '@tanstack/react-router'
import { Suspense, useCallback, useDeferredValue, useMemo, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { lazyScreen } from '../../../i18n/parts.ts'
import { ClientProvider, useClient, useMailboxes, useOwnClient } from '../../../shell/client.tsx'
import { ALL, joinPlace } from '../../../shell/function-place.ts'
import { openFunctions } from '../../../shell/functions.ts'
import { drawerOpen } from '../../../shell/open-parts.ts'
import { toast } from '../../../shell/toasts.tsx'
import { useAccountHere } from '../../../shell/use-account-here.ts'
import { useLive } from '../../../shell/value.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { later } from '../../../ui/later.tsx'
import { beginDrag, type Dragged, dropTarget, endDrag } from '../act/drag.ts'
import { compose } from '../compose/composers.ts'
import { colourOf } from '../organise/label-colour.ts'
import { organised } from '../organise/organised.ts'
import { fold, folded } from './folded.ts'
import { MailboxMenu } from './mailbox-menu.tsx'
import type { Naming } from './mailbox-name.tsx'
import {
  inboxOf,
  isOwn,
  type MailboxNode,
  mailboxCount,
  mailboxIcon,
  mailboxName,
  mailboxParam,
  mailboxTree,
  mayHold,
} from './mailbox-names.ts'
import css from './mailbox-sidebar.module.css'

const MailboxNameDialog = later(() => import('./mailbox-name.tsx').then((module) => module.MailboxNameDialog))

const SidebarMore = lazyScreen(['organise'], () =>
  import('../organise/sidebar-more.tsx').then((module) => module.SidebarMore),
)

const FunctionSections = lazyScreen(['functions'], () =>
  import('../functions/function-sections.tsx').then((module) => module.FunctionSections),
)

/** Messages come there by other ways. */
const noDrop: ReadonlySet<string | null> = new Set(['drafts', 'scheduled', 'snoozed'])

const closeDrawer = () => drawerOpen.set(false)

export const MailboxLine = ({ node, onName }: { node: MailboxNode; onName: (naming: Naming) => void }) => {
  const { t } = useTranslation()
  const { mailbox, depth, children } = node
  const isOpen = !useLive(folded).has(mailbox.id)
  const [menuOpen, setMenuOpen] = useState(false)
  const own = isOwn(mailbox)
  const name = mailboxName(mailbox, t)
  const count = mailboxCount(mailbox)
  const client = useClient()
  const mailboxes = useMailboxes()
  const [isOver, setOver] = useState(false)
  // The colours are of the account on the screen: ids of another would mean other mailboxes.
  const isHere = useIsHere()
  const colours = useLive(organised).preferences?.mailboxColours
  const colour = isHere ? colours?.[mailbox.id] : undefined
  const mayWrite = useLive(client.session)?.mayWrite !== false
  // The menu is beside the name, and seen when that is pointed at: made once the names have been painted.
  const isPainted = useDeferredValue(true, false)
  const take: Dragged = {
    accepts: (into, account) =>
      account === client && into !== mailbox.parentId && (into === null || mayHold(mailboxes, into, mailbox.id)),
    drop: (parentId) => {
      const { undo, done } = client.actions.renameMailbox(mailbox.id, { parentId })
      done.catch(() => undefined)
      toast(t('done.renamed'), { undo })
    },
  }
  return (
    <li>
      <div
        className={css.line}
        data-depth={Math.min(depth, 4)}
        data-own=""
        data-menu={menuOpen || undefined}
        data-over={isOver || undefined}
        {...(noDrop.has(mailbox.role) || !mayWrite ? {} : dropTarget(mailbox.id, client, setOver))}
      >
        {children.length === 0 ? null : (
          <IconButton
            icon={isOpen ? 'down' : 'next'}
            size={14}
            className={css.fold}
            label={isOpen ? t('mailbox.collapse', { name }) : t('mailbox.expand', { name })}
            aria-expanded={isOpen}
            onPress={() => fold(mailbox.id, isOpen)}
          />
        )}
        <Link
          to="/mail/$mailbox"
          params={{ mailbox: mailboxParam(mailbox, client.account) }}
          className={css.link}
          activeProps={{ 'aria-current': 'page' }}
          data-unread={count > 0 || undefined}
          onClick={closeDrawer}
          draggable={own && isHere && mayWrite}
          onDragStart={(event) => beginDrag(event, take, name)}
          onDragEnd={endDrag}
          onContextMenu={(event) => {
            event.preventDefault()
            setMenuOpen(isHere && mayWrite)
          }}
        >
          <span className={css.icon} style={colour === undefined ? undefined : { color: colourOf(colour) }}>
            <Icon name={mailboxIcon(mailbox)} size={19} />
          </span>
          <span className={css.name}>{name}</span>
          {count === 0 ? null : (
            <span className={css.count} data-strong={mailbox.role === 'inbox' || undefined}>
              <span aria-hidden="true">{count > 9999 ? '9999+' : count}</span>
              <span className={css.spoken}>
                {mailbox.role === 'drafts' ? t('list.count', { count }) : t('mailbox.unread', { count })}
              </span>
            </span>
          )}
        </Link>
        {isHere && mayWrite && isPainted ? (
          <MailboxMenu
            mailbox={mailbox}
            className={css.menu}
            isOpen={menuOpen}
            onOpenChange={setMenuOpen}
            onName={onName}
          />
        ) : null}
      </div>
      {children.length > 0 && isOpen ? (
        <ul>
          {children.map((child) => (
            <MailboxLine key={child.mailbox.id} node={child} onName={onName} />
          ))}
        </ul>
      ) : null}
    </li>
  )
}

const Skeleton = () => (
  <div className={css.skeletons} aria-hidden="true">
    {[70, 52, 46, 58, 62, 50].map((width) => (
      <div key={width} className={css.skeleton} style={{ width: `${width}%` }} />
    ))}
  </div>
)

/** Whether the account of this client is the one on the screen. */
const useIsHere = (): boolean => {
  const { account } = useClient()
  return useAccountHere() === account
}

/** The folders of the account, with the way to add one. */
const OwnMailboxes = () => {
  const { t } = useTranslation()
  const mailboxes = useMailboxes()
  const client = useClient()
  const isHere = useIsHere()
  const [naming, setNaming] = useState<Naming | undefined>(undefined)
  const [isTopOver, setTopOver] = useState(false)
  const { standard, own } = mailboxTree(mailboxes)
  return (
    <>
      {mailboxes.length === 0 ? <Skeleton /> : null}
      <ul>
        {standard.map((node) => (
          <MailboxLine key={node.mailbox.id} node={node} onName={setNaming} />
        ))}
      </ul>
      {mailboxes.length === 0 ? null : (
        <div
          className={css.heading}
          data-over={isTopOver || undefined}
          {...(isHere ? dropTarget(null, client, setTopOver) : {})}
        >
          <h2>{t('mailbox.folders')}</h2>
          <IconButton
            icon="plus"
            size={16}
            className={css.add}
            label={t('mailbox.create')}
            onPress={() => setNaming({ kind: 'create' })}
          />
        </div>
      )}
      <ul>
        {own.map((node) => (
          <MailboxLine key={node.mailbox.id} node={node} onName={setNaming} />
        ))}
      </ul>
      {naming === undefined ? null : <MailboxNameDialog naming={naming} onClose={() => setNaming(undefined)} />}
    </>
  )
}

/** Every inbox that is open to the person, in one list. */
const AllInboxesLine = () => {
  const { t } = useTranslation()
  const count = useUnreadOfAll()
  return (
    <ul>
      <li className={css.line}>
        <Link
          to="/mail/$mailbox"
          params={{ mailbox: joinPlace(ALL, 'inbox') }}
          className={css.link}
          activeProps={{ 'aria-current': 'page' }}
          data-unread={count > 0 || undefined}
          onClick={closeDrawer}
        >
          <span className={css.icon}>
            <Icon name="inboxes" size={19} />
          </span>
          <span className={css.name}>{t('mailbox.all')}</span>
          {count === 0 ? null : (
            <span className={css.count} data-strong="">
              <span aria-hidden="true">{count > 9999 ? '9999+' : count}</span>
              <span className={css.spoken}>{t('mailbox.unread', { count })}</span>
            </span>
          )}
        </Link>
      </li>
    </ul>
  )
}

const useUnreadOfAll = (): number => {
  const own = useOwnClient()
  const functions = useLive(openFunctions)
  const clients = useMemo(() => [own, ...functions.map(({ client }) => client)], [own, functions])
  const subscribe = useCallback(
    (fn: () => void) => {
      const stops = clients.map(({ mailboxes }) => mailboxes.subscribe(fn))
      return () => {
        for (const stop of stops) stop()
      }
    },
    [clients],
  )
  return useSyncExternalStore(subscribe, () =>
    clients.reduce((sum, client) => sum + (inboxOf(client)?.unreadEmails ?? 0), 0),
  )
}

export const MailboxSidebar = () => {
  const { t } = useTranslation()
  const own = useOwnClient()
  const functions = useLive(openFunctions)
  // What is below the folders is fetched and made once they have been painted.
  const isKnown = useDeferredValue(useMailboxes().length > 0, false)
  return (
    <div className={css.side}>
      <Button
        kind="primary"
        icon="write"
        className={css.compose}
        onPress={() => {
          closeDrawer()
          compose()
        }}
      >
        {t('action.compose')}
      </Button>
      <nav className={css.nav} aria-label={t('mailbox.nav')}>
        {functions.length === 0 ? null : (
          <div data-later="">
            <AllInboxesLine />
          </div>
        )}
        <ClientProvider client={own}>
          <OwnMailboxes />
        </ClientProvider>
        <div data-later="">
          <Suspense>{functions.length === 0 ? null : <FunctionSections />}</Suspense>
          <Suspense>{isKnown ? <SidebarMore /> : null}</Suspense>
        </div>
      </nav>
    </div>
  )
}
