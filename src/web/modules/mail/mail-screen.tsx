/** The mail: the list and the conversation, side by side or one at a time. */
import { useNavigate, useRouter } from '@tanstack/react-router'
import { Suspense, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { lazyScreen } from '../../i18n/parts.ts'
import { useClient, useOwnClient } from '../../shell/client.tsx'
import { ALL } from '../../shell/function-place.ts'
import { openFunctions } from '../../shell/functions.ts'
import { DRAWER, useMedia } from '../../shell/media.ts'
import { screenTitle } from '../../shell/use-title.ts'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import { labelRequest, moveRequest, snoozeRequest } from './act/act.ts'
import type { Acts } from './act/acts.ts'
import { headedIn } from './act/headed.ts'
import { ActsContext } from './act/use-acts.ts'
import { useMailKeys } from './act/use-mail-keys.ts'
import { compose } from './compose/composers.ts'
import { ConversationList } from './list/conversation-list.tsx'
import { ListHeader } from './list/list-header.tsx'
import { createListState, currentList, type ListState } from './list/list-state.ts'
import { useNewMail } from './list/use-new-mail.ts'
import css from './mail-screen.module.css'
import { mailboxName } from './mailboxes/mailbox-names.ts'
import { useOrganised } from './organise/use-organised.ts'
import { type Place, usePlace } from './place.ts'
import { EmptyReader } from './read/empty-reader.tsx'
import { ThreadPane } from './read/thread-pane.tsx'
import { SearchHints } from './search/search-hints.tsx'
import { followView, useLayout } from './view/view.ts'

const MoveDialog = lazyScreen(['organise'], () => import('./act/move-dialog.tsx').then((module) => module.MoveDialog))
const LabelDialog = lazyScreen(['organise'], () =>
  import('./organise/label-dialog.tsx').then((module) => module.LabelDialog),
)
const SnoozeDialog = lazyScreen(['organise'], () =>
  import('./organise/snooze-dialog.tsx').then((module) => module.SnoozeDialog),
)

/** One state per query; the list of the query left behind is closed. */
const useListState = (place: Place): ListState | undefined => {
  const client = useClient()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the query says which mailbox it is of
  const state = useMemo(() => createListState(client, place), [client, place.query])
  useEffect(() => {
    currentList.set(state)
    return () => state?.list.close()
  }, [state])
  return state
}

/** The same object for the screen's life, so that rows need not render again; its fields are always current. */
const useActsObject = (state: ListState | undefined, place: Place): Acts => {
  const client = useClient()
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { history } = useRouter()
  const acts = useRef<Acts>(undefined)
  acts.current ??= {
    ...{ client, t, navigate, state, place },
    headed: () => headedIn(history.location.pathname, acts.current?.place ?? place),
  }
  Object.assign(acts.current, { t, navigate, state, place })
  return acts.current
}

/** The room that is left is no matter of the first moments. */
const WARN_AFTER_MS = 2500

/** Labels and preferences are fetched beside the first list, which does not wait for them. */
const useOrder = (): void => {
  const own = useOwnClient()
  const client = useOrganised()
  const accountId = useLive(client.session)?.accountId
  useEffect(() => (accountId === undefined ? undefined : followView(client)), [client, accountId])
  const navigate = useNavigate()
  useEffect(() => {
    if (accountId === undefined || client !== own) return
    // Without a network it is told another time.
    const warn = () =>
      void import('./organise/quota-warning.ts')
        .then((module) => module.warnOfQuota(own, navigate))
        .catch(() => undefined)
    const timer = setTimeout(warn, WARN_AFTER_MS)
    return () => clearTimeout(timer)
  }, [client, own, accountId, navigate])
}

const Waiting = () => <div className={css.waiting} aria-busy="true" id="list" />

export const MailScreen = () => {
  const { t } = useTranslation()
  const [place, listPlace] = usePlace()
  const state = useListState(place)
  const acts = useActsObject(state, place)
  // Where the sidebar, and its button, are behind another.
  const isDrawer = useMedia(DRAWER)
  const layout = useLayout()
  const isSingle = layout === 'alone'
  const moving = useLive(moveRequest) !== undefined
  const labelling = useLive(labelRequest) !== undefined
  const snoozing = useLive(snoozeRequest) !== undefined
  useMailKeys(acts)
  useOrder()
  useNewMail(state)
  const name =
    place.kind === 'search'
      ? t('search.title')
      : place.account === ALL
        ? t('mailbox.all')
        : place.mailbox === undefined
          ? ''
          : mailboxName(place.mailbox, t)
  const functions = useLive(openFunctions)
  const ofFunction = functions.find(({ accountId }) => accountId === place.account)?.name
  useEffect(() => screenTitle.set(ofFunction === undefined ? name : `${name} · ${ofFunction}`), [name, ofFunction])
  const isReading = place.threadId !== undefined
  return (
    <ActsContext value={acts}>
      <div className={css.screen} data-layout={layout}>
        {isSingle && isReading ? null : (
          <section className={css.list} aria-label={name}>
            {state === undefined ? (
              place.kind === 'search' ? (
                <SearchHints />
              ) : (
                <Waiting />
              )
            ) : (
              <>
                <ListHeader state={state} place={listPlace} />
                <ConversationList state={state} place={listPlace} openThread={place.threadId} />
              </>
            )}
            {isDrawer ? (
              <Button kind="primary" icon="write" className={css.write} onPress={() => compose()}>
                {t('action.compose')}
              </Button>
            ) : null}
          </section>
        )}
        {isSingle && !isReading ? null : (
          <main className={css.reader} aria-label={t('thread.label')}>
            {place.threadId === undefined ? (
              <EmptyReader state={state} />
            ) : (
              <ThreadPane threadId={place.threadId} place={listPlace} />
            )}
          </main>
        )}
        <Suspense>
          {moving ? <MoveDialog /> : null}
          {labelling ? <LabelDialog /> : null}
          {snoozing ? <SnoozeDialog /> : null}
        </Suspense>
      </div>
    </ActsContext>
  )
}
