/** The first day, in the portal: three steps, how far one is, and a small celebration. */
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useLoaded } from '../../shell/use-loaded.ts'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { compose } from '../mail/compose/composers.ts'
import css from './setup.module.css'
import { type FirstDay, hideFirstDay, loadFirstDay } from './setup-requests.ts'

const colours = ['var(--accent)', 'var(--leaf)', 'var(--ochre)', 'var(--madder)']

/** Falls once, and not at all for those who want nothing to move. */
const Confetti = () =>
  Array.from({ length: 16 }, (_, n) => (
    <i
      // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and never change place
      key={n}
      aria-hidden
      style={{ left: `${(n * 37) % 100}%`, background: colours[n % 4], animationDelay: `${(n % 6) * 90}ms` }}
    />
  ))

const Finished = ({ day }: { day: FirstDay }) => {
  const { t } = useTranslation()
  const minutes = Math.max(1, Math.round(((day.finishedAt ?? day.beganAt) - day.beganAt) / 60_000))
  return (
    <div className={css.party} role="status">
      <p>
        <strong>{t('firstDay.finished')}</strong> {minutes <= 60 ? t('firstDay.minutes', { count: minutes }) : ''}
      </p>
      <Confetti />
    </div>
  )
}

const Step = ({ done, name, go }: { done: boolean; name: string; go?: ReactNode }) => {
  const { t } = useTranslation()
  return (
    <li className={css.step} data-done={done || undefined}>
      <span className={css.tick}>{done ? <Icon name="check" size={15} /> : null}</span>
      {done ? (
        <span>
          {name} <span className={css.soft}>({t('firstDay.done')})</span>
        </span>
      ) : (
        go
      )}
    </li>
  )
}

export const FirstDayCard = () => {
  const { t } = useTranslation()
  const loaded = useLoaded('first-day', loadFirstDay)
  const { reload } = loaded
  useEffect(() => {
    const look = (): void => void (document.hidden || reload())
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [reload])
  const day = loaded.value
  if (day === undefined || !day.shown) return null
  const count = 1 + Number(day.sentAt !== undefined) + Number(day.deviceAt !== undefined)
  return (
    <section className={css.box} aria-labelledby="first-day">
      <div className={css.head}>
        <h2 id="first-day">{t('firstDay.title')}</h2>
        <IconButton
          icon="close"
          size={16}
          label={t('firstDay.hideLabel')}
          onPress={() => void hideFirstDay().then(reload)}
        />
      </div>
      {day.finishedAt === undefined ? <p className={css.soft}>{t('firstDay.intro')}</p> : null}
      <progress className={css.bar} max={3} value={count} aria-label={t('firstDay.progress', { count })} />
      {day.finishedAt === undefined ? (
        <ol className={css.steps}>
          <Step done name={t('firstDay.signIn')} />
          <Step
            done={day.sentAt !== undefined}
            name={t('firstDay.send')}
            go={
              <Link to="/mail/$mailbox" params={{ mailbox: 'inbox' }} onClick={() => compose()}>
                {t('firstDay.sendGo')}
              </Link>
            }
          />
          <Step
            done={day.deviceAt !== undefined}
            name={t('firstDay.device')}
            go={<Link to="/setup">{t('firstDay.deviceGo')}</Link>}
          />
        </ol>
      ) : (
        <Finished day={day} />
      )}
    </section>
  )
}
