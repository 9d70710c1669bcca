/** Who finds whom when writing, as a school decides it for its pupils and their parents. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Check } from '../../ui/checks.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { Loading } from '../account/loading.tsx'
import { type Communication, loadCommunication } from './group-requests.ts'
import { act as send } from './requests.ts'
import { SchoolSelect } from './school-select.tsx'
import { useScope } from './use-scope.ts'

const Rules = ({ uai, given }: { uai: string; given: Communication }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [rules, setRules] = useState(given)
  const save = (event: FormEvent) => {
    event.preventDefault()
    void act.run(() => send('communication', { uai, ...rules }, nothing), t('admin.communicationSaved'))
  }
  const choice = (name: 'pupilsToStaff' | 'parentsToStaff') => (
    <Check label={t(`admin.${name}`)} checked={rules[name]} onChange={(is) => setRules({ ...rules, [name]: is })} />
  )
  return (
    <form onSubmit={save}>
      <Stack>
        <Select
          label={t('admin.pupilsToPupils')}
          value={rules.pupilsToPupils}
          options={[
            { id: 'classmates', name: t('admin.reachClassmates') },
            { id: 'school', name: t('admin.reachSchool') },
            { id: 'nobody', name: t('admin.reachNobody') },
          ]}
          onChange={(pupilsToPupils) => setRules({ ...rules, pupilsToPupils })}
        />
        {choice('pupilsToStaff')}
        {choice('parentsToStaff')}
        <p>
          <Button kind="primary" type="submit" isDisabled={act.isBusy}>
            {t('admin.save')}
          </Button>
        </p>
      </Stack>
    </form>
  )
}

export const CommunicationPage = () => {
  const { t } = useTranslation()
  const scope = useScope()
  const [uai, setUai] = useState(scope.schools.find(({ tasks }) => tasks.includes('communication'))?.uai ?? '')
  const loaded = useLoaded(uai, () => loadCommunication(uai))
  return (
    <Section id="communication" intro={t('admin.communicationMore')}>
      <Stack>
        {scope.schools.length > 1 ? <SchoolSelect value={uai} onChange={setUai} needed /> : null}
        <Loading of={loaded}>{(given) => <Rules key={uai} uai={uai} given={given} />}</Loading>
      </Stack>
    </Section>
  )
}
