/** The list of schools and services of the académie: found, made, renamed, closed. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Field } from '../../ui/field.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import css from './admin.module.css'
import { SchoolForm } from './school-form.tsx'
import { type ListedSchool, loadSchools } from './school-requests.ts'
import { useAdminPlace } from './use-place.ts'

const Table = ({
  schools,
  onChange,
}: {
  schools: readonly ListedSchool[]
  onChange: (school: ListedSchool) => void
}) => {
  const { t } = useTranslation()
  return (
    <DataTable
      label={t('admin.schools')}
      empty={t('admin.schoolsNone')}
      columns={[
        t('admin.uai'),
        t('admin.name'),
        t('admin.schoolKind'),
        t('admin.city'),
        t('admin.department'),
        t('admin.state'),
        t('admin.acts'),
      ]}
      rows={schools.map((one) => ({
        id: one.uai,
        cells: [
          one.uai,
          one.name,
          t(`admin.schoolKinds.${one.kind}`),
          one.city,
          one.department,
          t(one.isOpen ? 'admin.schoolOpen' : 'admin.schoolClosed'),
          <Button key="change" aria-label={t('admin.schoolChangeOf', { name: one.name })} onPress={() => onChange(one)}>
            {t('admin.schoolEdit')}
          </Button>,
        ],
      }))}
    />
  )
}

/** `onSaved`: what the viewer may administer has changed too. */
export const SchoolsPage = ({ onSaved }: { onSaved: () => void }) => {
  const { t } = useTranslation()
  const { search, to } = useAdminPlace()
  const { q = '', after = '' } = search
  const [wanted, setWanted] = useState(q)
  const [open, setOpen] = useState<ListedSchool | 'new'>()
  const loaded = useLoaded(`${q} ${after}`, () => loadSchools(q, after))
  const find = (event: FormEvent) => {
    event.preventDefault()
    void to({ page: 'schools', q: wanted.trim() })
  }
  return (
    <Section id="schools" intro={t('admin.schoolsMore')}>
      <Stack>
        <form className={css.filters} onSubmit={find}>
          <Field label={t('admin.schoolSearch')} value={wanted} onChange={setWanted} maxLength={100} />
          <Button type="submit" icon="search">
            {t('admin.go')}
          </Button>
          <Button kind="primary" icon="plus" onPress={() => setOpen('new')}>
            {t('admin.schoolNew')}
          </Button>
        </form>
        <Loading of={loaded}>
          {({ schools, next }) => (
            <>
              <Table schools={schools} onChange={setOpen} />
              {next === '' ? null : (
                <p>
                  <Button onPress={() => void to({ page: 'schools', q, after: next })}>{t('admin.more')}</Button>
                </p>
              )}
            </>
          )}
        </Loading>
        {open === undefined ? null : (
          <SchoolForm
            school={open === 'new' ? undefined : open}
            onSaved={() => {
              void loaded.reload()
              onSaved()
            }}
            onClose={() => setOpen(undefined)}
          />
        )}
      </Stack>
    </Section>
  )
}
