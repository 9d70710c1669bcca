/** The events of a file that came with a message, put into the agenda. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { useCalendarFile } from './use-calendar-file.ts'

const nothing = () => undefined

export const AddEvents = ({ text }: { text: string }) => {
  const { t } = useTranslation()
  const bring = useCalendarFile(nothing)
  const [isBusy, setBusy] = useState(false)
  const add = async () => {
    setBusy(true)
    await bring(text)
    setBusy(false)
  }
  return (
    <p>
      <Button icon="plus" isDisabled={isBusy} onPress={() => void add()}>
        {t('agenda.addToMine')}
      </Button>
    </p>
  )
}
