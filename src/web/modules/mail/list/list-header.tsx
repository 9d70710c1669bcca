/** Above the list: where we are and how many; when rows are selected, what can be done with them. */
import { memo, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { localeOf } from '../../../i18n/format.ts'
import { lazyScreen } from '../../../i18n/parts.ts'
import { useMailboxes } from '../../../shell/client.tsx'
import { ALL } from '../../../shell/function-place.ts'
import { SINGLE_PANE, useMedia } from '../../../shell/media.ts'
import { useLive } from '../../../shell/value.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Menu, type MenuEntry } from '../../../ui/menu.tsx'
import { emptyMailbox } from '../act/act.ts'
import { ActionButtons } from '../act/action-buttons.tsx'
import { useActs } from '../act/use-acts.ts'
import { mailboxName } from '../mailboxes/mailbox-names.ts'
import type { ListPlace } from '../place.ts'
import { DisplayButton } from '../view/display-button.tsx'
import { focusOn, toggleFocus } from './focus.ts'
import css from './list-header.module.css'
import { chosenIn, clearSelection, type ListState, selectAll } from './list-state.ts'
import { useList } from './use-list.ts'

const SaveSearch = lazyScreen<{ text: string; onClose: () => void }>(['organise'], () =>
  import('../search/save-search.tsx').then((module) => module.SaveSearch),
)

const SearchBehind = lazyScreen<{ version: number }>(['organise'], () =>
  import('../search/search-behind.tsx').then((module) => module.SearchBehind),
)

const Chosen = ({ state, count }: { state: ListState; count: number }) => {
  const { t } = useTranslation()
  const isGathering = useLive(state.gathering) !== undefined
  // What the buttons say of the chosen may have changed with them.
  useMailboxes()
  const total = state.list.total ?? 0
  useLive(state.whole)
  useLive(state.left)
  const chosen = chosenIn(state)
  const text =
    isGathering && total > count ? t('done.working', { done: count, total }) : t('list.selected', { count: chosen })
  return (
    <header className={css.header} data-choosing="" aria-busy={isGathering}>
      <IconButton icon="close" label={t('list.clear')} shortcut={t('keys.esc')} onPress={() => clearSelection(state)} />
      <span className={css.chosen} role="status">
        <span className={css.many} aria-hidden="true">
          {chosen}
        </span>
        <span className={css.sentence}>{text}</span>
      </span>
      <div className={css.actions} role="toolbar" aria-label={t('action.toolbar')}>
        <ActionButtons />
      </div>
    </header>
  )
}

export const ListHeader = memo(({ state, place }: { state: ListState; place: ListPlace }) => {
  const { t, i18n } = useTranslation()
  const acts = useActs()
  useList(state.list)
  const selection = useLive(state.selection)
  const isSingle = useMedia(SINGLE_PANE)
  const isOffline = useLive(acts.client.status) === 'offline'
  const [isSaving, setSaving] = useState(false)
  const isFocused = useLive(focusOn)
  const { total } = state.list
  if (selection.size > 0) return <Chosen state={state} count={selection.size} />
  const isSearch = place.kind === 'search'
  const role = place.mailbox?.role
  const empty: MenuEntry | undefined =
    (role === 'trash' || role === 'junk') && (total ?? 0) > 0
      ? {
          id: 'empty',
          label: role === 'trash' ? t('mailbox.emptyTrash') : t('mailbox.emptyJunk'),
          icon: 'trash',
          apart: true,
          onAction: () => void emptyMailbox(acts, acts.place.mailbox),
        }
      : undefined
  const isAll = place.account === ALL
  const title = isSearch
    ? t('search.title')
    : isAll
      ? t('mailbox.all')
      : place.mailbox === undefined
        ? ''
        : mailboxName(place.mailbox, t)
  const number = total?.toLocaleString(localeOf(i18n.language))
  const collapsed = place.query?.collapseThreads !== false
  const isSearching = isSearch && state.list.stale
  const about = isSearching
    ? t(isOffline ? 'search.onDevice' : 'search.searching')
    : isSearch
      ? t('search.results', { count: total ?? 0 })
      : t('list.count', { count: total ?? 0 })
  return (
    <header className={css.header}>
      <div className={css.words}>
        <h1 className={css.title}>{title}</h1>
        <p className={css.about} role={isSearch ? 'status' : undefined}>
          {total === undefined && !isSearching
            ? ' '
            : state.list.isBound
              ? t('mailbox.allMost', { count: total ?? 0 }).replace(String(total), number ?? '')
              : collapsed || isSearch
                ? about.replace(String(total), number ?? '')
                : number}
          {isSearch && !isSearching ? (
            <Suspense>
              <SearchBehind version={state.list.version} />
            </Suspense>
          ) : null}
        </p>
      </div>
      {role === 'inbox' ? (
        <button
          type="button"
          className={css.focus}
          aria-label={t('list.focus')}
          title={t('list.focus')}
          aria-pressed={isFocused}
          onClick={toggleFocus}
        >
          {t('list.focusShort')}
        </button>
      ) : null}
      {isSearch ? <IconButton icon="plus" label={t('search.save')} onPress={() => setSaving(true)} /> : null}
      {empty === undefined || isSingle ? null : (
        <Button kind="quiet" className={css.empty} aria-label={empty.label} onPress={empty.onAction}>
          {t('mailbox.emptyShort')}
        </Button>
      )}
      {isSingle ? null : <DisplayButton />}
      <Menu
        label={t('app.more')}
        trigger={<IconButton icon="more" label={t('app.more')} />}
        entries={[
          { id: 'all', label: t('list.selectAll'), icon: 'check', onAction: () => void selectAll(acts.client, state) },
          ...(isSingle
            ? [
                {
                  id: 'display',
                  label: t('list.display'),
                  icon: 'view' as const,
                  onAction: () => void acts.navigate({ to: '/settings', hash: 'display' }),
                },
              ]
            : []),
          { id: 'refresh', label: t('list.refresh'), icon: 'refresh', onAction: () => acts.client.wake() },
          ...(empty === undefined ? [] : [empty]),
        ]}
      />
      <Suspense>{isSaving ? <SaveSearch text={place.text} onClose={() => setSaving(false)} /> : null}</Suspense>
    </header>
  )
})
