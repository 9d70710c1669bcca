/** Setting up a phone or a computer: which one, what it is given, and whether it has come in. */
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type DeviceKind, deviceKinds, deviceOf, isCarried } from '#format/setup/device.ts'
import { useAct } from '../../shell/use-act.ts'
import { screenTitle } from '../../shell/use-title.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { ByHand, ProfilePart, ScanPart, Steps, ThunderbirdPart } from './device-parts.tsx'
import css from './setup.module.css'
import { type DeviceLink, makeLink, type ReadyDevice, readyDevice } from './setup-requests.ts'
import { WatchPanel } from './watch-panel.tsx'

const here = deviceOf(navigator.userAgent, navigator.maxTouchPoints)

/** A phone is what most people come for; on a phone, that one. */
const usual: DeviceKind = isCarried(here) ? here : 'iphone'

const Choice = ({
  kind,
  onKind,
  label,
  onLabel,
  isBusy,
  onStart,
}: {
  kind: DeviceKind
  onKind: (kind: DeviceKind) => void
  label: string
  onLabel: (label: string) => void
  isBusy: boolean
  onStart: () => void
}) => {
  const { t } = useTranslation()
  const start = (event: FormEvent) => {
    event.preventDefault()
    onStart()
  }
  return (
    <form className={css.stack} onSubmit={start}>
      <p>{t('setup.intro')}</p>
      <fieldset className={css.kinds}>
        <legend>{t('setup.which')}</legend>
        {deviceKinds.map((one) => (
          <label key={one} className={css.kind}>
            <input type="radio" name="device" checked={one === kind} onChange={() => onKind(one)} />
            <span>
              <span className={css.kindName}>{t(`setup.kinds.${one}`)}</span>
              {one === here ? <span className={css.here}>{t('setup.here')}</span> : null}
            </span>
          </label>
        ))}
      </fieldset>
      {isCarried(kind) && kind !== here ? null : (
        <Field label={t('setup.label')} value={label} onChange={onLabel} maxLength={60} />
      )}
      <p>
        <Button kind="primary" type="submit" isDisabled={isBusy}>
          {t('setup.start')}
        </Button>
      </p>
    </form>
  )
}

interface Given {
  readonly kind: DeviceKind
  readonly since: number
  readonly link?: DeviceLink
  readonly device?: ReadyDevice
}

const GivenParts = ({
  given,
  isBusy,
  onNewLink,
  onThunderbird,
}: {
  given: Given
  isBusy: boolean
  onNewLink: () => void
  onThunderbird: () => void
}) => {
  const { link, device, kind } = given
  const { t } = useTranslation()
  return (
    <>
      {link === undefined ? null : (
        <div className={css.codes}>
          <ScanPart link={link} onAgain={onNewLink} />
          {kind !== 'android' ? null : device === undefined ? (
            <div className={css.code}>
              <h2>{t('setup.thunderbird')}</h2>
              <p className={css.soft}>{t('setup.thunderbirdMore')}</p>
              <Button isDisabled={isBusy} onPress={onThunderbird}>
                {t('setup.thunderbirdShow')}
              </Button>
            </div>
          ) : (
            <ThunderbirdPart svg={device.thunderbird} />
          )}
        </div>
      )}
      {device === undefined || device.profile === '' ? null : <ProfilePart path={device.profile} />}
      {device === undefined || device.profile !== '' ? null : <Steps isPhone={isCarried(kind)} />}
      {device === undefined ? null : <ByHand device={device} />}
    </>
  )
}

export const SetupScreen = () => {
  const { t } = useTranslation()
  useEffect(() => {
    screenTitle.set(t('setup.title'))
    return () => screenTitle.set('')
  }, [t])
  const act = useAct()
  const [kind, setKind] = useState<DeviceKind>(usual)
  const [label, setLabel] = useState('')
  const [given, setGiven] = useState<Given>()
  const [connected, setConnected] = useState(false)

  const link = async (before?: Given) => {
    const made = await act.run(makeLink)
    if (made === undefined) return
    const { since } = made.value
    setGiven({ kind, ...before, since: Math.min(since, before?.since ?? since), link: made.value })
  }
  const ready = async (before?: Given) => {
    const made = await act.run(() => readyDevice(kind, label.trim()))
    if (made === undefined) return
    const { since } = made.value
    setGiven({ kind, ...before, since: Math.min(since, before?.since ?? since), device: made.value })
  }
  const start = async () => {
    setConnected(false)
    const other = isCarried(kind) && kind !== here
    // A phone elsewhere is given its link alone: its password is made when the link is opened.
    if (other) return link()
    await ready()
  }
  return (
    <Page title={t('setup.title')}>
      {given === undefined ? (
        <Choice
          kind={kind}
          onKind={setKind}
          label={label}
          onLabel={setLabel}
          isBusy={act.isBusy}
          onStart={() => void start()}
        />
      ) : (
        <div className={css.stack}>
          <WatchPanel since={given.since} onConnected={() => setConnected(true)} />
          {connected ? null : (
            <GivenParts
              given={given}
              isBusy={act.isBusy}
              onNewLink={() => void link(given)}
              onThunderbird={() => void ready(given)}
            />
          )}
          <p>
            <Button onPress={() => setGiven(undefined)}>{t('setup.again')}</Button>
          </p>
        </div>
      )}
      <Section id="guide">
        <a className={css.guide} href={`${document.documentElement.lang === 'en' ? '/help' : '/aide'}/set-up-device`}>
          {t('setup.help')}
        </a>
      </Section>
    </Page>
  )
}
