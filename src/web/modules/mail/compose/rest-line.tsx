/** At night, on days of rest: the message may wait. Said once in a composer, and never in the way of sending. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { soonDate } from '../../../i18n/format.ts'
import { useOwnClient } from '../../../shell/client.tsx'
import { preferences, setPreferences } from '../../../shell/preferences.ts'
import { toast } from '../../../shell/toasts.tsx'
import { useLive } from '../../../shell/value.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import css from './rest-line.module.css'
import { MAX_HOLD_MS } from './schedule-times.ts'

/** When the hours of rest end, milliseconds; undefined outside of them, and when it cannot be asked. */
const useRest = (isAsked: boolean): number | undefined => {
  const client = useOwnClient()
  const [until, setUntil] = useState<number>()
  useEffect(() => {
    const accountId = client.session.get()?.accountId
    if (!isAsked || accountId === undefined || client.status.get() === 'offline') return
    let isGone = false
    client.side.send([{ name: 'Recipient/rest', args: { accountId } }]).then(
      ([answer]) => {
        const at = answer?.ok ? Date.parse(String(answer.args.until)) : Number.NaN
        if (!isGone && at < Date.now() + MAX_HOLD_MS) setUntil(at)
      },
      // Only an offer: without an answer there is none.
      () => undefined,
    )
    return () => {
      isGone = true
    }
  }, [client, isAsked])
  return until
}

export const RestLine = ({ hasRecipients, onSend }: { hasRecipients: boolean; onSend: (until: number) => void }) => {
  const { t, i18n } = useTranslation()
  const { restHint } = useLive(preferences)
  const [isClosed, setClosed] = useState(false)
  const until = useRest(restHint && hasRecipients)
  if (!restHint || isClosed || !hasRecipients || until === undefined || until <= Date.now()) return null
  const never = () => {
    setPreferences({ restHint: false })
    toast(t('compose.restOff'), { undo: () => setPreferences({ restHint: true }) })
  }
  const when = soonDate(until, i18n.language)
  return (
    <div className={css.line}>
      <Icon name="clock" size={17} />
      <p className={css.text} role="status">
        {t('compose.rest', { when })}
      </p>
      <IconButton icon="close" size={15} label={t('compose.restClose')} onPress={() => setClosed(true)} />
      <span className={css.buttons}>
        <Button kind="quiet" onPress={() => onSend(until)}>
          {t('compose.restWait')}
        </Button>
        <Button kind="quiet" onPress={never}>
          {t('compose.restNever')}
        </Button>
      </span>
    </div>
  )
}
