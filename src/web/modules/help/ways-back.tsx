/** The guided reset: by which ways a person may get back in; what a helper may send, and who at the school hands over a code. */
import { useTranslation } from 'react-i18next'
import { ask, nothing, numberOr, records, text } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Line, Section } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import css from './ways-back.module.css'

interface Ways {
  readonly isActivated: boolean
  readonly isBlocked: boolean
  readonly rescue: string
  readonly contacts: number
  readonly school: readonly string[]
}

const load = (account: number) =>
  ask(
    `/admin/diagnosis/${account}/ways`,
    undefined,
    (answer): Ways => ({
      isActivated: answer.isActivated !== false,
      isBlocked: answer.isBlocked === true,
      rescue: text(answer.rescue),
      contacts: numberOr(answer.contacts, 0),
      school: records(answer.school).map((one) => [text(one.name), text(one.schoolName)].filter(Boolean).join(' · ')),
    }),
  )

export const WaysBack = ({ account }: { account: number }) => {
  const { t } = useTranslation()
  const act = useAct()
  const loaded = useLoaded(`ways ${account}`, () => load(account))
  const send = () => act.run(() => ask(`/admin/diagnosis/${account}/reset`, {}, nothing), t('support.ways.sent'))
  return (
    <Section id="ways-back" title={t('support.ways.title')} intro={t('support.ways.intro')}>
      <Loading of={loaded}>
        {({ isActivated, isBlocked, rescue, contacts, school }) => (
          <>
            <ol className={css.ways}>
              {isBlocked ? <li>{t('support.ways.blocked')}</li> : null}
              {isActivated ? null : <li>{t('support.ways.pending')}</li>}
              <li>{rescue === '' ? t('support.ways.noRescue') : t('support.ways.rescue', { rescue })}</li>
              {contacts === 0 ? null : <li>{t('support.ways.contacts', { count: contacts })}</li>}
              <li>
                {school.length === 0
                  ? t('support.ways.noSchool')
                  : t('support.ways.school', { names: school.join(' ; ') })}
              </li>
            </ol>
            {isBlocked || (rescue === '' && contacts === 0) ? null : (
              <Line>
                <Button isDisabled={act.isBusy} onPress={() => void send()}>
                  {t('support.ways.send')}
                </Button>
              </Line>
            )}
          </>
        )}
      </Loading>
    </Section>
  )
}
