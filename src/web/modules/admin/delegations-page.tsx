import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nothing } from '../../shell/request.ts'
import { toast } from '../../shell/toasts.tsx'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Field } from '../../ui/field.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import css from './admin.module.css'
import { loadDelegations, loadPeople, act as send } from './requests.ts'
import { SchoolSelect } from './school-select.tsx'
import { useScope } from './use-scope.ts'

const NewDelegation = ({ onGranted }: { onGranted: () => void }) => {
  const { t } = useTranslation()
  const scope = useScope()
  const act = useAct()
  const [login, setLogin] = useState('')
  const [uai, setUai] = useState(scope.schools[0]?.uai ?? '')
  const given = scope.tasks.filter((one) => (uai === '' ? one.isForAcademy : one.isDelegable))
  const [chosen, setTask] = useState('')
  const task = given.find(({ id }) => id === chosen)?.id ?? given[0]?.id ?? ''
  const grant = async (event: FormEvent) => {
    event.preventDefault()
    const wanted = login.trim()
    const found = await act.run(() => loadPeople({ q: wanted, limit: '20' }))
    if (found === undefined) return
    const person = found.value.people.find((one) => one.login === wanted || one.email === wanted)
    if (person === undefined) {
      toast(t('admin.unknownPerson'), { tone: 'problem' })
      return
    }
    const done = await act.run(
      () => send('delegations', { account: person.id, uai, tasks: [task] }, nothing),
      t('admin.granted'),
    )
    if (done === undefined) return
    setLogin('')
    onGranted()
  }
  return (
    <Section id="delegate" title={t('admin.delegate')}>
      <form className={css.form} onSubmit={grant}>
        <Field label={t('admin.login2')} value={login} onChange={setLogin} autoCapitalize="none" autoComplete="off" />
        <SchoolSelect value={uai} onChange={setUai} needed {...(scope.isPlatform ? { all: t('admin.academy') } : {})} />
        <Select label={t('admin.task')} value={task} options={given} onChange={setTask} />
        <Button kind="primary" type="submit" isDisabled={act.isBusy || login.trim() === '' || task === ''}>
          {t('admin.delegate')}
        </Button>
      </form>
    </Section>
  )
}

/** Who may do what in a school beside its head, and for the académie beside the platform's administrators. */
export const DelegationsPage = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const scope = useScope()
  const act = useAct()
  const loaded = useLoaded('delegations', () => loadDelegations(''))
  const taskName = (id: string) => scope.tasks.find((task) => task.id === id)?.name ?? id
  return (
    <>
      <Section id="delegations" intro={t('admin.delegationsMore')}>
        <Loading of={loaded}>
          {(delegations) => (
            <Stack>
              <DataTable
                label={t('admin.delegations')}
                empty={t('admin.delegationsNone')}
                columns={[
                  t('admin.person'),
                  t('admin.task'),
                  t('admin.school'),
                  t('admin.grantedBy'),
                  t('admin.until'),
                  t('admin.revoke'),
                ]}
                rows={delegations.map((one) => ({
                  id: `${one.account} ${one.uai} ${one.task}`,
                  cells: [
                    one.name,
                    taskName(one.task),
                    one.schoolName || one.uai || t('admin.academy'),
                    one.grantedBy,
                    when(one.endsAt),
                    <Button
                      key="revoke"
                      aria-label={t('admin.revokeOf', { task: taskName(one.task), name: one.name })}
                      onPress={() =>
                        void act
                          .run(
                            () =>
                              send(
                                'delegations/revoke',
                                { account: one.account, uai: one.uai, tasks: [one.task] },
                                nothing,
                              ),
                            t('admin.revoked'),
                          )
                          .then((done) => (done === undefined ? undefined : loaded.reload()))
                      }
                    >
                      {t('admin.revoke')}
                    </Button>,
                  ],
                }))}
              />
            </Stack>
          )}
        </Loading>
      </Section>
      <NewDelegation onGranted={() => void loaded.reload()} />
    </>
  )
}
