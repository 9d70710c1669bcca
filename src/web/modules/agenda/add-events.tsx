/** The events of a file that came with a message, put into the agenda. */
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import css from './agenda.module.css'
import { useCalendarFile } from './use-calendar-file.ts'

const nothing = () => undefined

/** @param isInvitation it asks for an answer, which the mailbox of a function cannot give: only a person has a calendar */
export const AddEvents = ({ text, isInvitation = false }: { text: string; isInvitation?: boolean }) => {
  const { t } = useTranslation()
  const bring = useCalendarFile(nothing)
  const isBusy = useRef(false)
  // Not disabled meanwhile: the focus would leave the dialog, and Escape would close what is below it.
  const add = async () => {
    if (isBusy.current) return
    isBusy.current = true
    await bring(text)
    isBusy.current = false
  }
  return (
    <>
      {isInvitation ? <p className={css.soft}>{t('agenda.invitation.ofFunction')}</p> : null}
      <p>
        <Button icon="plus" onPress={() => void add()}>
          {t('agenda.addToMine')}
        </Button>
      </p>
    </>
  )
}
