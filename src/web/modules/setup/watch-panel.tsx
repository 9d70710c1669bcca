/** What the server sees of the device: nothing yet, why it was refused, or that it is connected. */
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../ui/icon.tsx'
import css from './setup.module.css'
import { type Watch, watch } from './setup-requests.ts'

/** How often the server is asked, and for how long: a page forgotten in a tab stops asking. */
const EVERY_MS = 2000
const FOR_MS = 30 * 60_000

const reasons = [
  'wrong-password',
  'no-password',
  'password-not-for-programs',
  'app-password-scope',
  'password-to-change',
  'throttled',
] as const

/** Asks again and again while the page is looked at, until a device is connected. */
const useWatch = (since: number): Watch | undefined => {
  const [seen, setSeen] = useState<Watch>()
  const isOver = seen?.devices.some(({ connectedAt }) => connectedAt !== undefined) === true
  useEffect(() => {
    if (isOver) return
    let isGone = false
    const until = Date.now() + FOR_MS
    const look = async (): Promise<void> => {
      if (!document.hidden) {
        const answer = await watch(since)
        if (isGone) return
        if (answer.kind === 'ok') setSeen(answer.value)
      }
      if (!isGone && Date.now() < until) timer = setTimeout(() => void look(), EVERY_MS)
    }
    let timer = setTimeout(() => void look(), 0)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [since, isOver])
  return seen
}

export const WatchPanel = ({ since, onConnected }: { since: number; onConnected: () => void }) => {
  const { t } = useTranslation()
  const seen = useWatch(since)
  const connected = seen?.devices.find(({ connectedAt }) => connectedAt !== undefined)
  const mistyped = seen?.devices.find(({ failedAt }) => failedAt !== undefined)
  const told = useRef(false)
  useEffect(() => {
    if (connected === undefined || told.current) return
    told.current = true
    onConnected()
  }, [connected, onConnected])
  if (seen !== undefined && connected !== undefined)
    return (
      <div className={css.watch} data-state="connected" role="status">
        <span className={css.mark}>
          <Icon name="check" size={22} />
        </span>
        <p>
          <strong>
            {t('setup.connected', { name: connected.label })} {t('setup.messages', { count: seen.messages })}
          </strong>
          {t('setup.connectedMore')}
        </p>
      </div>
    )
  const reason = reasons.find((one) => one === seen?.refusal)
  const why =
    mistyped !== undefined
      ? t('setup.mistyped', { name: mistyped.label })
      : seen === undefined || seen.refusal === ''
        ? undefined
        : t(`setup.refusals.${reason ?? 'other'}`)
  return (
    <div className={css.watch} data-state={why === undefined ? 'waiting' : 'refused'} role="status">
      <span className={css.mark}>
        <Icon name={why === undefined ? 'clock' : 'warning'} size={22} />
      </span>
      <p>{why ?? t('setup.waiting')}</p>
    </div>
  )
}
