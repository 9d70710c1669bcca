/** One contact, or one group, as it is read. */

import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { ContactCard } from '#format/jmap/contacts.ts'
import { inOrder, nameOf, type Part } from '#format/jscontact/card.ts'
import { localeOf } from '../../i18n/format.ts'
import { Button } from '../../ui/button.tsx'
import { composeTo } from '../mail/compose/composers.ts'
import { addressText } from './card-draft.ts'
import css from './contacts.module.css'
import { addressesOf, groupsOf, membersOf } from './groups.ts'
import { ContactPhoto } from './photo.tsx'

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </>
)

const writeTo = (addresses: readonly string[]): void =>
  composeTo(`mailto:${addresses.map(encodeURIComponent).join(',')}`)

const useDates = () => {
  const { i18n } = useTranslation()
  return (card: ContactCard): string => {
    const birth = Object.values(card.anniversaries ?? {}).find(({ kind }) => kind === 'birth')?.date
    if (!birth || 'utc' in birth || !birth.month || !birth.day) return ''
    const at = Date.UTC(birth.year ?? 2000, birth.month - 1, birth.day)
    const year = birth.year ? ({ year: 'numeric' } as const) : {}
    return new Intl.DateTimeFormat(localeOf(i18n.language), {
      day: 'numeric',
      month: 'long',
      ...year,
      timeZone: 'UTC',
    }).format(at)
  }
}

const safeUrl = (uri: string | undefined): string | undefined => (uri && /^https?:\/\//i.test(uri) ? uri : undefined)

const Person = ({
  card,
  cards,
  onOpen,
}: {
  card: ContactCard
  cards: readonly ContactCard[]
  onOpen: (id: string) => void
}) => {
  const { t } = useTranslation()
  const dates = useDates()
  const place = (part: Part): string =>
    part.label ??
    (part.contexts?.work ? t('contacts.places.work') : part.contexts?.private ? t('contacts.places.private') : '')
  const remark = (part: Part) => (place(part) ? <span className={css.place}>{place(part)}</span> : null)
  const links = inOrder(card.links).flatMap(({ uri }) => safeUrl(uri) ?? [])
  const groups = groupsOf(card, cards)
  const address = addressText(card)
  return (
    <dl className={css.facts}>
      {inOrder(card.emails).map((email) => (
        <Fact key={email.address} label={t('contacts.email')}>
          <a
            href={`mailto:${email.address}`}
            aria-label={t('contacts.writeTo', { email: email.address })}
            onClick={(event) => {
              event.preventDefault()
              writeTo([email.address])
            }}
          >
            {email.address}
          </a>
          {remark(email)}
        </Fact>
      ))}
      {inOrder(card.phones).map((phone) => (
        <Fact key={phone.number} label={t('contacts.phone')}>
          <a href={`tel:${phone.number.replace(/^tel:/i, '').replace(/[^\d+]/g, '')}`}>
            {phone.number.replace(/^tel:/i, '')}
          </a>
          {remark(phone)}
        </Fact>
      ))}
      {address ? (
        <Fact label={t('contacts.address')}>
          <span className={css.preserved}>{address}</span>
        </Fact>
      ) : null}
      {dates(card) ? <Fact label={t('contacts.birthday')}>{dates(card)}</Fact> : null}
      {links.map((url) => (
        <Fact key={url} label={t('contacts.web')}>
          <a href={url} target="_blank" rel="noreferrer noopener">
            {url}
          </a>
        </Fact>
      ))}
      {Object.values(card.notes ?? {}).map(({ note }) => (
        <Fact key={note} label={t('contacts.note')}>
          <span className={css.preserved}>{note}</span>
        </Fact>
      ))}
      {groups.length > 0 ? (
        <Fact label={t('contacts.inGroups')}>
          {groups.map((group) => (
            <Button key={group.id} kind="quiet" icon="people" onPress={() => onOpen(group.id)}>
              {nameOf(group) || t('contacts.unnamed')}
            </Button>
          ))}
        </Fact>
      ) : null}
    </dl>
  )
}

const Members = ({ members, onOpen }: { members: readonly ContactCard[]; onOpen: (id: string) => void }) => {
  const { t } = useTranslation()
  if (members.length === 0) return <p className={css.soft}>{t('contacts.noMembers')}</p>
  return (
    <ul className={css.plainList} aria-label={t('contacts.members')}>
      {members.map((card) => (
        <li key={card.id}>
          <Button kind="quiet" icon="person" onPress={() => onOpen(card.id)}>
            {nameOf(card) || t('contacts.unnamed')}
          </Button>
        </li>
      ))}
    </ul>
  )
}

export const ContactView = ({
  card,
  cards,
  canChange,
  onBack,
  onEdit,
  onRemove,
  onOpen,
}: {
  card: ContactCard
  cards: readonly ContactCard[]
  canChange: boolean
  onBack: () => void
  onEdit: () => void
  onRemove: () => void
  onOpen: (id: string) => void
}) => {
  const { t } = useTranslation()
  const heading = useRef<HTMLHeadingElement>(null)
  // Whoever opened a card is read its name; on a phone the list has made way for it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another card is another opening
  useEffect(() => heading.current?.focus(), [card.id])
  const isGroup = card.kind === 'group'
  const members = isGroup ? membersOf(card, cards) : []
  const addresses = isGroup
    ? addressesOf(members)
    : inOrder(card.emails)
        .slice(0, 1)
        .map(({ address }) => address)
  const work = [inOrder(card.titles)[0]?.name, inOrder(card.organizations)[0]?.name].filter(Boolean).join(', ')
  return (
    <article className={css.view} aria-labelledby="contact-name">
      <div className={css.backLine}>
        <Button kind="quiet" icon="back" onPress={onBack}>
          {t('contacts.back')}
        </Button>
      </div>
      <header className={css.head}>
        <ContactPhoto card={card} size={72} />
        <div>
          <h2 className={css.name} id="contact-name" ref={heading} tabIndex={-1}>
            {nameOf(card) || t('contacts.unnamed')}
          </h2>
          <p className={css.soft}>{isGroup ? t('contacts.group') : work}</p>
        </div>
      </header>
      <div className={css.acts}>
        {addresses.length > 0 ? (
          <Button kind="primary" icon="write" onPress={() => writeTo(addresses)}>
            {isGroup ? t('contacts.writeGroup') : t('contacts.write')}
          </Button>
        ) : null}
        <Button isDisabled={!canChange} onPress={onEdit}>
          {t('contacts.edit')}
        </Button>
        <Button icon="trash" isDisabled={!canChange} onPress={onRemove}>
          {t('contacts.remove')}
        </Button>
      </div>
      {isGroup ? <Members members={members} onOpen={onOpen} /> : <Person card={card} cards={cards} onOpen={onOpen} />}
    </article>
  )
}
