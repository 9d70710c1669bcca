/** When each profile is left alone as long as somebody has chosen nothing. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { kindName } from '../../shell/profile-name.ts'
import { type Answer, ask, nothing, records, text } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Line, Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { Loading } from '../account/loading.tsx'
import notices from '../notices/notices.module.css'
import { type Quiet, QuietFields, readQuiet } from '../notices/quiet-fields.tsx'
import { act as send } from './requests.ts'

interface Usual {
  readonly kind: string
  readonly quiet: Quiet
  /** Set here, not as the program has it. */
  readonly isOwn: boolean
}

const load = (): Promise<Answer<readonly Usual[]>> =>
  ask('/admin/quiet', undefined, (answer) =>
    records(answer.profiles).map((one) => ({
      kind: text(one.kind),
      quiet: readQuiet(one.quiet),
      isOwn: one.isOwn === true,
    })),
  )

const Hours = ({ usual, onChange }: { usual: Usual; onChange: () => Promise<void> }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [quiet, setQuiet] = useState(usual.quiet)
  const save = async (wanted: Quiet | null) => {
    const done = await act.run(() => send('quiet', { kind: usual.kind, quiet: wanted }, nothing), t('admin.quietSaved'))
    if (done !== undefined) await onChange()
  }
  return (
    <div className={notices.form}>
      <QuietFields quiet={quiet} onChange={setQuiet} />
      <Line>
        <Button kind="primary" isDisabled={act.isBusy} onPress={() => void save(quiet)}>
          {t('admin.save')}
        </Button>
        {usual.isOwn ? (
          <Button isDisabled={act.isBusy} onPress={() => void save(null)}>
            {t('admin.quietUsual')}
          </Button>
        ) : null}
      </Line>
    </div>
  )
}

export const QuietPage = () => {
  const { t } = useTranslation()
  const loaded = useLoaded('usual-quiet', load)
  const [kind, setKind] = useState('teacher')
  return (
    <Section id="usual-quiet" intro={t('admin.quietIntro')}>
      <Loading of={loaded}>
        {(profiles) => {
          const usual = profiles.find((one) => one.kind === kind)
          return (
            <div className={notices.form}>
              <Select
                label={t('admin.kind')}
                value={kind}
                options={profiles.map((one) => ({ id: one.kind, name: kindName(one.kind, t) }))}
                onChange={setKind}
              />
              {usual === undefined ? null : (
                <Hours key={`${kind} ${usual.isOwn}`} usual={usual} onChange={loaded.reload} />
              )}
            </div>
          )
        }}
      </Loading>
    </Section>
  )
}
