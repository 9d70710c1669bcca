import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Item, Items, Stack } from '../../../ui/page.tsx'
import { makeRecoveryCodes } from '../requests.ts'
import css from './factors.module.css'
import { OneTimeSheet } from './one-time-sheet.tsx'

/** Ten codes on paper, for the day the phone is lost. */
export const RecoveryCodes = ({ left, onMade }: { left: number; onMade: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [codes, setCodes] = useState<readonly string[]>()
  const make = async () => {
    const made = await act.run(makeRecoveryCodes)
    if (made === undefined) return
    setCodes(made.value)
    onMade()
  }
  return (
    <Stack>
      <Items>
        {[
          <Item
            key="codes"
            title={t('account.recoveryCodes')}
            tag={left > 0 ? t('account.recoveryLeft', { count: left }) : t('account.recoveryNone')}
            more={t('account.recoveryCodesHow')}
          >
            <Button isDisabled={act.isBusy} onPress={() => void make()}>
              {left > 0 ? t('account.recoveryRemake') : t('account.recoveryMake')}
            </Button>
          </Item>,
        ]}
      </Items>
      {codes === undefined ? null : (
        <OneTimeSheet
          intro={t('account.recoveryReady')}
          text={codes.join('\n')}
          fileName="codes-de-secours.txt"
          onDone={() => setCodes(undefined)}
        >
          <ol className={css.codes}>
            {codes.map((code) => (
              <li key={code}>{code}</li>
            ))}
          </ol>
        </OneTimeSheet>
      )}
    </Stack>
  )
}
