/** How mail is kept in order: the archive, whom one follows, labels. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LabelColour, MailLabel, MailPreferences } from '#format/jmap/organising.ts'
import { useClient } from '../../shell/client.tsx'
import { toast } from '../../shell/toasts.tsx'
import { useLive } from '../../shell/value.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Check } from '../../ui/checks.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Field } from '../../ui/field.tsx'
import { isTaken } from '../mail/organise/label-change.tsx'
import { NewLabel } from '../mail/organise/new-label.tsx'
import organise from '../mail/organise/organise.module.css'
import type { Change, OrganiseType } from '../mail/organise/organise-data.ts'
import { organiseData, organised } from '../mail/organise/organised.ts'
import { Palette } from '../mail/organise/palette.tsx'
import { removeLabel } from '../mail/organise/remove-label.ts'
import css from './settings-screen.module.css'

const useSet = () => {
  const { t } = useTranslation()
  const client = useClient()
  return async (type: OrganiseType, change: Change): Promise<boolean> => {
    try {
      await (await organiseData(client)).set(type, change)
      return true
    } catch {
      toast(t('organise.failed'), { tone: 'problem' })
      return false
    }
  }
}

const LabelLine = ({ label }: { label: MailLabel }) => {
  const { t } = useTranslation()
  const client = useClient()
  const set = useSet()
  const { labels } = useLive(organised)
  const [name, setName] = useState(label.name)
  const clean = name.trim().normalize('NFC')
  const taken = isTaken(labels, label.id, clean)
  const change = (patch: Partial<MailLabel>) => set('MailLabel', { update: { [label.id]: { ...patch } } })
  return (
    <li className={css.card}>
      <form
        className={organise.row}
        onSubmit={(event) => {
          event.preventDefault()
          if (clean !== '' && clean !== label.name && !taken) void change({ name: clean })
        }}
      >
        <Field
          label={t('organise.labelName')}
          value={name}
          onChange={setName}
          maxLength={60}
          isInvalid={taken}
          note={taken ? t('organise.labelTaken') : undefined}
        />
        {clean === '' || clean === label.name || taken ? null : <Button type="submit">{t('app.save')}</Button>}
        <IconButton
          icon="trash"
          label={t('organise.removeLabel', { name: label.name })}
          onPress={() => void removeLabel({ client, t }, label)}
        />
        <Palette
          value={label.colour}
          onChange={(colour: LabelColour | undefined) => void change({ colour: colour ?? 'blue' })}
        />
      </form>
    </li>
  )
}

const isAddress = (line: string): boolean => /^[^\s@]+@[^\s@]+$/.test(line)

const FocusForm = ({ preferences }: { preferences: MailPreferences }) => {
  const { t } = useTranslation()
  const set = useSet()
  const { focus } = preferences
  const [people, setPeople] = useState(focus.people.join('\n'))
  const lines = people
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const isWrong = !lines.every(isAddress)
  const save = (part: Partial<MailPreferences['focus']>) =>
    set('MailPreferences', { update: { singleton: { focus: { ...focus, ...part } } } })
  return (
    <div className={organise.stack}>
      {(['heads', 'service', 'contacts'] as const).map((name) => (
        <Check
          key={name}
          checked={focus[name]}
          label={t(`organise.settings.${name}`)}
          onChange={(on) => void save({ [name]: on })}
        />
      ))}
      <label className={organise.field}>
        {t('organise.settings.people')}
        <textarea
          value={people}
          rows={3}
          maxLength={10_000}
          spellCheck={false}
          aria-invalid={isWrong}
          aria-describedby="focus-people"
          onChange={(event) => setPeople(event.target.value)}
          onBlur={() => {
            if (!isWrong && lines.join('\n') !== focus.people.join('\n')) void save({ people: lines })
          }}
        />
      </label>
      <p id="focus-people" className={organise.note} role="status">
        {isWrong ? t('organise.settings.peopleWrong') : ''}
      </p>
    </div>
  )
}

export const OrganiseSection = () => {
  const { t } = useTranslation()
  const client = useClient()
  const set = useSet()
  const accountId = useLive(client.session)?.accountId
  const { labels, preferences } = useLive(organised)
  useEffect(() => {
    if (accountId !== undefined) void organiseData(client).catch(() => undefined)
  }, [client, accountId])
  return (
    <section className={css.section} aria-labelledby="order">
      <h2 className={css.heading} id="order">
        {t('organise.settings.title')}
      </h2>
      {preferences === undefined ? null : (
        <>
          <Choice
            label={t('organise.settings.archive')}
            value={preferences.archiveBy}
            options={[
              { id: 'single', name: t('organise.settings.single') },
              { id: 'year', name: t('organise.settings.year') },
            ]}
            onChange={(archiveBy) => void set('MailPreferences', { update: { singleton: { archiveBy } } })}
          />
          <p className={organise.note}>{t('organise.settings.archiveHint')}</p>
          <h3 className={css.subheading}>{t('organise.settings.focus')}</h3>
          <p className={organise.note}>{t('organise.settings.focusHint')}</p>
          <FocusForm preferences={preferences} />
        </>
      )}
      <h3 className={css.subheading}>{t('organise.settings.labels')}</h3>
      <ul className={organise.stack}>
        {labels.map((label) => (
          <LabelLine key={label.id} label={label} />
        ))}
      </ul>
      <div className={css.card}>
        <NewLabel />
      </div>
    </section>
  )
}
