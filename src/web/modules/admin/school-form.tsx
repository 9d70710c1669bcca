/** A school that is made or changed. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { parseUai } from '#format/uai/parse.ts'
import { schoolKinds } from '#format/uai/school-kinds.data.ts'
import { useAct } from '../../shell/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Note, Stack } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { type ListedSchool, saveSchool } from './school-requests.ts'

const empty = { uai: '', name: '', kind: 'college', city: '', source: 'manual', isOpen: true } as const

/** `school`: the one that is changed; without it, one is made. */
export const SchoolForm = ({
  school,
  onSaved,
  onClose,
}: {
  school?: ListedSchool | undefined
  onSaved: () => void
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const act = useAct()
  const before = school ?? empty
  const [uai, setUai] = useState<string>(before.uai)
  const [name, setName] = useState<string>(before.name)
  const [kind, setKind] = useState<ListedSchool['kind']>(before.kind)
  const [city, setCity] = useState<string>(before.city)
  const [isOpen, setOpen] = useState<boolean>(before.isOpen)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const saved = await act.run(() => saveSchool({ uai, name, kind, city, isOpen }), t('admin.schoolSaved', { name }))
    if (saved === undefined) return
    onSaved()
    onClose()
  }
  return (
    <Dialog
      title={school === undefined ? t('admin.schoolNew') : t('admin.schoolChange', { name: school.name })}
      isOpen
      onClose={onClose}
      closeLabel={t('admin.cancel')}
    >
      <form onSubmit={save}>
        <Stack>
          {before.source === 'manual' ? null : <Note>{t('admin.schoolFed', { source: before.source })}</Note>}
          <Field
            label={t('admin.uai')}
            hint={t('admin.uaiMore')}
            note={uai.trim().length === 8 && parseUai(uai) === undefined ? t('admin.uaiWrong') : undefined}
            value={uai}
            onChange={setUai}
            maxLength={8}
            isDisabled={school !== undefined}
            autoComplete="off"
          />
          <Field label={t('admin.name')} value={name} onChange={setName} maxLength={200} />
          <Select
            label={t('admin.schoolKind')}
            value={kind}
            options={schoolKinds.map((id) => ({ id, name: t(`admin.schoolKinds.${id}`) }))}
            onChange={(id) => setKind(schoolKinds.find((one) => one === id) ?? 'other')}
          />
          <Field label={t('admin.city')} value={city} onChange={setCity} maxLength={100} />
          <Choice
            label={t('admin.state')}
            value={isOpen ? 'open' : 'closed'}
            options={[
              { id: 'open', name: t('admin.schoolOpen') },
              { id: 'closed', name: t('admin.schoolClosed') },
            ]}
            onChange={(id) => setOpen(id === 'open')}
          />
          <Button
            kind="primary"
            type="submit"
            isDisabled={act.isBusy || parseUai(uai) === undefined || name.trim() === ''}
          >
            {t('admin.save')}
          </Button>
        </Stack>
      </form>
    </Dialog>
  )
}
