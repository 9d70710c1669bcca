/** The events of a file that came with a message, put into the agenda. */
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { useCalendarFile } from './use-calendar-file.ts'

const nothing = () => undefined

export const AddEvents = ({ text }: { text: string }) => {
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
    <p>
      <Button icon="plus" onPress={() => void add()}>
        {t('agenda.addToMine')}
      </Button>
    </p>
  )
}
