import { useTranslation } from 'react-i18next'
import { Select } from '../../ui/select.tsx'
import { useScope } from './use-scope.ts'

/** One of the viewer's schools. Nothing where there is nothing to choose. */
export const SchoolSelect = ({
  value,
  onChange,
  needed = false,
  all,
}: {
  value: string
  onChange: (uai: string) => void
  /** Without "all". */
  needed?: boolean
  /** What stands for all of them, with the empty value. */
  all?: string
}) => {
  const { t } = useTranslation()
  const { schools } = useScope()
  if (schools.length < 2 && !needed) return null
  const whole = all ?? (needed ? undefined : t('admin.all'))
  return (
    <Select
      label={t('admin.school')}
      value={value}
      options={[
        ...(whole === undefined ? [] : [{ id: '', name: whole }]),
        ...schools.map(({ uai, name }) => ({ id: uai, name })),
      ]}
      onChange={onChange}
    />
  )
}
