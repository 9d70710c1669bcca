/** What takes the room of a mailbox, and how to make some: the screen for a mailbox that is full, or will be. */
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { UsageAmount } from '#format/jmap/organising.ts'
import type { Mailbox } from '../../../data/index.ts'
import { formatSize } from '../../../i18n/format.ts'
import { useClient, useMailboxes } from '../../../shell/client.tsx'
import { joinPlace, searchIn } from '../../../shell/function-place.ts'
import { useLoaded } from '../../../shell/use-loaded.ts'
import { screenTitle } from '../../../shell/use-title.ts'
import { useLive } from '../../../shell/value.ts'
import { Button } from '../../../ui/button.tsx'
import { Item, Items, Note, Page, Section } from '../../../ui/page.tsx'
import { Loading } from '../../account/loading.tsx'
import { emptyMailbox } from '../act/act.ts'
import { dayOf } from '../compose/day.ts'
import { mailboxName, mailboxParam } from '../mailboxes/mailbox-names.ts'
import { fullness, percentOf, type Room } from '../organise/quota-room.ts'
import { ClearForm } from './clear-form.tsx'
import css from './usage.module.css'
import { askUsage, type UsageAnswer } from './usage-data.ts'
import { noAmount } from './usage-sums.ts'

const useAmount = () => {
  const { t, i18n } = useTranslation()
  return ({ emails, octets }: UsageAmount) =>
    t('usage.amount', { count: emails, size: formatSize(octets, t, i18n.language) })
}

const RoomLine = ({ room }: { room: Room }) => {
  const { t, i18n } = useTranslation()
  const size = (octets: number) => formatSize(octets, t, i18n.language)
  const full = fullness(room)
  return (
    <div className={css.room}>
      <p className={css.used}>
        {t('usage.used', { used: size(room.used), limit: size(room.limit), percent: percentOf(room) })}
      </p>
      <meter min={0} max={100} low={80} high={95} optimum={0} value={percentOf(room)} aria-label={t('usage.title')} />
      {full === undefined ? null : (
        <Note tone={full === 'now' ? 'problem' : 'mark'}>
          {full === 'now' ? t('organise.quotaNow') : t('organise.quotaSoon')}
        </Note>
      )}
    </div>
  )
}

/** A mailbox with its share; the trash and the junk can be emptied here. */
const MailboxItem = ({
  mailbox,
  amount,
  most,
  onDone,
}: {
  mailbox: Mailbox
  amount: UsageAmount
  /** Octets of the heaviest. */
  most: number
  onDone: () => void
}) => {
  const { t } = useTranslation()
  const client = useClient()
  const amountText = useAmount()
  const empty = async () => {
    await emptyMailbox({ client, t }, mailbox)
    onDone()
  }
  return (
    <Item
      title={
        <Link to="/mail/$mailbox" params={{ mailbox: mailboxParam(mailbox, client.account) }}>
          {mailboxName(mailbox, t)}
        </Link>
      }
      more={
        <>
          {amountText(amount)}
          <span className={css.bar} style={{ inlineSize: `${most === 0 ? 0 : (100 * amount.octets) / most}%` }} />
        </>
      }
    >
      {mailbox.role === 'trash' || mailbox.role === 'junk' ? (
        <Button onPress={() => void empty()}>
          {t(mailbox.role === 'trash' ? 'mailbox.emptyTrash' : 'mailbox.emptyJunk')}
        </Button>
      ) : undefined}
    </Item>
  )
}

/** The heaviest first. */
const Mailboxes = ({ usage, onDone }: { usage: UsageAnswer['usage']; onDone: () => void }) => {
  const { t } = useTranslation()
  const mailboxes = useMailboxes()
  const filled = usage.mailboxes.filter(({ emails }) => emails > 0).toSorted((a, b) => b.octets - a.octets)
  return (
    <Items empty={t('usage.nothing')}>
      {filled.flatMap(({ id, ...amount }) => {
        const mailbox = mailboxes.find((one) => one.id === id)
        const most = filled[0]?.octets ?? 0
        return mailbox === undefined
          ? []
          : [<MailboxItem key={id} mailbox={mailbox} amount={amount} most={most} onDone={onDone} />]
      })}
    </Items>
  )
}

