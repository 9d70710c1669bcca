/** Finding people, and printing the sheets of those who have not come yet. */
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { kindName } from '../../shell/profile-name.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { Loading } from '../account/loading.tsx'
import css from './admin.module.css'
import { NewPerson } from './new-person.tsx'
import { loadPeople, type Person, printSheets } from './requests.ts'
import { SchoolSelect } from './school-select.tsx'
import { showFile } from './show-file.ts'
import { useAdminPlace } from './use-place.ts'
import { hasTask, useScope } from './use-scope.ts'

const states = ['active', 'pending', 'blocked', 'suspended', 'ended', 'disabled'] as const

export const StateMark = ({ state }: { state: string }) => {
  const { t } = useTranslation()
  const known = states.find((one) => one === state)
  return (
    <span className={css.state} data-state={state}>
      {known === undefined ? state : t(`admin.${known}`)}
    </span>
  )
}

const Filters = () => {
  const { t } = useTranslation()
  const { search, to } = useAdminPlace()
  const scope = useScope()
  const [q, setQ] = useState(search.q ?? '')
  const change = (more: Readonly<Record<string, string>>) => void to({ ...search, q: q.trim(), ...more })
  return (
    <search>
      <form
        className={css.filters}
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          change({})
        }}
      >
        <Field label={t('admin.search')} placeholder={t('admin.searchHint')} value={q} onChange={setQ} type="search" />
        <SchoolSelect value={search.uai ?? ''} onChange={(uai) => change({ uai })} />
        <Select
          label={t('admin.kind')}
          value={search.kind ?? ''}
          options={[{ id: '', name: t('admin.all') }, ...scope.kinds.map((id) => ({ id, name: kindName(id, t) }))]}
          onChange={(kind) => change({ kind })}
        />
        <Select
          label={t('admin.state')}
          value={search.state ?? ''}
          options={[{ id: '', name: t('admin.all') }, ...states.map((id) => ({ id, name: t(`admin.${id}`) }))]}
          onChange={(state) => change({ state })}
        />
        <Button kind="primary" type="submit" icon="search">
          {t('admin.go')}
        </Button>
      </form>
    </search>
  )
}

const profilesText = (person: Person, name: (kind: string) => string): string =>
  person.profiles
    .map(({ kind, title, schoolName, classes }) =>
      [title || name(kind), schoolName, classes.join(', ')].filter((part) => part !== '').join(' · '),
    )
    .join(' ; ')

const Found = ({ people }: { people: readonly Person[] }) => {
  const { t } = useTranslation()
  const scope = useScope()
  const act = useAct()
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const mayPrint = hasTask(scope, 'sheets')
  const toggle = (id: number) =>
    setChosen((now) => new Set(now.has(id) ? [...now].filter((one) => one !== id) : [...now, id]))
  const print = async () => {
    const made = await act.run(() => printSheets([...chosen]), t('admin.sheetsMade'))
    if (made !== undefined) showFile(made.value, 'fiches.pdf')
  }
  return (
    <>
      <div className={css.bar}>
        <p role="status">{chosen.size === 0 ? '' : t('admin.selected', { count: chosen.size })}</p>
        {mayPrint ? (
          <Button icon="print" isDisabled={chosen.size === 0 || act.isBusy} onPress={() => void print()}>
            {t('admin.sheets')}
          </Button>
        ) : null}
      </div>
      <DataTable
        label={t('admin.results')}
        empty={t('admin.noneFound')}
        columns={[
          ...(mayPrint ? [t('admin.choose')] : []),
          t('admin.name'),
          t('admin.login'),
          t('admin.profiles'),
          t('admin.state'),
        ]}
        rows={people.map((person) => ({
          id: String(person.id),
          cells: [
            ...(mayPrint
              ? [
                  <input
                    key="check"
                    type="checkbox"
                    className={css.check}
                    aria-label={t('admin.select', { name: person.name })}
                    checked={chosen.has(person.id)}
                    onChange={() => toggle(person.id)}
                  />,
                ]
              : []),
            <Link key="name" to="/admin" search={{ page: 'people', id: String(person.id) }}>
              {person.name}
            </Link>,
            person.login,
            profilesText(person, (kind) => kindName(kind, t)),
            <StateMark key="state" state={person.state} />,
          ],
        }))}
      />
    </>
  )
}

export const PeoplePage = () => {
  const { t } = useTranslation()
  const { search } = useAdminPlace()
  const scope = useScope()
  const { q, uai, kind, state } = search
  const asked = { q, uai, kind, state, class: search.class, limit: '100' }
  const loaded = useLoaded(JSON.stringify(asked), () => loadPeople(asked))
  const [more, setMore] = useState<{ key: string; people: readonly Person[]; next: string }>()
  const act = useAct()
  const key = JSON.stringify(asked)
  return (
    <>
      <Filters key={q ?? ''} />
      <Loading of={loaded}>
        {(first) => {
          const extra = more?.key === key ? more : { key, people: [], next: first.next }
          const showMore = async () => {
            const found = await act.run(() => loadPeople({ ...asked, after: extra.next }))
            if (found !== undefined)
              setMore({ key, people: [...extra.people, ...found.value.people], next: found.value.next })
          }
          return (
            <>
              <Found key={key} people={[...first.people, ...extra.people]} />
              {extra.next === '' ? null : (
                <p>
                  <Button isDisabled={act.isBusy} onPress={() => void showMore()}>
                    {t('admin.more')}
                  </Button>
                </p>
              )}
            </>
          )
        }}
      </Loading>
      {hasTask(scope, 'manual-accounts') ? <NewPerson onCreated={() => void loaded.reload()} /> : null}
    </>
  )
}
