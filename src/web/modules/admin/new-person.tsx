/** An account made by hand, for somebody whom no directory knows; always with an end. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { kindName } from '../../shell/profile-name.ts'
import { text } from '../../shell/request.ts'
import { toast } from '../../shell/toasts.tsx'
import { useAct } from '../../shell/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import css from './admin.module.css'
import { act as send } from './requests.ts'
import { SchoolSelect } from './school-select.tsx'
import { useScope } from './use-scope.ts'

const empty = { givenName: '', familyName: '', birthDate: '', title: '', endsAt: '' }

export const NewPerson = ({ onCreated }: { onCreated: () => void }) => {
  const { t } = useTranslation()
  const scope = useScope()
  const act = useAct()
  const [form, setForm] = useState(empty)
  const [uai, setUai] = useState(scope.schools[0]?.uai ?? '')
  const [kind, setKind] = useState('administrative')
  const set = (name: keyof typeof empty) => (value: string) => setForm((now) => ({ ...now, [name]: value }))
  const isReady = form.givenName.trim() !== '' && form.familyName.trim() !== '' && form.endsAt !== '' && uai !== ''
  const create = async (event: FormEvent) => {
    event.preventDefault()
    if (!isReady || act.isBusy) return
    const { givenName, familyName, birthDate, title, endsAt } = form
    const made = await act.run(() =>
      send(
        'people',
        {
          givenName: givenName.trim(),
          familyName: familyName.trim(),
          ...(birthDate === '' ? {} : { birthDate }),
          profile: { kind, uai, ...(title.trim() === '' ? {} : { title: title.trim() }) },
          endsAt: Date.parse(`${endsAt}T22:00:00Z`),
        },
        (answer) => text(answer.login),
      ),
    )
    if (made === undefined) return
    toast(t('admin.created', { login: made.value }), { ms: 10_000 })
    setForm(empty)
    onCreated()
  }
  return (
    <Section id="new-person" title={t('admin.create')} intro={t('admin.createMore')}>
      <form className={css.form} onSubmit={create}>
        <Field label={t('admin.givenName')} value={form.givenName} onChange={set('givenName')} maxLength={80} />
        <Field label={t('admin.familyName')} value={form.familyName} onChange={set('familyName')} maxLength={80} />
        <Field label={t('admin.birthDate')} type="date" value={form.birthDate} onChange={set('birthDate')} />
        <SchoolSelect value={uai} onChange={setUai} needed />
        <Select
          label={t('admin.kind')}
          value={kind}
          options={scope.kinds.map((id) => ({ id, name: kindName(id, t) }))}
          onChange={setKind}
        />
        <Field label={t('admin.functionTitle')} value={form.title} onChange={set('title')} maxLength={80} />
        <Field label={t('admin.endsAt')} type="date" value={form.endsAt} onChange={set('endsAt')} />
        <Button kind="primary" type="submit" isDisabled={!isReady || act.isBusy}>
          {t('admin.create')}
        </Button>
      </form>
    </Section>
  )
}
