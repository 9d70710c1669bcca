/** The portal's home: what this person needs under this profile, arranged by them, a click away. */
import { Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PortalArrangement, Tile } from '#format/jmap/portal.ts'
import { messageDate } from '../../i18n/format.ts'
import { lazyScreen } from '../../i18n/parts.ts'
import { profileName } from '../../shell/profile-name.ts'
import { type Session, session } from '../../shell/session.ts'
import { screenTitle } from '../../shell/use-title.ts'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { Note } from '../../ui/page.tsx'
import { Cards, Incidents, MailPart, QuotaPart, TroublePart } from './beside.tsx'
import css from './portal.module.css'
import { PortalSearch } from './portal-search.tsx'
import { noActions, TileCard } from './tile-card.tsx'
import { TileSections } from './tile-sections.tsx'
import { NoticesPart, RequestsPart } from './told.tsx'
import { type Portal, usePortal } from './use-portal.ts'

const profileOf = (who: Session | undefined) =>
  who?.profiles.find(({ id }) => id === who.profile) ?? (who?.profile === undefined ? who?.profiles[0] : undefined)

const Greeting = () => {
  const { t } = useTranslation()
  const who = useLive(session)
  const profile = profileOf(who)
  const name = who?.name.split(' ')[0] ?? ''
  return (
    <header className={css.greeting}>
      <h1 className={css.title}>{name === '' ? t('portal.helloPlain') : t('portal.hello', { name })}</h1>
      <p className={css.soft}>
        {/* Without a network nobody knows. */}
        {who === undefined
          ? '\u00a0'
          : profile === undefined
            ? t('portal.noProfile')
            : t('portal.as', { profile: profileName(profile, t) })}
      </p>
    </header>
  )
}

const FirstDayCard = lazyScreen(['setup'], () => import('../setup/first-day.tsx').then((module) => module.FirstDayCard))

const NextEvents = lazyScreen(['agenda'], () => import('../agenda/next-events.tsx').then((module) => module.NextEvents))

const RECENT = 4

const Recent = ({ tiles, arrangement }: { tiles: readonly Tile[]; arrangement: PortalArrangement }) => {
  const { t, i18n } = useTranslation()
  const recent = arrangement.recent
    .flatMap(({ tileId, at }) => {
      const tile = tiles.find(({ id }) => id === tileId)
      return tile ? [{ tile, at }] : []
    })
    .slice(0, RECENT)
  if (recent.length === 0) return null
  return (
    <section className={css.section} aria-labelledby="portal-recent">
      <h2 className={css.heading} id="portal-recent">
        {t('portal.recent')}
      </h2>
      <ul className={classes(css.tiles, css.small)}>
        {recent.map(({ tile, at }) => (
          <TileCard
            key={tile.id}
            tile={tile}
            actions={noActions}
            more={t('portal.lastUsed', { when: messageDate(at, i18n.language) })}
          />
        ))}
      </ul>
    </section>
  )
}

/** On a phone one part stands above the other: the way to the lower one without passing all of the upper. */
const JumpTo = ({ part }: { part: 'services' | 'beside' }) => {
  const { t } = useTranslation()
  const go = () => {
    const target = document.getElementById(`portal-${part}`)
    target?.scrollIntoView({ block: 'start' })
    target?.focus({ preventScroll: true })
  }
  return (
    <div className={css.jump}>
      <Button kind="quiet" icon={part === 'services' ? 'grid' : 'flag'} onPress={go}>
        {t(`portal.jump.${part}`)}
      </Button>
    </div>
  )
}

/** Profiles whose first need is what is asked of them, not where to go. */
const cardsFirst: ReadonlySet<string> = new Set(['head', 'parent', 'school-life'])

const Content = ({ portal, arrangement }: { portal: Portal; arrangement: PortalArrangement }) => {
  const { t } = useTranslation()
  const who = useLive(session)
  const [text, setText] = useState('')
  const kind = profileOf(who)?.kind ?? ''
  const { tiles = [], cards = [] } = portal.view ?? {}
  const now = Date.now()
  const shown = cards
    .filter((card) => !card.isDismissed && Date.parse(card.expiresAt) > now)
    .filter((card) => card.profile === null || card.profile === kind)
    .toSorted((a, b) => (a.startsAt < b.startsAt ? 1 : a.startsAt > b.startsAt ? -1 : a.id < b.id ? 1 : -1))
  const isAsked = text.trim() !== ''
  const layout = kind === 'pupil' ? 'large' : cardsFirst.has(kind) ? 'cards' : 'plain'
  return (
    <div className={css.columns} data-layout={layout}>
      <JumpTo part={layout === 'cards' ? 'services' : 'beside'} />
      <section className={css.services} id="portal-services" tabIndex={-1} aria-label={t('portal.jump.services')}>
        <PortalSearch tiles={tiles} text={text} onText={setText} />
        {isAsked ? null : tiles.length === 0 ? (
          <Note>
            <p>{t('portal.empty')}</p>
            <p>{t('portal.emptyMore')}</p>
          </Note>
        ) : (
          <>
            <Recent tiles={tiles} arrangement={arrangement} />
            <TileSections tiles={tiles} arrangement={arrangement} portal={portal} />
          </>
        )}
      </section>
      <section className={css.beside} id="portal-beside" tabIndex={-1} aria-label={t('portal.jump.beside')}>
        <Suspense>
          <FirstDayCard />
        </Suspense>
        <QuotaPart />
        {portal.view ? <RequestsPart view={portal.view} /> : null}
        {portal.view ? <NoticesPart view={portal.view} /> : null}
        <Suspense>
          <NextEvents />
        </Suspense>
        <Cards cards={shown} portal={portal} />
        <MailPart />
        <TroublePart />
      </section>
    </div>
  )
}

export const PortalScreen = () => {
  const { t } = useTranslation()
  const portal = usePortal()
  useEffect(() => {
    screenTitle.set(t('portal.title'))
    return () => screenTitle.set('')
  }, [t])
  const { view, arrangement, isOld } = portal
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <main className={css.screen} id="list" tabIndex={0}>
      <div className={css.page}>
        <Greeting />
        <Incidents />
        {isOld ? (
          <Note tone="mark">
            <p>{view === undefined ? t('portal.failed') : t('portal.old')}</p>
            <Button onPress={portal.retry}>{t('portal.retry')}</Button>
          </Note>
        ) : null}
        {view === undefined || arrangement === undefined ? (
          isOld ? null : (
            <p className={css.soft} aria-busy="true" role="status">
              {t('portal.loading')}
            </p>
          )
        ) : (
          <Content portal={portal} arrangement={arrangement} />
        )}
      </div>
    </main>
  )
}
