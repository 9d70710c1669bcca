/** Below the mailboxes: labels, saved searches, what the server is doing, and the room that is left. */
import { Link, useLocation, useSearch } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MailLabel, SavedSearch } from '#format/jmap/organising.ts'
import { lazyScreen } from '../../../i18n/parts.ts'
import { useClient } from '../../../shell/client.tsx'
import { searchIn } from '../../../shell/function-place.ts'
import { drawerOpen } from '../../../shell/open-parts.ts'
import { toast } from '../../../shell/toasts.tsx'
import { useLive } from '../../../shell/value.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { undoJob } from './bulk.ts'
import { colourOf } from './label-colour.ts'
import { labelSearch } from './label-search.ts'
import { organiseData, organised } from './organised.ts'
import { Quota } from './quota.tsx'
import { removeLabel } from './remove-label.ts'
import css from './sidebar-more.module.css'

const NameSearch = lazyScreen<{ text: string; saved?: SavedSearch; onClose: () => void }>(['organise'], () =>
  import('../search/save-search.tsx').then((module) => module.SaveSearch),
)

const LabelChange = lazyScreen<{ label: MailLabel; onClose: () => void }>(['organise'], () =>
  import('./label-change.tsx').then((module) => module.LabelChange),
)

const closeDrawer = () => drawerOpen.set(false)

export const SearchLink = ({ text, children, label }: { text: string; children: React.ReactNode; label?: string }) => {
  const isSearch = useLocation({ select: ({ pathname }) => pathname.startsWith('/search') })
  const q = useSearch({ strict: false, select: (search) => search.q })
  const { account } = useClient()
  const isHere = isSearch && q === text
  return (
    <Link
      to="/search"
      search={searchIn(account, text)}
      className={css.link}
      aria-label={label}
      aria-current={isHere ? 'page' : undefined}
      // The router would mark every search as this one.
      activeProps={{}}
      activeOptions={{ exact: true, includeSearch: true }}
      onClick={closeDrawer}
    >
      {children}
    </Link>
  )
}

const Labels = () => {
  const { t, i18n } = useTranslation()
  const client = useClient()
  const { labels } = useLive(organised)
  const [changing, setChanging] = useState<string>()
  const changed = labels.find(({ id }) => id === changing)
  if (labels.length === 0) return null
  return (
    <>
      <h2 className={css.heading} id="side-labels">
        {t('organise.labels')}
      </h2>
      <ul aria-labelledby="side-labels">
        {labels.map((one) => {
          const { id, name, colour } = one
          const more = t('organise.labelMore', { name })
          return (
            <li key={id} className={css.line}>
              <SearchLink text={labelSearch(name, i18n.language)} label={t('organise.withLabel', { name })}>
                <span className={css.icon} style={{ color: colourOf(colour) }}>
                  <Icon name="label" size={19} />
                </span>
                <span className={css.name}>{name}</span>
              </SearchLink>
              <Menu
                label={more}
                trigger={<IconButton icon="more" size={16} className={css.remove} label={more} />}
                entries={[
                  {
                    id: 'change',
                    label: t('organise.changeLabel'),
                    icon: 'write',
                    onAction: () => setChanging(id),
                  },
                  {
                    id: 'remove',
                    label: t('organise.removeThisLabel'),
                    icon: 'trash',
                    onAction: () => void removeLabel({ client, t }, one),
                  },
                ]}
              />
            </li>
          )
        })}
      </ul>
      <Suspense>
        {changed === undefined ? null : (
          <LabelChange key={changed.id} label={changed} onClose={() => setChanging(undefined)} />
        )}
      </Suspense>
    </>
  )
}

const Searches = () => {
  const { t } = useTranslation()
  const client = useClient()
  const { searches } = useLive(organised)
  const [renaming, setRenaming] = useState<SavedSearch>()
  if (searches.length === 0) return null
  const remove = async ({ id, name, text, sortOrder }: SavedSearch) => {
    try {
      const data = await organiseData(client)
      await data.set('SavedSearch', { destroy: [id] })
      const undo = () => void data.set('SavedSearch', { create: { m: { name, text, sortOrder } } })
      toast(t('done.folderRemoved', { name }), { undo })
    } catch {
      toast(t('organise.failed'), { tone: 'problem' })
    }
  }
  return (
    <>
      <h2 className={css.heading} id="side-searches">
        {t('organise.searches')}
      </h2>
      <ul aria-labelledby="side-searches">
        {searches.map((search) => (
          <li key={search.id} className={css.line}>
            <SearchLink text={search.text}>
              <Icon name="search" size={19} />
              <span className={css.name}>{search.name}</span>
            </SearchLink>
            <Menu
              label={t('organise.searchMore', { name: search.name })}
              trigger={
                <IconButton
                  icon="more"
                  size={16}
                  className={css.remove}
                  label={t('organise.searchMore', { name: search.name })}
                />
              }
              entries={[
                {
                  id: 'rename',
                  label: t('organise.renameSearch'),
                  icon: 'write',
                  onAction: () => setRenaming(search),
                },
                { id: 'remove', label: t('organise.removeSearch'), icon: 'trash', onAction: () => void remove(search) },
              ]}
            />
          </li>
        ))}
      </ul>
      <Suspense>
        {renaming === undefined ? null : (
          <NameSearch text={renaming.text} saved={renaming} onClose={() => setRenaming(undefined)} />
        )}
      </Suspense>
    </>
  )
}

const Jobs = () => {
  const { t } = useTranslation()
  const client = useClient()
  const { jobs } = useLive(organised)
  const running = jobs.filter(({ state }) => state === 'running' || state === 'undoing')
  if (running.length === 0) return null
  return (
    <section className={css.box} aria-label={t('organise.jobs')}>
      {running.map(({ id, done, total, state }) => (
        <div key={id}>
          <p>{state === 'undoing' ? t('organise.undoing') : t('organise.jobRunning', { done, total })}</p>
          <progress max={total} value={done} aria-label={t('organise.jobs')} />
          {state === 'running' ? (
            <Button kind="quiet" onPress={() => void undoJob({ client, t }, id)}>
              {t('app.undo')}
            </Button>
          ) : null}
        </div>
      ))}
    </section>
  )
}

export const SidebarMore = () => (
  <>
    <Labels />
    <Searches />
    <Jobs />
    <Quota />
  </>
)
