/** An invitation within a message: what it asks, what is at that time already, and the answers. */

import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { InvitationAnswer, InvitationInfo } from '#format/jmap/invitations.ts'
import { localeOf } from '../../i18n/format.ts'
import { announce } from '../../shell/announce.tsx'
import { useClient } from '../../shell/client.tsx'
import { toast } from '../../shell/toasts.tsx'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import css from './agenda.module.css'

const answers: readonly InvitationAnswer[] = ['accepted', 'tentative', 'declined']

const said: Readonly<Record<string, InvitationAnswer>> = {
  ACCEPTED: 'accepted',
  TENTATIVE: 'tentative',
  DECLINED: 'declined',
}

const Conflicts = ({ conflicts }: Pick<InvitationInfo, 'conflicts'>) => {
  const { t, i18n } = useTranslation()
  if (conflicts.length === 0) return <p className={css.soft}>{t('agenda.invitation.free')}</p>
  const format = new Intl.DateTimeFormat(localeOf(i18n.language), { timeStyle: 'short' })
  return (
    <>
      <p>{t('agenda.invitation.conflicts')}</p>
      <ul>
        {conflicts.map(({ title, utcStart, utcEnd }) => (
          <li key={`${utcStart} ${title}`}>
            {format.formatRange(new Date(utcStart), new Date(utcEnd))} {title || t('agenda.untitled')}
          </li>
        ))}
      </ul>
    </>
  )
}

const Asked = ({ info, onAnswer }: { info: InvitationInfo; onAnswer: (answer: InvitationAnswer) => void }) => {
  const { t } = useTranslation()
  const now = said[info.status ?? '']
  return (
    <>
      {now && info.isKnown ? <p>{t(`agenda.invitation.now.${now}`)}</p> : null}
      <Conflicts conflicts={info.conflicts} />
      {info.attendee === null ? <p className={css.soft}>{t('agenda.invitation.notNamed')}</p> : null}
      <div className={css.acts}>
        {answers.map((answer) => (
          <Button key={answer} kind={answer === 'accepted' ? 'primary' : 'quiet'} onPress={() => onAnswer(answer)}>
            {t(`agenda.invitation.${answer}`)}
          </Button>
        ))}
      </div>
    </>
  )
}

const Told = ({ info, onApply }: { info: InvitationInfo; onApply: () => void }) => {
  const { t } = useTranslation()
  const now = said[info.status ?? '']
  if (!info.isKnown) return <p className={css.soft}>{t('agenda.invitation.unknown')}</p>
  return (
    <>
      {info.method === 'REPLY' && now ? <p>{t(`agenda.invitation.reply.${now}`)}</p> : null}
      <Button onPress={onApply}>
        {info.method === 'CANCEL' ? t('agenda.invitation.applyCancel') : t('agenda.invitation.applyReply')}
      </Button>
    </>
  )
}

/** Nothing where there is no invitation, or where the mailbox is not one's own. */
export const InvitationPart = ({ blobId }: { blobId: string }) => {
  const { t } = useTranslation()
  const client = useClient()
  const accountId = useLive(client.session)?.accountId
  const [info, setInfo] = useState<InvitationInfo>()
  const [done, setDone] = useState('')
  const isBusy = useRef(false)
  const ask = useCallback(async () => {
    if (accountId === undefined) return undefined
    const [answer] = await client.side.send([{ name: 'Invitation/read', args: { accountId, blobId } }])
    return answer?.ok ? (answer.args as InvitationInfo) : undefined
  }, [client, accountId, blobId])
  useEffect(() => {
    let isGone = false
    ask().then(
      (found) => isGone || setInfo(found),
      () => undefined,
    )
    return () => {
      isGone = true
    }
  }, [ask])
  if (!info) return null
  const act = async (answer: InvitationAnswer | null) => {
    // Not disabled meanwhile: the focus would leave the dialog, and Escape would close what is below it.
    if (isBusy.current) return
    isBusy.current = true
    const call = { name: 'Invitation/answer', args: { accountId, blobId, answer } }
    const [result] = await client.side.send([call], { write: true }).catch(() => [undefined])
    isBusy.current = false
    if (!result?.ok) {
      toast(
        result?.type === 'forbidden'
          ? t('agenda.invitation.forged')
          : result
            ? t('agenda.refused')
            : t('agenda.offline'),
        {
          tone: 'problem',
        },
      )
      return
    }
    const text =
      answer === null
        ? t('agenda.invitation.applied')
        : `${t(`agenda.invitation.did.${answer}`)} ${result.args.isSent === true ? t('agenda.invitation.sent') : t('agenda.invitation.notSent')}`
    setDone(text)
    announce(text)
    setInfo((await ask().catch(() => undefined)) ?? info)
  }
  return (
    <section className={css.invitation} aria-label={t('agenda.invitation.title')}>
      {done === '' ? null : <p className={css.done}>{done}</p>}
      {info.isOutdated ? (
        <p>{t('agenda.invitation.outdated')}</p>
      ) : !info.isGenuine ? (
        <p>{t('agenda.invitation.forged')}</p>
      ) : info.method === 'REQUEST' ? (
        <Asked info={info} onAnswer={(answer) => void act(answer)} />
      ) : done === '' ? (
        <Told info={info} onApply={() => void act(null)} />
      ) : null}
    </section>
  )
}
