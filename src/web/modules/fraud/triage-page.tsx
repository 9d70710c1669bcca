/** What people reported, put together: a sample that is safe to look at, a verdict, an answer to those who reported. */
import { Link } from '@tanstack/react-router'
import { type FormEvent, useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import admin from '../admin/admin.module.css'
import { useAdminPlace } from '../admin/use-place.ts'
import help from '../help/help.module.css'
import css from './fraud.module.css'
import { judge, loadCluster, loadClusters, type SeenCluster, type Verdict, verdicts } from './requests.ts'
import { TakeBack } from './take-back.tsx'

const Sample = ({ cluster }: { cluster: SeenCluster }) => {
  const { t, i18n } = useTranslation()
  const { sample, findings } = cluster
  const kinds = findings.map(({ kind, times }) =>
    i18n.exists(`fraud.triage.finding.${kind}`) ? `${t(`fraud.triage.finding.${kind as 'link'}`)} (${times})` : kind,
  )
  if (!sample)
    return (
      <Section id="sample" title={t('fraud.triage.sample')}>
        <p>{t('fraud.triage.sampleGone')}</p>
      </Section>
    )
  const facts: readonly (readonly [string, string])[] = [
    [t('fraud.triage.from'), [sample.fromName, sample.from].filter((part) => part !== '').join(' – ')],
    [t('fraud.triage.replyTo'), sample.replyTo],
    [t('fraud.triage.date'), sample.date],
    [
      t('fraud.triage.proof'),
      i18n.exists(`fraud.triage.proofs.${sample.proof}`) ? t(`fraud.triage.proofs.${sample.proof as 'own'}`) : '',
    ],
    [t('fraud.triage.warned'), kinds.join(', ')],
  ]
  return (
    <Section id="sample" title={t('fraud.triage.sample')} intro={t('fraud.triage.sampleIntro')}>
      <dl className={admin.facts}>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={css.text} tabIndex={0} aria-label={t('fraud.triage.words')}>
        {sample.text}
      </section>
      {sample.links.length === 0 ? null : (
        <>
          <h3 className={css.small}>{t('fraud.triage.links')}</h3>
          <ul className={css.links}>
            {sample.links.map((link) => (
              <li key={link.given} data-verdict={link.verdict}>
                <code>{link.given}</code>{' '}
                <span>
                  {t(`fraud.triage.link.${link.verdict}`)}
                  {link.like === '' ? '' : ` (${link.like})`}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {sample.files.length === 0 ? null : (
        <>
          <h3 className={css.small}>{t('fraud.triage.files')}</h3>
          <ul className={css.links}>
            {sample.files.map((file) => (
              <li key={file.name} data-verdict={file.danger === '' ? 'unknown' : 'look-alike'}>
                <code>{file.name || file.type}</code>{' '}
                <span>{file.danger === '' ? '' : t('fraud.triage.dangerous')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  )
}

const Judge = ({ cluster, onJudged }: { cluster: SeenCluster; onJudged: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [verdict, setVerdict] = useState<Verdict>(cluster.verdict === '' ? 'fraud' : cluster.verdict)
  const [answer, setAnswer] = useState(cluster.answer)
  const send = async (event: FormEvent) => {
    event.preventDefault()
    const done = await act.run(() => judge(cluster.id, verdict, answer), t('fraud.triage.judged'))
    if (done !== undefined) onJudged()
  }
  return (
    <Section
      id="judge"
      title={t('fraud.triage.judge')}
      intro={t('fraud.triage.judgeIntro', { count: cluster.reporters })}
    >
      <form className={help.tall} onSubmit={send}>
        <Select
          label={t('fraud.triage.verdict')}
          value={verdict}
          options={verdicts.map((id) => ({ id, name: t(`fraud.triage.verdicts.${id}`) }))}
          onChange={setVerdict}
        />
        <TextArea label={t('fraud.triage.answer')} value={answer} onChange={setAnswer} maxLength={1000} />
        <div className={help.buttons}>
          <Button kind="primary" type="submit" isDisabled={act.isBusy}>
            {t('fraud.triage.say')}
          </Button>
        </div>
      </form>
    </Section>
  )
}

const One = ({ id }: { id: number }) => {
  const { t } = useTranslation()
  const when = useWhen()
  const loaded = useLoaded(`fraud ${id}`, () => loadCluster(id))
  const { reload } = loaded
  const again = useCallback(() => void reload(), [reload])
  return (
    <>
      <p>
        <Link to="/admin" search={{ page: 'frauds' }}>
          {t('fraud.triage.back')}
        </Link>
      </p>
      <Loading of={loaded}>
        {(cluster) => (
          <>
            <Section
              id="cluster"
              title={cluster.subject || t('fraud.triage.noSubject')}
              intro={[
                t('fraud.triage.reported', { count: cluster.reporters }),
                when(cluster.lastAt),
                cluster.verdict === '' ? '' : `${t(`fraud.triage.verdicts.${cluster.verdict}`)} (${cluster.judgedBy})`,
              ]
                .filter((part) => part !== '')
                .join(' · ')}
            />
            <Sample cluster={cluster} />
            {cluster.may.includes('judge') ? <Judge key={cluster.verdict} cluster={cluster} onJudged={again} /> : null}
            {cluster.verdict === 'fraud' && cluster.may.includes('takeBack') ? (
              <TakeBack cluster={cluster} onChange={again} />
            ) : null}
          </>
        )}
      </Loading>
    </>
  )
}

export const TriagePage = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const { search } = useAdminPlace()
  const isJudged = search.over === '1'
  const id = Number(search.id)
  const loaded = useLoaded(`frauds ${isJudged} ${search.id ?? ''}`, () => loadClusters(isJudged))
  if (Number.isSafeInteger(id) && id > 0) return <One key={id} id={id} />
  return (
    <Section id="frauds" intro={t('fraud.triage.intro')}>
      <p>
        <Link to="/admin" search={isJudged ? { page: 'frauds' } : { page: 'frauds', over: '1' }}>
          {t(isJudged ? 'fraud.triage.waiting' : 'fraud.triage.over')}
        </Link>
      </p>
      <Loading of={loaded}>
        {(clusters) => (
          <Items empty={t(isJudged ? 'fraud.triage.overNone' : 'fraud.triage.none')}>
            {clusters.map((one) => (
              <Item
                key={one.id}
                title={
                  <Link to="/admin" search={{ page: 'frauds', id: String(one.id) }}>
                    {one.subject || t('fraud.triage.noSubject')}
                  </Link>
                }
                tag={
                  one.verdict === ''
                    ? t('fraud.triage.reported', { count: one.reporters })
                    : t(`fraud.triage.verdicts.${one.verdict}`)
                }
                more={[
                  one.sender,
                  one.verdict === '' ? '' : t('fraud.triage.reported', { count: one.reporters }),
                  when(one.lastAt),
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
