/** What one was told, and how one wants to be told: by subject and channel, with hours of one's own. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PortalNotification } from '#format/jmap/notices.ts'
import type { Words } from '#format/jmap/portal.ts'
import { messageDate } from '../../i18n/format.ts'
import { type Answer, ask, numberOr, record, records, text } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { Loading } from '../account/loading.tsx'
import { type Portal, usePortal } from '../portal/use-portal.ts'
import { inLanguage } from './notice-view.tsx'
import css from './notices.module.css'
import { clock, minutesOf, type Quiet, QuietFields, readQuiet, weekdays } from './quiet-fields.tsx'
import { ToldPage } from './told-nav.tsx'

type Channels = { readonly portal: boolean; readonly push: boolean; readonly mail: string }

interface Wanted {
  readonly channels: Readonly<Record<string, Channels>>
  readonly quiet: Quiet
  readonly digest: { readonly every: string; readonly weekday: number; readonly at: number }
}

interface Loaded extends Wanted {
  readonly categories: readonly {
    readonly id: string
    readonly words: Words
    readonly about: Words
    readonly must: boolean
  }[]
}

const load = (): Promise<Answer<Loaded>> =>
  ask('/auth/notifications', undefined, (answer) => {
    const digest = record(answer.digest)
    const channels = Object.entries(record(answer.channels)).map(([id, value]) => {
      const one = record(value)
      return [id, { portal: one.portal === true, push: one.push === true, mail: text(one.mail) }] as const
    })
    return {
      channels: Object.fromEntries(channels),
      quiet: readQuiet(answer.quiet),
      digest: { every: text(digest.every), weekday: numberOr(digest.weekday, 1), at: numberOr(digest.at, 0) },
      categories: records(answer.categories).map((one) => ({
        id: text(one.id),
        words: { fr: text(record(one.words).fr), en: text(record(one.words).en) },
        about: { fr: text(record(one.about).fr), en: text(record(one.about).en) },
        must: one.must === 'portal',
      })),
    }
  })

const ways = ['now', 'digest', 'no'] as const

const Matrix = ({ wanted, known, onChange }: { wanted: Wanted; known: Loaded; onChange: (wanted: Wanted) => void }) => {
  const { t, i18n } = useTranslation()
  const put = (id: string, more: Partial<Channels>) => {
    const before = wanted.channels[id]
    if (before) onChange({ ...wanted, channels: { ...wanted.channels, [id]: { ...before, ...more } } })
  }
  const columns = [t('notices.channel.portal'), t('notices.channel.push'), t('notices.channel.mail')]
  return (
    <table className={css.matrix}>
      <thead>
        <tr>
          <th scope="col">{t('notices.subject')}</th>
          {columns.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {known.categories.map(({ id, words, about, must }) => {
          const one = wanted.channels[id]
          const name = inLanguage(words, i18n.language)
          if (!one) return null
          return (
            <tr key={id}>
              <th scope="row">
                {name}
                <p className={css.soft}>{inLanguage(about, i18n.language)}</p>
              </th>
              <td data-name={columns[0]}>
                <input
                  type="checkbox"
                  aria-label={t('notices.byChannel', { name, channel: columns[0] ?? '' })}
                  checked={one.portal}
                  disabled={must}
                  onChange={(event) => put(id, { portal: event.target.checked })}
                />
              </td>
              <td data-name={columns[1]}>
                <input
                  type="checkbox"
                  aria-label={t('notices.byChannel', { name, channel: columns[1] ?? '' })}
                  checked={one.push}
                  onChange={(event) => put(id, { push: event.target.checked })}
                />
              </td>
              <td data-name={columns[2]}>
                <select
                  aria-label={t('notices.byChannel', { name, channel: columns[2] ?? '' })}
                  value={one.mail}
                  onChange={(event) => put(id, { mail: event.target.value })}
                >
                  {ways.map((way) => (
                    <option key={way} value={way}>
                      {t(`notices.way.${way}`)}
                    </option>
                  ))}
                </select>
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** In the order of their numbers, from 1. */

