/** How many have come, by school, profile and class; and the sheets of those who have not. */
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { kindName } from '../../shell/profile-name.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Item, Items, Section, Stack } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import css from './admin.module.css'
import { loadActivation, loadPeople, printSheets, type Rate, type SchoolRate } from './requests.ts'
import { SchoolSelect } from './school-select.tsx'
import { showFile } from './show-file.ts'
import { useAdminPlace } from './use-place.ts'
import { hasTask, useScope } from './use-scope.ts'

const RateLine = ({ rate, name }: { rate: Rate; name: string }) => {
  const { t } = useTranslation()
  const { activated, total } = rate
  const value = total === 0 ? 0 : Math.floor((activated / total) * 100)
  return (
    <div className={css.rate}>
      <span>{name}</span>
      <progress value={activated} max={Math.max(1, total)} aria-label={t('admin.rateOf', { name })} />
      <span>
        {t('admin.percent', { value })} · {t('admin.rate', { activated, total })}
      </span>
    </div>
  )
}

const SchoolPart = ({ school }: { school: SchoolRate }) => {
  const { t } = useTranslation()
  const scope = useScope()
  const act = useAct()
  const sheetsOf = async (name: string) => {
    const asked = { uai: school.uai, class: name, kind: 'pupil', state: 'pending', limit: '200' }
    const found = await act.run(() => loadPeople(asked))
    if (found === undefined || found.value.people.length === 0) return
    const made = await act.run(() => printSheets(found.value.people.map(({ id }) => id)), t('admin.sheetsMade'))
    if (made !== undefined) showFile(made.value, `fiches-${name}.pdf`)
  }
  return (
    <Section id={`school-${school.uai}`} title={school.name} intro={school.uai}>
      <Stack>
        <Card>
          <Stack>
            <RateLine rate={school} name={t('admin.all')} />
            {school.kinds.map((kind) => (
              <RateLine key={kind.name} rate={kind} name={kindName(kind.name, t)} />
            ))}
          </Stack>
        </Card>
        {school.classes.length === 0 ? null : (
          <>
            <h3>{t('admin.classes')}</h3>
            <Items>
              {school.classes.map((one) => (
                <Item key={one.name} title={<RateLine rate={one} name={one.name} />}>
                  {hasTask(scope, 'sheets') && one.activated < one.total ? (
                    <Button
                      icon="print"
                      isDisabled={act.isBusy}
                      aria-label={t('admin.classSheets', { name: one.name })}
                      onPress={() => void sheetsOf(one.name)}
                    >
                      {t('admin.sheets')}
                    </Button>
                  ) : null}
                </Item>
              ))}
            </Items>
          </>
        )}
        <Link to="/admin" search={{ page: 'people', uai: school.uai, state: 'pending' }}>
          {t('admin.pendingPeople')}
        </Link>
      </Stack>
    </Section>
  )
}

export const ActivationPage = () => {
  const { search, to } = useAdminPlace()
  const uai = search.uai ?? ''
  const loaded = useLoaded(uai, () => loadActivation(uai))
  return (
    <>
      <div className={css.filters}>
        <SchoolSelect value={uai} onChange={(next) => void to({ page: 'activation', uai: next })} />
      </div>
      <Loading of={loaded}>
        {(schools) => (
          <>
            {schools.map((school) => (
              <SchoolPart key={school.uai} school={school} />
            ))}
          </>
        )}
      </Loading>
    </>
  )
}
