/** Whose remote pictures are shown without asking; each can be taken back. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, type Body, list, text } from '../../shell/request.ts'
import { toast } from '../../shell/toasts.tsx'
import { useAct } from '../../shell/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { noteTrust } from '../mail/read/use-images.ts'
import css from './settings-screen.module.css'

interface Trust {
  readonly everybody: boolean
  readonly senders: readonly string[]
}

const readTrust = (body: Body): Trust => ({ everybody: body.everybody === true, senders: list(body.senders).map(text) })

export const ImagesSection = () => {
  const { t } = useTranslation()
  const { run, isBusy } = useAct()
  const [trust, setTrust] = useState<Trust>()
  const [isBad, setBad] = useState(false)
  useEffect(() => {
    let current = true
    void ask('/mail/images/trust', undefined, readTrust).then((answer) => {
      if (!current) return
      if (answer.kind === 'ok') setTrust(answer.value)
      else setBad(true)
    })
    return () => {
      current = false
    }
  }, [])
  const change = async (sender: string, trusted: boolean): Promise<boolean> => {
    const answer = await run(() => ask('/mail/images/trust', { sender, trusted }, readTrust))
    if (answer) {
      setTrust(answer.value)
      noteTrust(sender, trusted)
    }
    return answer !== undefined
  }
  const remove = async (sender: string) => {
    if (await change(sender, false))
      toast(t('reading.settings.removed', { sender }), { undo: () => void change(sender, true) })
  }
  return (
    <section className={css.section} aria-labelledby="images">
      <h2 className={css.heading} id="images">
        {t('reading.settings.title')}
      </h2>
      <p className={css.intro}>{t('reading.settings.intro')}</p>
      {trust === undefined && !isBad ? <p role="status">{t('app.loading')}</p> : null}
      {isBad ? <p role="alert">{t('problem.loadFailed')}</p> : null}
      {trust ? (
        <>
          <Choice
            label={t('reading.settings.show')}
            value={trust.everybody ? 'always' : 'ask'}
            options={[
              { id: 'ask', name: t('reading.settings.ask') },
              { id: 'always', name: t('reading.settings.always') },
            ]}
            onChange={(id) => void change('*', id === 'always')}
          />
          {trust.senders.length > 0 ? (
            <>
              <h3>{t('reading.settings.senders')}</h3>
              <ul className={css.plainList}>
                {trust.senders.map((sender) => (
                  <li key={sender} className={css.row}>
                    <span className={css.fileText}>{sender}</span>
                    <Button
                      kind="quiet"
                      isDisabled={isBusy}
                      aria-label={t('reading.settings.removeName', { sender })}
                      onPress={() => void remove(sender)}
                    >
                      {t('reading.settings.remove')}
                    </Button>
                  </li>
                ))}
              </ul>
            </>
          ) : null}
        </>
      ) : null}
    </section>
  )
}
