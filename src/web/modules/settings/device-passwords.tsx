/** A password of its own for each phone or program: lost, it is withdrawn alone. */
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { shortDate } from '../../i18n/format.ts'
import { toast } from '../../shell/toasts.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import {
  type Answer,
  createDevicePassword,
  type DevicePassword,
  listDevicePasswords,
  revokeDevicePassword,
} from './account-requests.ts'
import css from './settings-screen.module.css'

const DeviceLine = ({ device, onRevoke }: { device: DevicePassword; onRevoke: () => void }) => {
  const { t, i18n } = useTranslation()
  const date = (ms: number) => shortDate(new Date(ms).toISOString(), i18n.language)
  const used =
    device.lastUsedAt === undefined ? t('devices.unused') : t('devices.used', { date: date(device.lastUsedAt) })
  return (
    <li className={css.row}>
      <span>
        <strong>{device.label}</strong> · {used}
      </span>
      <IconButton icon="trash" size={17} label={t('devices.revoke', { name: device.label })} onPress={onRevoke} />
    </li>
  )
}

export const DevicePasswords = () => {
  const { t } = useTranslation()
  const [devices, setDevices] = useState<readonly DevicePassword[]>([])
  const [label, setLabel] = useState('')
  const [made, setMade] = useState('')
  const [busy, setBusy] = useState(false)
  const told = useCallback(
    <T,>(answer: Answer<T>): answer is Extract<Answer<T>, { kind: 'ok' }> => {
      if (answer.kind === 'ok') return true
      toast((answer.kind === 'refused' && answer.message) || t('auth.unreachable'), { tone: 'problem' })
      return false
    },
    [t],
  )
  const refresh = useCallback(async () => {
    const answer = await listDevicePasswords()
    if (answer.kind === 'ok') setDevices(answer.value)
  }, [])
  useEffect(() => void refresh(), [refresh])

  const create = async () => {
    setBusy(true)
    const answer = await createDevicePassword(label.trim())
    setBusy(false)
    if (!told(answer)) return
    setMade(answer.value)
    setLabel('')
    await refresh()
  }
  return (
    <section className={css.section} aria-labelledby="devices">
      <h2 className={css.heading} id="devices">
        {t('devices.title')}
      </h2>
      <p className={css.intro}>{t('devices.intro')}</p>
      <form
        className={css.inline}
        onSubmit={(event) => {
          event.preventDefault()
          if (label.trim() !== '' && !busy) void create()
        }}
      >
        <Field
          label={t('devices.label')}
          value={label}
          onChange={setLabel}
          placeholder={t('devices.example')}
          maxLength={60}
        />
        <Button kind="primary" type="submit" isDisabled={label.trim() === '' || busy}>
          {t('devices.create')}
        </Button>
      </form>
      {made === '' ? null : (
        <div className={css.secret} role="status">
          <p>{t('devices.made')}</p>
          <p className={css.password}>
            {made}
            <IconButton
              icon="copy"
              size={17}
              label={t('message.copy')}
              onPress={() =>
                void navigator.clipboard?.writeText(made).then(() => toast(t('message.copied'), { ms: 2000 }))
              }
            />
          </p>
        </div>
      )}
      {devices.length === 0 ? null : (
        <ul className={css.card}>
          {devices.map((device) => (
            <DeviceLine
              key={device.id}
              device={device}
              onRevoke={async () => {
                if (told(await revokeDevicePassword(device.id))) await refresh()
              }}
            />
          ))}
        </ul>
      )}
    </section>
  )
}
