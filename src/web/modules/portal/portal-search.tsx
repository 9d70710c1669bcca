/** One search for the services, the guides and the people that somebody may need; services as one types, the others after. */
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tile } from '#format/jmap/portal.ts'
import type { PersonRecipient, Recipient } from '#format/jmap/recipients.ts'
import { tileScore } from '#format/portal/search.ts'
import { announce } from '../../shell/announce.tsx'
import { useClient } from '../../shell/client.tsx'
import { ask, records, text as textOf } from '../../shell/request.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { composeTo } from '../mail/compose/composers.ts'
import css from './portal.module.css'
import { noActions, TileCard } from './tile-card.tsx'

interface Guide {
  readonly title: string
  readonly summary: string
  readonly url: string
}

interface Elsewhere {
  readonly text: string
  readonly guides: readonly Guide[]
  readonly people: readonly PersonRecipient[]
}

/** A pause in typing long enough to ask the server. */
const PAUSE_MS = 250
const SHOWN = 6

const readGuides = (answer: Readonly<Record<string, unknown>>): Guide[] =>
  records(answer.results)
    .map((one) => ({ title: textOf(one.title), summary: textOf(one.summary), url: textOf(one.url) }))
    .filter(({ title, url }) => title !== '' && /^\/(?![/\\])/.test(url))
    .slice(0, SHOWN)

/** Guides and people that answer some words; what cannot be asked is left out, since the services are there already. */
const useElsewhere = (text: string): Elsewhere | undefined => {
  const { i18n } = useTranslation()
  const client = useClient()
  const [found, setFound] = useState<Elsewhere>()
  const words = text.trim()
  useEffect(() => {
    if (words.length < 2) return
    let gone = false
    const timer = setTimeout(async () => {
      const query = new URLSearchParams({ q: words, lang: i18n.language === 'en' ? 'en' : 'fr' })
      const [guides, people] = await Promise.all([
        ask(`/help/api/search?${query}`, undefined, readGuides),
        client.recipients(words).catch((): readonly Recipient[] => []),
      ])
      if (gone) return
      setFound({
        text: words,
        guides: guides.kind === 'ok' ? guides.value : [],
        people: people.flatMap((one) => (one.kind === 'group' ? [] : [one])).slice(0, SHOWN),
      })
    }, PAUSE_MS)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [words, client, i18n.language])
  return words.length < 2 ? undefined : found
}

const Guides = ({ guides }: { guides: readonly Guide[] }) => {
  const { t } = useTranslation()
  if (guides.length === 0) return null
  return (
    <section className={css.section} aria-labelledby="portal-guides">
      <h2 className={css.heading} id="portal-guides">
        {t('portal.foundGuides')}
      </h2>
      <ul className={css.results}>
        {guides.map(({ title, summary, url }) => (
          <li key={url} className={css.result}>
            <Icon name="help" size={18} />
            <p>
              <a href={url}>{title}</a>
              <span className={css.soft}> {summary}</span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

const People = ({ people }: { people: readonly PersonRecipient[] }) => {
  const { t } = useTranslation()
  if (people.length === 0) return null
  return (
    <section className={css.section} aria-labelledby="portal-people">
      <h2 className={css.heading} id="portal-people">
        {t('portal.foundPeople')}
      </h2>
      <ul className={css.results}>
        {people.map(({ name, email }) => (
          <li key={email} className={css.result}>
            <Icon name="person" size={18} />
            <p>
              <strong>{name ?? email}</strong> <span className={css.soft}>{name === null ? '' : email}</span>
            </p>
            <Button
              kind="quiet"
              icon="write"
              aria-label={t('portal.writeTo', { name: name ?? email })}
              onPress={() =>
                composeTo(
                  `mailto:${encodeURIComponent(name === null ? email : `"${name.replaceAll('"', '')}" <${email}>`)}`,
                )
              }
            >
              {t('portal.write')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}

export const PortalSearch = ({
  tiles,
  text,
  onText,
}: {
  tiles: readonly Tile[]
  text: string
  onText: (text: string) => void
}) => {
  const { t } = useTranslation()
  const field = useRef<HTMLInputElement>(null)
  const elsewhere = useElsewhere(text)
  const found = tiles
    .map((tile) => ({ tile, score: tileScore(tile, text) }))
    .filter(({ score }) => text.trim() !== '' && score > 0)
    .sort((a, b) => b.score - a.score || a.tile.sortOrder - b.tile.sortOrder)
    .map(({ tile }) => tile)
  const isAsked = text.trim() !== ''
  const more = (elsewhere?.guides.length ?? 0) + (elsewhere?.people.length ?? 0)
  const said = !isAsked
    ? ''
    : found.length > 0
      ? t('portal.found', { count: found.length })
      : more > 0
        ? t('portal.foundNoService')
        : t('portal.foundNone', { text })
  const isKnown = elsewhere?.text === text.trim()
  const spoken = isAsked && isKnown && more > 0 ? `${said}. ${t('portal.foundMore', { count: more })}` : said
  useEffect(() => {
    if (spoken === '') return
    const timer = setTimeout(() => announce(spoken), PAUSE_MS * 2)
    return () => clearTimeout(timer)
  }, [spoken])
  return (
    <div className={css.searching}>
      <search>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            const first = found[0]?.url ?? (isKnown ? elsewhere.guides[0]?.url : undefined)
            if (first !== undefined) window.location.assign(first)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && isAsked) onText('')
          }}
        >
          <Field
            label={t('portal.search')}
            value={text}
            onChange={onText}
            inputRef={field}
            autoComplete="off"
            maxLength={200}
            trailing={
              isAsked ? (
                <IconButton
                  icon="close"
                  size={16}
                  label={t('portal.clear')}
                  onPress={() => {
                    onText('')
                    field.current?.focus()
                  }}
                />
              ) : null
            }
          />
          <p className={css.faint}>{t('portal.searchHint')}</p>
        </form>
      </search>
      {isAsked ? (
        <>
          <h2 className={css.heading}>{said}</h2>
          <ul className={css.tiles}>
            {found.map((tile) => (
              <TileCard key={tile.id} tile={tile} actions={noActions} />
            ))}
          </ul>
          {elsewhere ? (
            <>
              <Guides guides={elsewhere.guides} />
              <People people={elsewhere.people} />
            </>
          ) : null}
        </>
      ) : null}
    </div>
  )
}
