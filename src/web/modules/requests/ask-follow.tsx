import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../shell/confirm.tsx'
import { kindName } from '../../shell/profile-name.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { fromLocal, toLocal } from '../../ui/local-time.ts'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import { inLanguage } from '../notices/notice-view.tsx'
import css from '../notices/notices.module.css'
import { type Asked, actOnRequest, loadAnswers } from './requests.ts'

const statuses = ['draft', 'opening', 'open', 'reminding', 'closed', 'purging', 'purged'] as const

/** The state of a request in words. */
export const useStatus = () => {
  const { t } = useTranslation()
  return (status: string): string => {
    const one = statuses.find((name) => name === status)
    return one === undefined ? status : t(`notices.requestStatus.${one}`)
  }
}

const Answers = ({ request }: { request: Asked }) => {
  const { t } = useTranslation()
  const when = useWhen()
  const [handed, setHanded] = useState('')
  const [pages, setPages] = useState<readonly number[]>([0])
  const after = pages.at(-1) ?? 0
  const loaded = useLoaded(`answers ${request.id} ${handed} ${after} ${request.handed}`, () =>
    loadAnswers(request.id, handed, after),
  )
  return (
    <Section id="answers" title={t('notices.answers')}>
      <div className={css.form}>
        <div className={css.actions}>
          <Select
            label={t('notices.show')}
            value={handed}
            options={[
              { id: '', name: t('notices.showAll') },
              { id: 'true', name: t('notices.showHanded') },
              { id: 'false', name: t('notices.showMissing') },
            ]}
            onChange={(value) => {
              setPages([0])
              setHanded(value)
            }}
          />
        </div>
        <Loading of={loaded}>
          {({ answers, next }) => (
            <>
              <Items empty={t('notices.noAnswer')}>
                {answers.map((one) => (
                  <Item
                    key={one.account}
                    title={one.name}
                    tag={one.handedAt === undefined ? t('notices.missing') : ''}
                    more={[
                      [...new Set(one.kinds)].map((kind) => kindName(kind, t)).join(', '),
                      one.handedAt === undefined ? '' : t('notices.handedAt', { when: when(one.handedAt) }),
                      one.remark,
                    ]
                      .filter((part) => part !== '')
                      .join(' · ')}
                  >
                    {one.files.map((file) => (
                      <a
                        key={file.n}
                        href={`/admin/requests/${request.id}/answers/${one.account}/${file.n}`}
                        download={file.name}
                      >
                        {file.name}
                      </a>
                    ))}
                  </Item>
                ))}
              </Items>
              <div className={css.actions}>
                {pages.length > 1 ? (
                  <Button onPress={() => setPages(pages.slice(0, -1))}>{t('notices.before')}</Button>
                ) : null}
                {next === undefined ? null : (
                  <Button onPress={() => setPages([...pages, next])}>{t('notices.after')}</Button>
                )}
              </div>
            </>
          )}
        </Loading>
      </div>
    </Section>
  )
}

/** Who has answered, reminders, the end. */
export const Follow = ({ request, onChanged }: { request: Asked; onChanged: () => void }) => {
  const { t, i18n } = useTranslation()
  const act = useAct()
  const status = useStatus()
  const when = useWhen()
  const [due, setDue] = useState(toLocal(request.dueAt))
  const verb = async (name: string, said: string, body = {}) => {
    if (await act.run(() => actOnRequest(request.id, name, body), said)) onChanged()
  }
  const purge = async () => {
    const question = {
      title: t('notices.confirmPurge'),
      body: t('notices.confirmPurgeBody'),
      action: t('notices.purge'),
      danger: true,
    }
    if (await confirm(question)) await verb('purge', t('notices.didPurge'))
  }
  const counts = t('notices.answered', { handed: request.handed, count: request.asked })
  const moment = fromLocal(due)
  return (
    <>
      <Section id="request">
        <div className={css.form}>
          <p className={css.head}>
            <strong role="status">{status(request.status)}</strong>
            <span>{request.sender}</span>
            <span>{t('notices.due', { when: when(request.dueAt ?? undefined) })}</span>
          </p>
          <h2 className={css.title}>{request.title}</h2>
          <p className={css.soft}>{inLanguage(request.audienceWords, i18n.language)}</p>
          <div className={css.bar}>
            <p>
              <strong>{counts}</strong>
            </p>
            <progress max={Math.max(1, request.asked)} value={request.handed} aria-label={counts} />
          </div>
          <div className={css.actions}>
            <Button icon="refresh" onPress={onChanged}>
              {t('notices.refresh')}
            </Button>
            {request.status === 'open' ? (
              <>
                <Button icon="clock" onPress={() => void verb('remind', t('notices.didRemind'))}>
                  {t('notices.remindMissing')}
                </Button>
                <Button onPress={() => void verb('close', t('notices.didClose'))}>{t('notices.close')}</Button>
              </>
            ) : null}
            {request.handed > 0 && (request.status === 'open' || request.status === 'closed') ? (
              <a href={`/admin/requests/${request.id}/zip`} download>
                {t('notices.zip')}
              </a>
            ) : null}
          </div>
          {request.status === 'open' || request.status === 'closed' ? (
            <div className={css.pair}>
              <Field label={t('notices.newDue')} type="datetime-local" value={due} onChange={setDue} />
              <div className={css.actions}>
                <Button
                  isDisabled={moment === null || act.isBusy}
                  onPress={() => void verb('extend', t('notices.didExtend'), { dueAt: moment })}
                >
                  {t('notices.extend')}
                </Button>
                <Button kind="danger" onPress={() => void purge()}>
                  {t('notices.purge')}
                </Button>
              </div>
            </div>
          ) : null}
        </div>
      </Section>
      <Answers request={request} />
    </>
  )
}
