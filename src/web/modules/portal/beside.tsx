/** What stands beside the services: cards that they push, unread mail, a mailbox near its end, incidents. */
import { Link } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Card } from '#format/jmap/portal.ts'
import type { LiveList } from '../../data/index.ts'
import { formatSize, messageDate } from '../../i18n/format.ts'
import { useClient, useEmail, useMailboxes } from '../../shell/client.tsx'
import { ask, momentOf, records, text } from '../../shell/request.ts'
import { session } from '../../shell/session.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { useLive } from '../../shell/value.ts'
import { IconButton } from '../../ui/button.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { useList } from '../mail/list/use-list.ts'
import css from './portal.module.css'
import type { Portal } from './use-portal.ts'

const cardIcons: Readonly<Record<Card['kind'], IconName>> = {
  grade: 'table',
  absence: 'clock',
  document: 'file',
  appointment: 'calendar',
  message: 'mail',
}

export const Cards = ({ cards, portal }: { cards: readonly Card[]; portal: Portal }) => {
  const { t, i18n } = useTranslation()
  return (
    <section className={css.box} aria-labelledby="portal-cards">
      <h2 className={css.heading} id="portal-cards">
        {t('portal.cards')}
      </h2>
      {cards.length === 0 ? (
        <p className={css.faint}>{t('portal.cardsNone')}</p>
      ) : (
        <ul className={css.cards}>
          {cards.map((card) => (
            <li key={card.id} className={css.card}>
              <span className={css.cardIcon}>
                <Icon name={cardIcons[card.kind] ?? 'mail'} size={20} />
              </span>
              <div className={css.cardText}>
                <p className={css.cardKind}>{t(`portal.cardKind.${card.kind}`)}</p>
                <p className={css.cardTitle}>{card.title}</p>
                {card.text === '' ? null : <p className={css.cardBody}>{card.text}</p>}
                <p className={css.faint}>
                  {t('portal.cardFrom', { service: card.service, when: messageDate(card.startsAt, i18n.language) })}
                </p>
                {card.url === '' ? null : <a href={card.url}>{t('portal.cardOpen', { service: card.service })}</a>}
              </div>
              <IconButton
                icon="close"
                size={16}
                label={t('portal.dismiss', { title: card.title })}
                onPress={() => portal.dismiss(card.id, card.title)}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const SHOWN = 4

const MailLine = ({ id }: { id: string }) => {
  const { t, i18n } = useTranslation()
  const email = useEmail(id)
  if (!email) return null
  const from = email.from?.[0]
  return (
    <li className={css.mailLine} data-unread={email.keywords.$seen ? undefined : true}>
      <Link to="/mail/$mailbox/$thread" params={{ mailbox: 'inbox', thread: email.threadId }} className={css.mailLink}>
        <span className={css.mailFrom}>{from?.name || from?.email || ''}</span>
        <span className={css.mailSubject}>{email.subject || t('portal.noSubject')}</span>
        <span className={css.faint}>{messageDate(email.receivedAt, i18n.language)}</span>
      </Link>
    </li>
  )
}

const Subjects = ({ list }: { list: LiveList }) => {
  useList(list)
  useEffect(() => list.request(0, SHOWN), [list])
  const ids = Array.from({ length: SHOWN }, (_, i) => list.idAt(i)).filter((id) => id !== undefined)
  return ids.length === 0 ? null : (
    <ul className={css.mails}>
      {ids.map((id) => (
        <MailLine key={id} id={id} />
      ))}
    </ul>
  )
}

export const MailPart = () => {
  const { t } = useTranslation()
  const client = useClient()
  const inbox = useMailboxes().find((mailbox) => mailbox.role === 'inbox')
  const id = inbox?.id
  const list = useMemo(() => (id === undefined ? undefined : client.list(client.mailboxQuery(id))), [client, id])
  useEffect(() => () => list?.close(), [list])
  if (!inbox || !list) return null
  const count = inbox.unreadEmails
  return (
    <section className={css.box} aria-labelledby="portal-mail">
      <h2 className={css.heading} id="portal-mail">
        {t('portal.mail')}
      </h2>
      <p>{count === 0 ? t('portal.unreadNone') : t('portal.unread', { count })}</p>
      <Subjects list={list} />
      <p>
        <Link to="/mail/$mailbox" params={{ mailbox: 'inbox' }}>
          {t('portal.allMail')}
        </Link>
      </p>
    </section>
  )
}

/** The ways out of trouble; the one that cannot wait comes first. */
export const TroublePart = () => {
  const { t } = useTranslation()
  return (
    <section className={css.box} aria-labelledby="portal-trouble">
      <h2 className={css.heading} id="portal-trouble">
        {t('portal.trouble')}
      </h2>
      <p className={css.more}>
        <Link to="/account/$part" params={{ part: 'compromise' }}>
          {t('portal.gave')}
        </Link>
      </p>
      <p className={css.more}>
        <Link to="/diagnose">{t('portal.diagnose')}</Link>
      </p>
      <p className={css.more}>
        <Link to="/tickets" search={{}}>
          {t('portal.ask')}
        </Link>
      </p>
    </section>
  )
}

/** Shown from the server's own warning limit on (RFC 9425). */
export const QuotaPart = () => {
  const { t, i18n } = useTranslation()
  const client = useClient()
  const [quota, setQuota] = useState<{ used: number; limit: number; warn: number }>()
  const status = client.session.get()?.accountId
  useEffect(() => {
    let isGone = false
    if (status === undefined) return
    client.side.send([{ name: 'Quota/get', args: { accountId: status, ids: null } }]).then(
      ([answer]) => {
        const one = answer?.ok ? records(answer.args.list)[0] : undefined
        if (isGone || !one) return
        setQuota({ used: Number(one.used), limit: Number(one.hardLimit), warn: Number(one.warnLimit) })
      },
      () => undefined,
    )
    return () => {
      isGone = true
    }
  }, [client, status])
  if (!quota || !(quota.limit > 0) || quota.used < quota.warn) return null
  const percent = Math.min(100, Math.floor((quota.used / quota.limit) * 100))
  const size = (bytes: number) => formatSize(bytes, t, i18n.language)
  return (
    <section className={css.warning} aria-labelledby="portal-quota">
      <h2 className={css.heading} id="portal-quota">
        {t('portal.quota', { percent })}
      </h2>
      <meter min={0} max={100} value={percent} aria-labelledby="portal-quota" />
      <p>{t('portal.quotaMore', { used: size(quota.used), limit: size(quota.limit) })}</p>
    </section>
  )
}

interface Told {
  readonly id: number
  readonly title: string
  readonly body: string
  /** When it begins, of what is planned. */
  readonly since: number | undefined
}

const readTold = (value: unknown): readonly Told[] =>
  records(value).map((one) => ({
    id: Number(one.id),
    title: text(one.title),
    body: text(one.body),
    since: momentOf(one.since),
  }))

/** A door of the sign-in page, by the profile one acts under. */
const audienceOf = (kind: string | undefined): string => {
  if (kind === 'pupil' || kind === 'parent' || kind === 'administrative') return kind
  return kind === undefined ? '' : 'staff'
}

/** What does not work, what will not for a while, and where everything is said. */
export const Incidents = () => {
  const { t, i18n } = useTranslation()
  const who = useLive(session)
  const audience = audienceOf(who?.profiles.find(({ id }) => id === who.profile)?.kind)
  const { value } = useLoaded(`incidents ${i18n.language} ${audience}`, () =>
    ask(`/auth/help${audience === '' ? '' : `?audience=${audience}`}`, undefined, (answer) => ({
      current: readTold(answer.incidents),
      planned: readTold(answer.planned),
    })),
  )
  if (!value || value.current.length + value.planned.length === 0) return null
  return (
    <section className={css.warning} aria-labelledby="portal-incidents">
      <h2 className={css.heading} id="portal-incidents">
        <Icon name="warning" size={20} /> {value.current.length > 0 ? t('portal.incidents') : t('portal.maintenance')}
      </h2>
      <ul>
        {value.current.map(({ id, title, body }) => (
          <li key={id}>
            <strong>{title}</strong> {body}
          </li>
        ))}
        {value.planned.map(({ id, title, since }) => (
          <li key={id}>
            {since === undefined ? null : messageDate(new Date(since).toISOString(), i18n.language)} :{' '}
            <strong>{title}</strong>
          </li>
        ))}
      </ul>
      <p>
        <a href={i18n.language === 'en' ? '/status' : '/etat'}>{t('portal.status')}</a>
      </p>
    </section>
  )
}
