/** A message that waits to leave: until when, and what can be done meanwhile. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { longDate } from '../../../i18n/format.ts'
import { useClient } from '../../../shell/client.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { compose } from './composers.ts'
import css from './reader-bar.module.css'
import { callBack, type Held, heldOf } from './scheduled.ts'
import { stateOf } from './seed.ts'
import { sendState } from './sending.ts'

export const HeldBar = ({ emailId }: { emailId: string }) => {
  const { t, i18n } = useTranslation()
  const client = useClient()
  const [held, setHeld] = useState<Held>()
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    let current = true
    heldOf(client, emailId).then(
      (found) => {
        if (current) setHeld(found)
      },
      () => undefined,
    )
    return () => {
      current = false
    }
  }, [client, emailId])
  if (held === undefined) return null
  /** `then` runs when it could still be done. */
  const act = async (work: () => Promise<boolean>, then: () => void) => {
    setBusy(true)
    try {
      const isDone = await work()
      setHeld(undefined)
      if (isDone) then()
      else toast(t('compose.tooLate'), { tone: 'problem' })
    } catch {
      toast(t('compose.heldFailed'), { tone: 'problem' })
    }
    setBusy(false)
  }
  const cancel = () => callBack(client, held.submissionId)
  /** From the draft that it is again, with the date of now: it bore the one of its time. */
  const sendNow = async () => {
    const context = { client, t, locale: i18n.language }
    const composer = { key: emailId, seed: { kind: 'draft', emailId }, size: 'normal' } as const
    try {
      const state = await stateOf(composer, context)
      sendState({ ...context, identities: client.identities.get() ?? [] }, state)
    } catch {
      toast(t('compose.heldFailed'), { tone: 'problem' })
    }
  }
  return (
    <section className={css.bar} aria-label={t('compose.later')}>
      <Icon name="clock" size={20} />
      <p className={css.text}>
        {t('compose.held', { date: longDate(new Date(held.sendAt).toISOString(), i18n.language) })}
      </p>
      <span className={css.buttons}>
        <Button
          isDisabled={busy}
          icon="write"
          onPress={() => void act(cancel, () => compose({ kind: 'draft', emailId }))}
        >
          {t('compose.heldEdit')}
        </Button>
        <Button isDisabled={busy} icon="sent" onPress={() => void act(cancel, () => void sendNow())}>
          {t('compose.heldNow')}
        </Button>
        <Button isDisabled={busy} onPress={() => void act(cancel, () => toast(t('compose.heldCanceled')))}>
          {t('compose.heldCancel')}
        </Button>
      </span>
    </section>
  )
}