const Hours = ({ wanted, onChange }: { wanted: Wanted; onChange: (wanted: Wanted) => void }) => {
  const { t } = useTranslation()
  const { quiet, digest } = wanted
  const setDigest = (more: Partial<Wanted['digest']>) => onChange({ ...wanted, digest: { ...digest, ...more } })
  return (
    <>
      <Section id="quiet" title={t('notices.quiet')} intro={t('notices.quietIntro')}>
        <div className={css.form}>
          <QuietFields quiet={quiet} onChange={(next) => onChange({ ...wanted, quiet: next })} />
        </div>
      </Section>
      <Section id="digest" title={t('notices.digest')} intro={t('notices.digestIntro')}>
        <div className={css.pair}>
          <Select
            label={t('notices.digestEvery')}
            value={digest.every}
            options={[
              { id: 'day', name: t('notices.everyDay') },
              { id: 'week', name: t('notices.everyWeek') },
            ]}
            onChange={(every) => setDigest({ every })}
          />
          {digest.every === 'week' ? (
            <Select
              label={t('notices.digestDay')}
              value={String(digest.weekday)}
              options={weekdays.map((name, i) => ({ id: String(i + 1), name: t(`notices.day.${name}`) }))}
              onChange={(day) => setDigest({ weekday: Number(day) })}
            />
          ) : null}
          <Field
            label={t('notices.digestAt')}
            type="time"
            value={clock(digest.at)}
            onChange={(value) => setDigest({ at: minutesOf(value) })}
          />
        </div>
      </Section>
    </>
  )
}

const Settings = ({ known, onSaved }: { known: Loaded; onSaved: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [wanted, setWanted] = useState<Wanted>(known)
  const save = async (body: object, said: string) => {
    if (await act.run(() => ask('/auth/notifications', body, () => undefined), said)) onSaved()
  }
  const { channels, quiet, digest } = wanted
  return (
    <>
      <Section id="channels" title={t('notices.channels')} intro={t('notices.channelsIntro')}>
        <Matrix wanted={wanted} known={known} onChange={setWanted} />
      </Section>
      <Hours wanted={wanted} onChange={setWanted} />
      <Section id="keep">
        <div className={css.actions}>
          <Button
            kind="primary"
            isDisabled={act.isBusy}
            onPress={() => void save({ channels, quiet, digest }, t('notices.savedChoices'))}
          >
            {t('app.save')}
          </Button>
          <Button isDisabled={act.isBusy} onPress={() => void save({ usual: true }, t('notices.savedUsual'))}>
            {t('notices.usual')}
          </Button>
          <Button
            isDisabled={act.isBusy}
            onPress={() =>
              void act.run(() => ask('/auth/notifications/test', {}, () => undefined), t('notices.testSent'))
            }
          >
            {t('notices.test')}
          </Button>
        </div>
      </Section>
    </>
  )
}

const Line = ({ one, portal }: { one: PortalNotification; portal: Portal }) => {
  const { t, i18n } = useTranslation()
  const [path = '', query] = one.url.split('?')
  const id = new URLSearchParams(query).get('id')
  // What an older version kept on this device has no translation.
  const { title, text } = i18n.language === 'en' ? (one.en ?? one) : one
  const see = () => {
    if (!one.isSeen) portal.seeNotification(one.id)
  }
  return (
    <li className={css.told} data-unread={one.isSeen ? undefined : true}>
      <p className={css.toldTitle}>
        {one.url === '' ? (
          title
        ) : (
          <Link to={path} search={id === null ? {} : { id }} onClick={see}>
            {title}
          </Link>
        )}
      </p>
      {text === '' ? null : <p>{text}</p>}
      <p className={css.soft}>
        {messageDate(one.at, i18n.language)}
        {one.isSeen ? null : (
          <>
            {' · '}
            <Button kind="quiet" onPress={see} aria-label={t('notices.seeNamed', { title })}>
              {t('notices.see')}
            </Button>
          </>
        )}
      </p>
    </li>
  )
}

const SHOWN = 30

export const NotificationsScreen = () => {
  const { t } = useTranslation()
  const portal = usePortal()
  const loaded = useLoaded('notifications', load)
  const [turn, setTurn] = useState(0)
  const told = (portal.view?.notifications ?? []).toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, SHOWN)
  return (
    <ToldPage part="notifications">
      <Section id="told">
        {told.length === 0 ? (
          <p className={css.soft}>{t('notices.toldNone')}</p>
        ) : (
          <ul className={css.list}>
            {told.map((one) => (
              <Line key={one.id} one={one} portal={portal} />
            ))}
          </ul>
        )}
      </Section>
      <Loading of={loaded}>
        {(known) => (
          <Settings
            key={turn}
            known={known}
            onSaved={() => void loaded.reload().then(() => setTurn((before) => before + 1))}
          />
        )}
      </Loading>
    </ToldPage>
  )
}
