/** Adds an authentication application: a square to photograph, the same key in text, and a first code as proof. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Line, Stack } from '../../../ui/page.tsx'
import { beginTotp, confirmTotp, type TotpStart } from '../requests.ts'
import css from './factors.module.css'
import { Secret } from './secret.tsx'

/** Shown as a picture: whatever the text holds, a picture runs nothing. */
const qrSource = (svg: string): string => `data:image/svg+xml,${encodeURIComponent(svg)}`

export const AddTotp = ({ onAdded }: { onAdded: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [start, setStart] = useState<TotpStart>()
  const [code, setCode] = useState('')
  const begin = async () => {
    const begun = await act.run(beginTotp)
    if (begun !== undefined) setStart(begun.value)
  }
  const confirm = async (event: FormEvent) => {
    event.preventDefault()
    const digits = code.replace(/\D/g, '')
    if (start === undefined || digits === '' || act.isBusy) return
    const done = await act.run(() => confirmTotp(start.token, digits), t('account.totpAdded'))
    setCode('')
    if (done === undefined) return
    setStart(undefined)
    onAdded()
  }
  return (
    <Stack>
      <div>
        <strong>{t('account.totp')}</strong>
        <p>{t('account.totpHow')}</p>
      </div>
      {start === undefined ? (
        <p>
          <Button icon="phone" isDisabled={act.isBusy} onPress={() => void begin()}>
            {t('account.totpAdd')}
          </Button>
        </p>
      ) : (
        <form onSubmit={confirm}>
          <Stack>
            <p>{t('account.totpScan')}</p>
            <img className={css.qr} src={qrSource(start.qr)} alt={t('account.totpQr')} width={200} height={200} />
            <p>{t('account.totpKey')}</p>
            <Secret text={start.secret} />
            <Line>
              <Field
                label={t('account.totpCode')}
                autoComplete="one-time-code"
                inputMode="numeric"
                maxLength={12}
                value={code}
                onChange={setCode}
              />
              <Button kind="primary" type="submit" isDisabled={act.isBusy || code === ''}>
                {t('account.totpConfirm')}
              </Button>
              <Button onPress={() => setStart(undefined)}>{t('account.cancel')}</Button>
            </Line>
          </Stack>
        </form>
      )}
    </Stack>
  )
}
