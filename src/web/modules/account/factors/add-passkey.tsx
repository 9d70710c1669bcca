/** Adds a passkey: named first, so that a lost one is known by its name. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from '../../../shell/toasts.tsx'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Line, Stack } from '../../../ui/page.tsx'
import { canUsePasskeys, makePasskey } from '../../gate/passkey.ts'
import { browserName } from '../browser-name.ts'
import { addPasskey, passkeyCreation } from '../requests.ts'

export const AddPasskey = ({ onAdded }: { onAdded: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [isOpen, setOpen] = useState(false)
  const [label, setLabel] = useState(() => browserName(navigator.userAgent))
  if (!canUsePasskeys()) return null
  const create = async (event: FormEvent) => {
    event.preventDefault()
    if (label.trim() === '' || act.isBusy) return
    const asked = await act.run(passkeyCreation)
    if (asked === undefined) return
    const attestation = await makePasskey(asked.value)
    if (attestation === undefined) {
      toast(t('account.passkeyFailed'), { tone: 'problem' })
      return
    }
    if ((await act.run(() => addPasskey(attestation, label.trim()), t('account.passkeyAdded'))) === undefined) return
    setOpen(false)
    onAdded()
  }
  return (
    <Stack>
      <div>
        <strong>{t('account.passkey')}</strong>
        <p>{t('account.passkeyHow')}</p>
      </div>
      {isOpen ? (
        <form onSubmit={create}>
          <Line>
            <Field
              label={t('account.passkeyName')}
              placeholder={t('account.passkeyExample')}
              value={label}
              onChange={setLabel}
              maxLength={60}
              autoFocus
            />
            <Button kind="primary" type="submit" isDisabled={act.isBusy || label.trim() === ''}>
              {t('account.add')}
            </Button>
            <Button onPress={() => setOpen(false)}>{t('account.cancel')}</Button>
          </Line>
        </form>
      ) : (
        <p>
          <Button icon="key" onPress={() => setOpen(true)}>
            {t('account.passkeyAdd')}
          </Button>
        </p>
      )}
    </Stack>
  )
}
