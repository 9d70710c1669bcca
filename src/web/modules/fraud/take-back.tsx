/** Taking a fraud back from mailboxes: counted first, confirmed with the number, undone when it was wrong. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct } from '../../shell/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { useWhen } from '../account/use-when.ts'
import { countMailboxes, giveBack, type SeenCluster, type Sweep, takeBack } from './requests.ts'

const live: ReadonlySet<Sweep['state']> = new Set(['counting', 'running', 'undoing'])
const lookEvery = 2000

const Line = ({ sweep, onChange }: { sweep: Sweep; onChange: () => void }) => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const [isAsked, setAsked] = useState(false)
  const { id, state, mailboxes, found, moved } = sweep
  const confirm = async () => {
    setAsked(false)
    if ((await act.run(() => takeBack(id, mailboxes), t('fraud.take.begun'))) !== undefined) onChange()
  }
  const undo = async () => {
    if ((await act.run(() => giveBack(id), t('fraud.take.undoBegun'))) !== undefined) onChange()
  }
  return (
    <Item
      title={t('fraud.take.line', { count: mailboxes, found })}
      tag={t(`fraud.take.states.${state}`)}
      more={[t('fraud.take.moved', { count: moved }), sweep.askedBy, when(sweep.at)].join(' · ')}
    >
      {state === 'counted' && mailboxes > 0 ? (
        <Button kind="danger" isDisabled={act.isBusy} onPress={() => setAsked(true)}>
          {t('fraud.take.take')}
        </Button>
      ) : null}
      {state === 'done' && moved > 0 ? (
        <Button isDisabled={act.isBusy} onPress={() => void undo()}>
          {t('fraud.take.undo')}
        </Button>
      ) : null}
      <Dialog
        title={t('fraud.take.sure', { count: mailboxes })}
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        closeLabel={t('fraud.take.cancel')}
        role="alertdialog"
        footer={
          <>
            <Button onPress={() => setAsked(false)}>{t('fraud.take.cancel')}</Button>
            <Button kind="danger" onPress={() => void confirm()}>
              {t('fraud.take.yes', { count: mailboxes })}
            </Button>
          </>
        }
      >
        <p>{t('fraud.take.sureMore', { count: mailboxes })}</p>
      </Dialog>
    </Item>
  )
}

export const TakeBack = ({ cluster, onChange }: { cluster: SeenCluster; onChange: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const isLive = cluster.sweeps.some(({ state }) => live.has(state))
  useEffect(() => {
    if (!isLive) return
    const timer = setInterval(onChange, lookEvery)
    return () => clearInterval(timer)
  }, [isLive, onChange])
  const count = async () => {
    if ((await act.run(() => countMailboxes(cluster.id))) !== undefined) onChange()
  }
  return (
    <Section id="take-back" title={t('fraud.take.title')} intro={t('fraud.take.intro')}>
      <p aria-live="polite">{isLive ? t('fraud.take.working') : ''}</p>
      {cluster.sweeps.length === 0 ? null : (
        <Items>
          {cluster.sweeps.map((sweep) => (
            <Line key={sweep.id} sweep={sweep} onChange={onChange} />
          ))}
        </Items>
      )}
      <p>
        <Button isDisabled={act.isBusy || isLive} onPress={() => void count()}>
          {t('fraud.take.count')}
        </Button>
      </p>
    </Section>
  )
}
