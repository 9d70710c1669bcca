/** The events of an .ics file and the people of a .vcf file, as cards. */

import { Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type CalendarEvent, type EventMoment, readCalendar } from '#format/icalendar/read.ts'
import { type CardValue, type ContactCard, readCards } from '#format/vcard/read.ts'
import { localeOf } from '../../../i18n/format.ts'
import { lazyScreen } from '../../../i18n/parts.ts'
import { useClient } from '../../../shell/client.tsx'
import { Button } from '../../../ui/button.tsx'
import { composeTo } from '../compose/composers.ts'
import css from './viewer.module.css'

/** A day, a local time and a named zone are told as the file has them; only UTC is turned into the reader's time. */
const momentText = (moment: EventMoment, language: string): string => {
  const local = moment.kind === 'utc' ? {} : { timeZone: 'UTC' }
  const time = moment.kind === 'day' ? {} : ({ timeStyle: 'short' } as const)
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'full', ...time, ...local }).format(moment.at)
}

const DAY = 24 * 3_600_000

const useWhen = () => {
  const { t, i18n } = useTranslation()
  return ({ starts, ends }: CalendarEvent): string => {
    if (!starts) return ''
    const begin = momentText(starts, i18n.language)
    if (starts.kind === 'day') {
      // The end of whole days is the day after the last one (RFC 5545 §3.6.1).
      const last =
        ends && ends.at - DAY > starts.at ? ` – ${momentText({ ...ends, at: ends.at - DAY }, i18n.language)}` : ''
      return `${begin}${last} (${t('reading.event.wholeDay')})`
    }
    const same =
      ends &&
      momentText({ ...ends, kind: 'day' }, i18n.language) === momentText({ ...starts, kind: 'day' }, i18n.language)
    const time = (moment: EventMoment) =>
      new Intl.DateTimeFormat(localeOf(i18n.language), {
        timeStyle: 'short',
        ...(moment.kind === 'utc' ? {} : { timeZone: 'UTC' }),
      }).format(moment.at)
    const end = !ends ? '' : ` – ${same ? time(ends) : momentText(ends, i18n.language)}`
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone
    const zone = starts.zone && starts.zone !== here ? ` (${t('reading.event.zone', { zone: starts.zone })})` : ''
    return `${begin}${end}${zone}`
  }
}

const Fact = ({ label, children }: { label: string; children: React.ReactNode }) => (
  <>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </>
)

const EventCard = ({ event, method }: { event: CalendarEvent; method: string }) => {
  const { t } = useTranslation()
  const when = useWhen()
  const { summary, description, location, organiser, attendees, repeats, status } = event
  const answer = (said: string): string =>
    said === 'ACCEPTED' || said === 'DECLINED' || said === 'TENTATIVE' ? ` (${t(`reading.event.status.${said}`)})` : ''
  return (
    <article className={css.card}>
      <h3 className={css.name}>{summary || t('reading.event.untitled')}</h3>
      {method === 'CANCEL' || status === 'CANCELLED' ? (
        <p className={css.cancelled}>{t('reading.event.cancelled')}</p>
      ) : null}
      <dl className={css.facts}>
        <Fact label={t('reading.event.when')}>
          {when(event)}
          {repeats ? ` · ${t('reading.event.repeats')}` : ''}
        </Fact>
        {location ? <Fact label={t('reading.event.where')}>{location}</Fact> : null}
        {organiser ? <Fact label={t('reading.event.who')}>{organiser.name || organiser.email}</Fact> : null}
        {attendees.length > 0 ? (
          <Fact label={t('reading.event.guests')}>
            {attendees.map((one) => `${one.name || one.email}${answer(one.status)}`).join('\n')}
          </Fact>
        ) : null}
      </dl>
      {description ? <p className={css.words}>{description}</p> : null}
    </article>
  )
}

const InvitationPart = lazyScreen(['agenda'], () =>
  import('../../agenda/invitation.tsx').then((module) => module.InvitationPart),
)

const AddEvents = lazyScreen(['agenda'], () => import('../../agenda/add-events.tsx').then((module) => module.AddEvents))

export const EventView = ({ text, blobId }: { text: string; blobId: string }) => {
  const { t } = useTranslation()
  const { method, events } = useMemo(() => readCalendar(text), [text])
  const isOfFunction = useClient().account !== undefined
  if (events.length === 0) return <p>{t('reading.event.none')}</p>
  const isMessage = method === 'REQUEST' || method === 'CANCEL' || method === 'REPLY'
  return (
    <>
      <Suspense>
        {isMessage && !isOfFunction ? (
          <InvitationPart blobId={blobId} />
        ) : method === 'CANCEL' || method === 'REPLY' ? null : (
          <AddEvents text={text} isInvitation={isMessage} />
        )}
      </Suspense>
      {events.map((event, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: events of an immutable file
        <EventCard key={index} event={event} method={method} />
      ))}
    </>
  )
}

const Values = ({ label, values }: { label: string; values: readonly CardValue[] }) =>
  values.length === 0 ? null : <Fact label={label}>{values.map(({ value }) => value).join('\n')}</Fact>

const Person = ({ card, onAdd }: { card: ContactCard; onAdd: () => void }) => {
  const { t } = useTranslation()
  return (
    <article className={css.card}>
      <h3 className={css.name}>{card.name || t('message.unnamed')}</h3>
      <dl className={css.facts}>
        {card.title ? <Fact label={t('reading.contact.title')}>{card.title}</Fact> : null}
        {card.organisation ? <Fact label={t('reading.contact.organisation')}>{card.organisation}</Fact> : null}
        {card.emails.length > 0 ? (
          <Fact label={t('reading.contact.email')}>
            {card.emails.map(({ value }) => (
              <a
                key={value}
                href={`mailto:${value}`}
                aria-label={t('reading.contact.write', { email: value })}
                style={{ display: 'block' }}
                onClick={(event) => {
                  event.preventDefault()
                  composeTo(`mailto:${value}`)
                }}
              >
                {value}
              </a>
            ))}
          </Fact>
        ) : null}
        <Values label={t('reading.contact.phone')} values={card.phones} />
        <Values label={t('reading.contact.address')} values={card.addresses} />
        <Values label={t('reading.contact.url')} values={card.urls} />
        {card.birthday ? <Fact label={t('reading.contact.birthday')}>{card.birthday}</Fact> : null}
        {card.note ? <Fact label={t('reading.contact.note')}>{card.note}</Fact> : null}
      </dl>
      <Button icon="person" onPress={onAdd}>
        {t('reading.contact.add')}
      </Button>
    </article>
  )
}

export const ContactView = ({ text }: { text: string }) => {
  const { t } = useTranslation()
  const client = useClient()
  const cards = useMemo(() => readCards(text), [text])
  const add = (index: number) =>
    void import('../../contacts/add.ts').then((module) => module.addFromFile(client, text, index))
  if (cards.length === 0) return <p>{t('reading.contact.none')}</p>
  // biome-ignore lint/suspicious/noArrayIndexKey: people of an immutable file
  return cards.map((card, index) => <Person key={index} card={card} onAdd={() => add(index)} />)
}
