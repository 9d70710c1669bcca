/** Campaigns that are planned: when each is announced and begins, what stopped one, what may be done. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../shell/confirm.tsx'
import { nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Line, Section } from '../../ui/page.tsx'
import { useWhen } from '../account/use-when.ts'
import { act as send } from '../admin/requests.ts'
import { firstPlan, PlanForm } from './plan-form.tsx'
import type { Plan, Practice } from './practice-requests.ts'

const usePlanLine = () => {
  const { t } = useTranslation()
  const when = useWhen()
  return ({ status, announceAt, beginsAt, repeats, template, whom, people, why }: Plan): string => {
    const begins = beginsAt === null ? '' : when(beginsAt)
    return [
      status === 'planned' && announceAt !== null ? t('fraud.plan.willAnnounce', { when: when(announceAt) }) : '',
      (status === 'planned' || status === 'announced') && template !== 'none'
        ? t('fraud.plan.willBegin', { when: begins })
        : '',
      t(repeats ? 'fraud.plan.yearly' : 'fraud.plan.once'),
      whom,
      t('fraud.practice.people', { count: people }),
      why === '' ? '' : t(`fraud.plan.why.${why}`),
    ]
      .filter((part) => part !== '')
      .join(' · ')
  }
}

const PlanItem = ({ plan, onEdit, onChange }: { plan: Plan; onEdit: () => void; onChange: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const line = usePlanLine()
  const { id, name, status, noticeId } = plan
  const goesOn = status === 'planned' || status === 'announced'
  const change = async (what: 'stop' | 'delete', done: string) => {
    if ((await act.run(() => send(`practice/plans/${id}/${what}`, {}, nothing), done)) !== undefined) onChange()
  }
  const remove = async () => {
    const action = t('fraud.practice.remove')
    if (await confirm({ title: t('fraud.plan.sure'), body: name, action, danger: true }))
      await change('delete', t('fraud.plan.removed'))
  }
  return (
    <Item title={name} tag={t(`fraud.plan.statuses.${status}`)} more={line(plan)}>
      {noticeId === undefined ? null : (
        <Link to="/notices/write" search={{ n: String(noticeId) }}>
          {t('fraud.plan.notice')}
        </Link>
      )}
      {status === 'announced' ? null : (
        <Button aria-label={t('fraud.plan.changeOf', { name })} onPress={onEdit}>
          {t('fraud.plan.changeIt')}
        </Button>
      )}
      {goesOn ? (
        <Button
          aria-label={t('fraud.plan.stopOf', { name })}
          isDisabled={act.isBusy}
          onPress={() => void change('stop', t('fraud.plan.stopped'))}
        >
          {t('fraud.plan.stop')}
        </Button>
      ) : (
        <Button
          aria-label={t('fraud.practice.removeOf', { name })}
          isDisabled={act.isBusy}
          onPress={() => void remove()}
        >
          {t('fraud.practice.remove')}
        </Button>
      )}
    </Item>
  )
}

/** The same words, the next date that is not past. */
const again = (plan: Plan, practice: Practice): Plan => {
  const { announceAt, beginsAt } = firstPlan(practice)
  return plan.announceAt !== null && plan.announceAt > Date.now() ? plan : { ...plan, announceAt, beginsAt }
}

export const PlanPart = ({ practice, onChange }: { practice: Practice; onChange: () => void }) => {
  const { t } = useTranslation()
  const [open, setOpen] = useState<Plan | 'new'>()
  if (open !== undefined) {
    const plan = open === 'new' ? undefined : open
    return (
      <PlanForm
        plan={plan}
        first={plan === undefined ? firstPlan(practice) : again(plan, practice)}
        practice={practice}
        onBack={() => setOpen(undefined)}
        onSaved={() => {
          setOpen(undefined)
          onChange()
        }}
      />
    )
  }
  return (
    <Section id="plans" title={t('fraud.plan.plans')} intro={t('fraud.plan.intro')}>
      {practice.mayPlan ? (
        <Line>
          <Button kind="primary" icon="plus" onPress={() => setOpen('new')}>
            {t('fraud.plan.new')}
          </Button>
        </Line>
      ) : (
        <p>{t('fraud.plan.mayNot')}</p>
      )}
      <Items empty={t('fraud.plan.nothing')}>
        {practice.plans.map((plan) => (
          <PlanItem key={plan.id} plan={plan} onEdit={() => setOpen(plan)} onChange={onChange} />
        ))}
      </Items>
    </Section>
  )
}
