/** A password of its own for each phone or program: it opens what was chosen, and lost, it is withdrawn alone. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from '../../shell/toasts.tsx'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Checks } from '../../ui/checks.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Note, Section, Stack } from '../../ui/page.tsx'
import css from './device-passwords.module.css'
import { Loading } from './loading.tsx'
import {
  createDevicePassword,
  type DevicePassword,
  deviceScopes,
  loadDevicePasswords,
  revokeDevicePassword,
} from './requests.ts'
import { useWhen } from './use-when.ts'

/** What it opens, when it was used, and when it was last refused: an old phone that still tries shows here. */
const useAbout = () => {
  const { t } = useTranslation()
  const when = useWhen()
  return ({ scopes, lastUsedAt, lastUsedIp, lastFailedAt, lastFailedIp, failures }: DevicePassword): string => {
    const from = (ip: string) => (ip === '' ? '' : ` (${ip})`)
    return [
      scopes.map((scope) => t(`devices.scope.${scope}`)).join(', '),
      lastUsedAt === undefined
        ? t('devices.unused')
        : t('devices.used', { date: `${when(lastUsedAt)}${from(lastUsedIp)}` }),
      lastFailedAt === undefined
        ? ''
        : t('devices.failed', { count: Math.max(1, failures), date: `${when(lastFailedAt)}${from(lastFailedIp)}` }),
    ]
      .filter(Boolean)
      .join(' · ')
  }
}

export const DevicePasswords = () => {
  const { t } = useTranslation()
  const act = useAct()
  const about = useAbout()
  const loaded = useLoaded('device-passwords', loadDevicePasswords)
  const [label, setLabel] = useState('')
  const [scopes, setScopes] = useState<readonly string[]>(['imap', 'smtp', 'dav'])
  const [made, setMade] = useState('')
  const isReady = label.trim() !== '' && scopes.length > 0 && !act.isBusy
  const create = async () => {
    const done = await act.run(() => createDevicePassword(label.trim(), scopes))
    if (done === undefined) return
    setMade(done.value)
    setLabel('')
    await loaded.reload()
  }
  const revoke = async (id: number) => {
    if ((await act.run(() => revokeDevicePassword(id))) !== undefined) await loaded.reload()
  }
  return (
    <Section id="devices" title={t('devices.title')} intro={t('devices.intro')}>
      <Stack>
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault()
            if (isReady) void create()
          }}
        >
          <Field
            label={t('devices.label')}
            value={label}
            onChange={setLabel}
            placeholder={t('devices.example')}
            maxLength={60}
          />
          <Checks
            label={t('devices.opens')}
            options={deviceScopes.map((id) => ({ id, name: t(`devices.scope.${id}`) }))}
            value={scopes}
            onChange={setScopes}
          />
          <Button kind="primary" type="submit" isDisabled={!isReady}>
            {t('devices.create')}
          </Button>
        </form>
        {made === '' ? null : (
          <Note tone="mark">
            <p>{t('devices.made')}</p>
            <p className={css.password}>
              {made}
              <IconButton
                icon="copy"
                size={17}
                label={t('account.copy')}
                onPress={() =>
                  void navigator.clipboard?.writeText(made).then(() => toast(t('account.copied'), { ms: 2000 }))
                }
              />
            </p>
          </Note>
        )}
        <Loading of={loaded}>
          {(devices) => (
            <Items>
              {devices.map((device) => (
                <Item key={device.id} title={device.label} more={about(device)}>
                  <Button
                    icon="trash"
                    aria-label={t('devices.revoke', { name: device.label })}
                    isDisabled={act.isBusy}
                    onPress={() => void revoke(device.id)}
                  >
                    {t('devices.withdraw')}
                  </Button>
                </Item>
              ))}
            </Items>
          )}
        </Loading>
      </Stack>
    </Section>
  )
}
