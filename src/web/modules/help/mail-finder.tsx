import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { colon } from '../../i18n/colon.ts'
import { useAct } from '../../shell/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { useWhen } from '../account/use-when.ts'
import css from './help.module.css'
import { findMail, type Traced } from './requests.ts'

/** Where a message went, by its sender and its day; never what is in it. */
export const MailFinder = ({ account }: { account?: number }) => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const [sender, setSender] = useState('')
  const [day, setDay] = useState('')
  const [found, setFound] = useState<readonly Traced[]>()
  const find = async (event: FormEvent) => {
    event.preventDefault()
    setFound((await act.run(() => findMail(account, sender.trim(), day)))?.value)
  }
  return (
    <>
      <form className={css.form} onSubmit={find}>
        <Field
          label={t('support.diagnose.sender')}
          value={sender}
          onChange={setSender}
          maxLength={320}
          autoComplete="off"
          autoCapitalize="none"
        />
        <Field label={t('support.diagnose.day')} type="date" value={day} onChange={setDay} />
        <Button type="submit" isDisabled={act.isBusy}>
          {t('support.diagnose.find')}
        </Button>
      </form>
      <div role="status">
        {found === undefined ? null : found.length === 0 ? (
          <p>{t('support.diagnose.foundNone')}</p>
        ) : (
          <>
            <p>{t('support.diagnose.found', { count: found.length })}</p>
            <ul className={css.lines}>
              {found.map((one, n) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a list that is replaced whole
                <li key={n}>
                  {one.mailboxes.length === 0
                    ? one.text
                    : `${when(one.at)}, ${t('support.diagnose.from', { domain: one.from })}${colon()}${one.text} ${t('support.diagnose.where', { places: one.mailboxes.join(', ') })}`}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </>
  )
}