const Senders = ({ senders }: { senders: UsageAnswer['usage']['senders'] }) => {
  const { t, i18n } = useTranslation()
  const { account } = useClient()
  const amountText = useAmount()
  const words = (email: string) =>
    i18n.language === 'en' ? `from:${email} larger:100k` : `de:${email} plus-grand:100k`
  return (
    <Items empty={t('usage.noLarge')}>
      {senders.map(({ email, name, ...amount }) => (
        <Item
          key={email}
          title={
            <Link to="/search" search={searchIn(account, words(email))}>
              {name || email}
            </Link>
          }
          more={name === '' ? amountText(amount) : `${email} · ${amountText(amount)}`}
        />
      ))}
    </Items>
  )
}

const Largest = ({ largest }: { largest: UsageAnswer['largest'] }) => {
  const { t, i18n } = useTranslation()
  const { account } = useClient()
  const mailboxes = useMailboxes()
  return (
    <Items empty={t('usage.noLarge')}>
      {largest.map(({ id, threadId, subject, from, octets, receivedAt, mailboxId }) => {
        const mailbox = mailboxes.find((one) => one.id === mailboxId)
        const param = mailbox ? mailboxParam(mailbox, account) : joinPlace(account, mailboxId)
        const date = dayOf(Date.parse(receivedAt), i18n.language)
        return (
          <Item
            key={id}
            title={
              <Link to="/mail/$mailbox/$thread" params={{ mailbox: param, thread: threadId }}>
                {subject || t('list.noSubject')}
              </Link>
            }
            more={[formatSize(octets, t, i18n.language), from, date].filter((part) => part !== '').join(' · ')}
          />
        )
      })}
    </Items>
  )
}

const Inside = ({ answer, onDone }: { answer: UsageAnswer; onDone: () => void }) => {
  const { t } = useTranslation()
  const { room, usage, largest } = answer
  const trash = useMailboxes().find(({ role }) => role === 'trash')?.id
  const trashed = usage.mailboxes.find(({ id }) => id === trash) ?? noAmount
  return (
    <>
      {room === undefined ? null : <RoomLine room={room} />}
      <Section id="clear" title={t('usage.clearTitle')} intro={t('usage.clearIntro')}>
        <ClearForm usage={usage} room={room} trashed={trashed} onDone={onDone} />
      </Section>
      <Section id="mailboxes" title={t('usage.mailboxes')} intro={t('usage.mailboxesIntro')}>
        <Mailboxes usage={usage} onDone={onDone} />
      </Section>
      <Section id="largest" title={t('usage.largest')}>
        <Largest largest={largest} />
      </Section>
      <Section id="senders" title={t('usage.senders')}>
        <Senders senders={usage.senders} />
      </Section>
      <Section id="keep" title={t('usage.keepTitle')}>
        <p>
          {t('usage.keep')}{' '}
          <Link to="/settings" hash="mail-data">
            {t('usage.keepLink')}
          </Link>
        </p>
      </Section>
    </>
  )
}

/** Changes that come together are counted together. */
const GATHER_MS = 1000

export const UsageScreen = () => {
  const { t } = useTranslation()
  const client = useClient()
  const accountId = useLive(client.session)?.accountId ?? ''
  useEffect(() => {
    screenTitle.set(t('usage.title'))
    return () => screenTitle.set('')
  }, [t])
  const loaded = useLoaded<UsageAnswer>(accountId, () =>
    askUsage(client).then(
      (value) => ({ kind: 'ok', value }),
      () => ({ kind: 'unreachable' }),
    ),
  )
  const { reload } = loaded
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    // An act on thousands tells each of its slices.
    const stop = client.side.subscribe(() => {
      clearTimeout(timer)
      timer = setTimeout(() => void reload(), GATHER_MS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [client, reload])
  const isOffline = useLive(client.status) === 'offline'
  return (
    <Page title={t('usage.title')}>
      {isOffline && loaded.value === undefined ? (
        // What was asked waits for the network.
        <Note>{t('usage.offline')}</Note>
      ) : (
        <Loading of={loaded}>{(answer) => <Inside answer={answer} onDone={() => void loaded.reload()} />}</Loading>
      )}
    </Page>
  )
}
