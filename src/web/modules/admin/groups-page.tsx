/** The groups of a school: those that make themselves from the directory, and those that are made by hand. */
import { Link } from '@tanstack/react-router'
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
import { Loading } from '../account/loading.tsx'
import css from './admin.module.css'
import { type Group, loadGroups, loadMembers } from './group-requests.ts'
import { loadPeople, act as send } from './requests.ts'
import { SchoolSelect } from './school-select.tsx'
import { useAdminPlace } from './use-place.ts'
import { useScope } from './use-scope.ts'

const NewGroup = ({ uai, onMade }: { uai: string; onMade: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [name, setName] = useState('')
  const create = async (event: FormEvent) => {
    event.preventDefault()
    const made = await act.run(() => send('groups', { uai, name: name.trim() }, nothing), t('admin.groupMade'))
    if (made === undefined) return
    setName('')
    onMade()
  }
  return (
    <Section id="new-group" title={t('admin.groupCreate')}>
      <form className={css.form} onSubmit={create}>
        <Field label={t('admin.groupName')} value={name} onChange={setName} maxLength={100} />
        <Button kind="primary" type="submit" isDisabled={act.isBusy || name.trim() === '' || uai === ''}>
          {t('admin.groupCreate')}
        </Button>
      </form>
    </Section>
  )
}

const AddMember = ({ group, onAdded }: { group: Group; onAdded: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [login, setLogin] = useState('')
  const add = async (event: FormEvent) => {
    event.preventDefault()
    const wanted = login.trim()
    const found = await act.run(() => loadPeople({ q: wanted, limit: '20' }))
    if (found === undefined) return
    const person = found.value.people.find((one) => one.login === wanted || one.email === wanted)
    if (person === undefined) {
      toast(t('admin.unknownPerson'), { tone: 'problem' })
      return
    }
    const done = await act.run(() => send(`groups/${group.id}`, { add: [person.id] }, nothing), t('admin.groupAdded'))
    if (done === undefined) return
    setLogin('')
    onAdded()
  }
  return (
    <Section id="add-member" title={t('admin.groupAdd')}>
      <form className={css.form} onSubmit={add}>
        <Field label={t('admin.login2')} value={login} onChange={setLogin} autoCapitalize="none" autoComplete="off" />
        <Button kind="primary" type="submit" isDisabled={act.isBusy || login.trim() === ''}>
          {t('admin.groupAdd')}
        </Button>
      </form>
    </Section>
  )
}

/** Who is in a group; one made by hand can be changed. */
const OpenGroup = ({ group, onChanged }: { group: Group; onChanged: () => void }) => {
  const { t } = useTranslation()
  const { to } = useAdminPlace()
  const act = useAct()
  const loaded = useLoaded(group.key, () => loadMembers(group.key))
  const isManual = group.id > 0
  const changed = (done: unknown) => {
    if (done === undefined) return
    void loaded.reload()
    onChanged()
  }
  const remove = (id: number) =>
    act.run(() => send(`groups/${group.id}`, { remove: [id] }, nothing), t('admin.groupTaken')).then(changed)
  const drop = async () => {
    const done = await act.run(() => send(`groups/${group.id}/delete`, {}, nothing), t('admin.groupDeleted'))
    if (done === undefined) return
    onChanged()
    void to({ page: 'groups' })
  }
  return (
    <>
      <Section id="members" title={group.name}>
        <Loading of={loaded}>
          {(members) => (
            <DataTable
              label={group.name}
              empty={t('admin.groupEmpty')}
              columns={[t('admin.name'), t('admin.login'), ...(isManual ? [t('admin.groupTake')] : [])]}
              rows={members.map((one) => ({
                id: String(one.id),
                cells: [
                  <Link key="name" to="/admin" search={{ page: 'people', id: String(one.id) }}>
                    {one.name}
                  </Link>,
                  one.login,
                  ...(isManual
                    ? [
                        <Button
                          key="take"
                          aria-label={t('admin.groupTakeOf', { name: one.name })}
                          isDisabled={act.isBusy}
                          onPress={() => void remove(one.id)}
                        >
                          {t('admin.groupTake')}
                        </Button>,
                      ]
                    : []),
                ],
              }))}
            />
          )}
        </Loading>
      </Section>
      {isManual ? (
        <>
          <AddMember group={group} onAdded={() => changed(true)} />
          <p>
            <Button kind="danger" isDisabled={act.isBusy} onPress={() => void drop()}>
              {t('admin.groupDelete')}
            </Button>
          </p>
        </>
      ) : null}
      <p>
        <Link to="/admin" search={{ page: 'groups' }}>
          {t('admin.groupBack')}
        </Link>
      </p>
    </>
  )
}

/** `open`: the key of the group whose members are shown. */
export const GroupsPage = ({ open }: { open?: string | undefined }) => {
  const { t } = useTranslation()
  const scope = useScope()
  const [uai, setUai] = useState(scope.schools.find(({ tasks }) => tasks.includes('groups'))?.uai ?? '')
  const loaded = useLoaded(uai, () => loadGroups(uai))
  const group = loaded.value?.find(({ key }) => key === open)
  if (group !== undefined) return <OpenGroup group={group} onChanged={() => void loaded.reload()} />
  return (
    <>
      <Section id="groups" intro={t('admin.groupsMore')}>
        <Stack>
          {scope.schools.length > 1 ? <SchoolSelect value={uai} onChange={setUai} needed /> : null}
          <Loading of={loaded}>
            {(groups) => (
              <DataTable
                label={t('admin.groups')}
                empty={t('admin.groupsNone')}
                columns={[t('admin.name'), t('admin.groupCount'), t('admin.groupOrigin')]}
                rows={groups
                  .toSorted((a, b) => Number(b.id > 0) - Number(a.id > 0))
                  .map((one) => ({
                    id: one.key,
                    cells: [
                      <Link key="name" to="/admin" search={{ page: 'groups', key: one.key }}>
                        {one.name}
                      </Link>,
                      String(one.count),
                      t(one.id > 0 ? 'admin.groupManual' : 'admin.groupComputed'),
                    ],
                  }))}
              />
            )}
          </Loading>
        </Stack>
      </Section>
      <NewGroup uai={uai} onMade={() => void loaded.reload()} />
    </>
  )
}
