import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Section, Stack } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import { CodeNote } from './code-note.tsx'
import { type Code, collectCode, loadCases, type RecoveryCase, act as send } from './requests.ts'

const stateKeys = {
  asked: 'admin.caseAsked',
  approved: 'admin.caseApproved',
  refused: 'admin.caseRefused',
  used: 'admin.caseUsed',
  expired: 'admin.caseExpired',
} as const

/** People who lost everything: one asks, another approves, the first hands over the code. */
export const CasesPage = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const loaded = useLoaded('cases', loadCases)
  const [code, setCode] = useState<Code>()
  const decide = async (one: RecoveryCase, approve: boolean) => {
    if ((await act.run(() => send(`recovery-cases/${one.id}/decide`, { approve }, nothing))) !== undefined)
      await loaded.reload()
  }
  const collect = async (one: RecoveryCase) => {
    const given = await act.run(() => collectCode(one.id))
    if (given === undefined) return
    setCode(given.value)
    await loaded.reload()
  }
  return (
    <Section id="cases" intro={t('admin.casesMore')}>
      <Stack>
        {code === undefined ? null : <CodeNote code={code} />}
        <Loading of={loaded}>
          {(cases) => (
            <Items empty={t('admin.casesNone')}>
              {cases.map((one) => (
                <Item
                  key={one.id}
                  title={`${one.name} (${one.login})`}
                  tag={t(stateKeys[one.status])}
                  more={[
                    one.kind === 'factors' ? t('admin.caseFactors') : t('admin.caseAccess'),
                    one.reason,
                    one.isMine
                      ? t('admin.caseMine')
                      : t('admin.caseBy', { name: one.askedBy, when: when(one.createdAt) }),
                  ]
                    .filter((part) => part !== '')
                    .join(' · ')}
                >
                  {one.status === 'asked' && !one.isMine ? (
                    <>
                      <Button kind="primary" isDisabled={act.isBusy} onPress={() => void decide(one, true)}>
                        {t('admin.approve')}
                      </Button>
                      <Button isDisabled={act.isBusy} onPress={() => void decide(one, false)}>
                        {t('admin.refuse')}
                      </Button>
                    </>
                  ) : null}
                  {one.status === 'approved' && one.isMine ? (
                    <Button kind="primary" isDisabled={act.isBusy} onPress={() => void collect(one)}>
                      {t('admin.collect')}
                    </Button>
                  ) : null}
                </Item>
              ))}
            </Items>
          )}
        </Loading>
      </Stack>
    </Section>
  )
}
