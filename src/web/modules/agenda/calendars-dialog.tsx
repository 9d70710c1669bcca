/** One's calendars: which are shown, their names and colours, a new one, one that goes. Each change is kept at once. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Calendar } from '#format/jmap/calendars.ts'
import { useOwnClient } from '../../shell/client.tsx'
import { confirm } from '../../shell/confirm.tsx'
import { toast } from '../../shell/toasts.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { changeAll, type EventChange } from './agenda-data.ts'
import css from './calendars-dialog.module.css'
import type { Agenda } from './use-agenda.ts'

/** Characters of a name (domain/sync/collections.ts). */
const LONGEST = 200

/** Resolves with true when the server took it; a refusal is told. */
type Change = (change: EventChange) => Promise<boolean>

const useChange = (agenda: Agenda): Change => {
  const { t } = useTranslation()
  const client = useOwnClient()
  return async (change) => {
    const accountId = client.session.get()?.accountId ?? ''
    const changed = await changeAll(client, accountId, 'Calendar', change).catch(() => undefined)
    const [refused] = changed?.refused ?? ['offline']
    if (refused !== undefined)
      toast(refused === 'offline' ? t('agenda.offline') : t('agenda.refused'), { tone: 'problem' })
    agenda.again()
    return refused === undefined
  }
}

const Line = ({ calendar, change }: { calendar: Calendar; change: Change }) => {
  const { t } = useTranslation()
  const { id, name, color, isVisible, myRights } = calendar
  /** What is being changed; undefined: as it is kept. */
  const [text, setText] = useState<string>()
  const [colour, setColour] = useState<string>()
  const [shown, setShown] = useState<boolean>()
  const clean = (text ?? name).trim()
  const isNew = clean !== '' && clean !== name
  const patch = (members: object) => change({ update: { [id]: { ...members } } })
  const remove = async () => {
    const sure = await confirm({
      title: t('agenda.calendars.removeTitle', { name }),
      body: t('agenda.calendars.removeBody'),
      action: t('agenda.calendars.remove', { name }),
      danger: true,
    })
    if (sure && (await change({ destroy: [id], onDestroyRemoveEvents: true })))
      toast(t('agenda.calendars.removed', { name }))
  }
  return (
    <li className={css.line}>
      <label className={css.shown}>
        <input
          type="checkbox"
          checked={shown ?? isVisible}
          onChange={({ target }) => {
            setShown(target.checked)
            void patch({ isVisible: target.checked }).then((isDone) => isDone || setShown(undefined))
          }}
        />
        {t('agenda.calendars.shown', { name })}
      </label>
      <form
        className={css.name}
        onSubmit={(event) => {
          event.preventDefault()
          if (isNew) void patch({ name: clean }).then((isDone) => isDone && setText(undefined))
        }}
      >
        <Field label={t('agenda.calendars.name')} value={text ?? name} maxLength={LONGEST} onChange={setText} />
        {isNew ? <Button type="submit">{t('app.save')}</Button> : null}
      </form>
      <label className={css.colour}>
        <span>{t('agenda.calendars.colour')}</span>
        <input
          type="color"
          value={colour ?? color}
          onChange={(event) => setColour(event.target.value)}
          onBlur={() => {
            if (colour !== undefined && colour !== color) void patch({ color: colour }).then(() => setColour(undefined))
          }}
        />
      </label>
      {myRights.mayDelete ? (
        <IconButton icon="trash" label={t('agenda.calendars.remove', { name })} onPress={() => void remove()} />
      ) : null}
    </li>
  )
}

const NewCalendar = ({ change }: { change: Change }) => {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [isBusy, setBusy] = useState(false)
  const add = async () => {
    const clean = name.trim()
    if (clean === '' || isBusy) return
    setBusy(true)
    if (await change({ create: { c: { name: clean } } })) setName('')
    setBusy(false)
  }
  return (
    <form
      className={css.name}
      onSubmit={(event) => {
        event.preventDefault()
        void add()
      }}
    >
      <Field label={t('agenda.calendars.newName')} value={name} maxLength={LONGEST} onChange={setName} />
      <Button type="submit" icon="plus" isDisabled={name.trim() === '' || isBusy}>
        {t('agenda.calendars.add')}
      </Button>
    </form>
  )
}

export const CalendarsDialog = ({ agenda, onClose }: { agenda: Agenda; onClose: () => void }) => {
  const { t } = useTranslation()
  const change = useChange(agenda)
  return (
    <Dialog
      title={t('agenda.calendars.title')}
      isOpen
      onClose={onClose}
      closeLabel={t('agenda.close')}
      footer={<Button onPress={onClose}>{t('agenda.close')}</Button>}
    >
      <ul className={css.list}>
        {(agenda.view?.calendars ?? []).map((calendar) => (
          <Line key={calendar.id} calendar={calendar} change={change} />
        ))}
      </ul>
      <NewCalendar change={change} />
    </Dialog>
  )
}
