/** Where one is signed in, from which devices one has come, and the passwords given to programs. */
import { useTranslation } from 'react-i18next'
import { confirm } from '../../shell/confirm.tsx'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Section, Stack } from '../../ui/page.tsx'
import { browserName } from './browser-name.ts'
import { DevicePasswords } from './device-passwords.tsx'
import { Loading } from './loading.tsx'
import {
  closeOtherSessions,
  closeSession,
  forgetAllDevices,
  forgetDevice,
  loadDevices,
  loadSessions,
} from './requests.ts'
import { useWhen } from './use-when.ts'

const joined = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(' · ')

const SessionsPart = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const loaded = useLoaded('sessions', loadSessions)
  const then = async (done: unknown) => {
    if (done !== undefined) await loaded.reload()
  }
  return (
    <Section id="sessions" title={t('account.sessions')} intro={t('account.sessionsMore')}>
      <Loading of={loaded}>
        {(sessions) => (
          <Stack>
            <Items>
              {sessions.map((one) => {
                const name = browserName(one.userAgent) || t('account.unknownBrowser')
                return (
                  <Item
                    key={one.id}
                    title={name}
                    tag={
                      one.isCurrent ? t('account.sessionHere') : one.isShared ? t('account.sessionShared') : undefined
                    }
                    more={joined(
                      one.ip,
                      one.country,
                      t('account.sessionOpened', { when: when(one.createdAt) }),
                      one.lastSeenAt === undefined ? '' : t('account.sessionSeen', { when: when(one.lastSeenAt) }),
                    )}
                  >
                    {one.isCurrent ? null : (
                      <Button
                        aria-label={t('account.closeOf', { name })}
                        onPress={() => void act.run(() => closeSession(one.id)).then(then)}
                      >
                        {t('account.close')}
                      </Button>
                    )}
                  </Item>
                )
              })}
            </Items>
            {sessions.length < 2 ? null : (
              <p>
                <Button onPress={() => void act.run(closeOtherSessions, t('account.closedOthers')).then(then)}>
                  {t('account.closeOthers')}
                </Button>
              </p>
            )}
          </Stack>
        )}
      </Loading>
    </Section>
  )
}

const KnownDevicesPart = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const loaded = useLoaded('devices', loadDevices)
  const then = async (done: unknown) => {
    if (done !== undefined) await loaded.reload()
  }
  const forgetAll = async () => {
    const question = {
      title: t('account.forgetAll'),
      body: t('account.knownDevicesMore'),
      action: t('account.forget'),
      danger: true,
    }
    if (await confirm(question)) await then(await act.run(forgetAllDevices))
  }
  return (
    <Section id="known-devices" title={t('account.knownDevices')} intro={t('account.knownDevicesMore')}>
      <Loading of={loaded}>
        {(devices) => (
          <Stack>
            <Items empty={t('account.devicesNone')}>
              {devices.map((one) => {
                const name = one.label || browserName(one.userAgent) || t('account.unknownBrowser')
                return (
                  <Item
                    key={one.id}
                    title={name}
                    tag={one.isCurrent ? t('account.thisDevice') : undefined}
                    more={joined(
                      one.ip,
                      one.country,
                      t('account.sessionSeen', { when: when(one.lastSeenAt) }),
                      one.trustedUntil === undefined ? '' : t('account.trusted', { when: when(one.trustedUntil) }),
                    )}
                  >
                    <Button
                      aria-label={t('account.forgetOf', { name })}
                      onPress={() => void act.run(() => forgetDevice(one.id)).then(then)}
                    >
                      {t('account.forget')}
                    </Button>
                  </Item>
                )
              })}
            </Items>
            {devices.length < 2 ? null : (
              <p>
                <Button onPress={() => void forgetAll()}>{t('account.forgetAll')}</Button>
              </p>
            )}
          </Stack>
        )}
      </Loading>
    </Section>
  )
}

export const DevicesPart = () => (
  <>
    <SessionsPart />
    <KnownDevicesPart />
    <DevicePasswords />
  </>
)
