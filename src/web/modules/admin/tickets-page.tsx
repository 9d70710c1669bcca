/** The queue of requests for help, one request with its answer, and the diagnosis of somebody who lets one look. */
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, momentOf } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Note, Section } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import { Findings } from '../help/findings.tsx'
import css from '../help/help.module.css'
import { MailFinder } from '../help/mail-finder.tsx'
import { loadQueue, loadReportOf, type Report } from '../help/requests.ts'
import { TicketView } from '../help/ticket-view.tsx'
import { WaysBack } from '../help/ways-back.tsx'
import { useAdminPlace } from './use-place.ts'

/** What a helper may see of somebody. */
export const HelperView = ({ account }: { account: number }) => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const [code, setCode] = useState('')
  const [until, setUntil] = useState<number>()
  const [report, setReport] = useState<Report>()
  const enter = async (event: FormEvent) => {
    event.preventDefault()
    if (code.trim() === '') return
    const entered = await act.run(() =>
      ask(`/admin/diagnosis/${account}/enter`, { code }, (answer) => momentOf(answer.expiresAt)),
    )
    if (!entered) return
    setUntil(entered.value)
    setCode('')
    setReport((await act.run(() => loadReportOf(account)))?.value)
  }
  return (
    <Section id="helper" title={t('support.queue.helper')} intro={t('support.queue.helperIntro')}>
      <MailFinder account={account} />
      <form className={css.form} onSubmit={enter}>
        <Field
          label={t('support.queue.code')}
          value={code}
          onChange={setCode}
          maxLength={20}
          inputMode="numeric"
          autoComplete="off"
        />
        <Button type="submit" isDisabled={act.isBusy || code.trim() === ''}>
          {t('support.queue.enter')}
        </Button>
      </form>
      {until === undefined ? null : (
        <Note>
          <p>{t('support.queue.expires', { when: when(until) })}</p>
        </Note>
      )}
      {report ? <Findings findings={report.findings} /> : null}
    </Section>
  )
}

const One = ({ id }: { id: number }) => {
  const { t } = useTranslation()
  const [account, setAccount] = useState<number>()
  return (
    <>
      <p>
        <Link to="/admin" search={{ page: 'tickets' }}>
          {t('support.queue.back')}
        </Link>
        {account === undefined ? null : (
          <>
            {' · '}
            <Link to="/admin" search={{ page: 'people', id: String(account) }}>
              {t('support.queue.person')}
            </Link>
          </>
        )}
      </p>
      <TicketView key={id} id={id} desk onChange={(ticket) => setAccount(ticket.account)} />
      {account === undefined ? null : (
        <>
          <WaysBack key={`ways ${account}`} account={account} />
          <HelperView key={account} account={account} />
        </>
      )}
    </>
  )
}

export const TicketsPage = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const { search } = useAdminPlace()
  const isOver = search.over === '1'
  const isMine = search.mine === '1'
  const id = Number(search.id)
  const loaded = useLoaded(`queue ${isOver} ${isMine} ${search.id ?? ''}`, () => loadQueue(isOver, isMine))
  if (Number.isSafeInteger(id) && id > 0) return <One id={id} />
  return (
    <Section id="queue" intro={t('support.queue.intro')}>
      <p>
        {isOver ? (
          <Link to="/admin" search={{ page: 'tickets' }}>
            {t('support.queue.live')}
          </Link>
        ) : (
          <Link to="/admin" search={{ page: 'tickets', over: '1' }}>
            {t('support.queue.over')}
          </Link>
        )}
        {' · '}
        <Link
          to="/admin"
          search={{ page: 'tickets', ...(isOver ? { over: '1' } : {}), ...(isMine ? {} : { mine: '1' }) }}
        >
          {t(isMine ? 'support.queue.everybody' : 'support.queue.mine')}
        </Link>
      </p>
      <Loading of={loaded}>
        {(tickets) => (
          <Items empty={isOver ? t('support.queue.overNone') : t('support.queue.none')}>
            {tickets.map((one) => (
              <Item
                key={one.id}
                title={
                  <Link to="/admin" search={{ page: 'tickets', id: String(one.id) }}>
                    {one.subject}
                  </Link>
                }
                tag={t(`support.tickets.status.${one.status}`)}
                more={[
                  `#${one.id}`,
                  one.name,
                  one.schoolName || t('support.queue.platform'),
                  one.level === 2 && one.schoolName !== '' ? t('support.queue.level2') : '',
                  one.isTaken ? t('support.queue.taken') : '',
                  when(one.updatedAt),
                ]
                  .filter((part) => part !== '')
                  .join(' · ')}
              />
            ))}
          </Items>
        )}
      </Loading>
    </Section>
  )
}
