/** The profiles of a person as whoever attaches people sees them: given in a school, taken back, and when the account ends. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { kindName } from '../../shell/profile-name.ts'
import { nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import css from './admin.module.css'
import { type PersonCard, act as send } from './requests.ts'
import { SchoolSelect } from './school-select.tsx'
import { useScope } from './use-scope.ts'

/** The evening of a day, in Paris, whatever the season. */
export const endOfDay = (day: string): number => Date.parse(`${day}T21:00:00Z`)

interface PostProps {
  person: PersonCard
  onChanged: () => void
}

/** What the person is, where; what was given by hand can be taken back by hand. */
export const Posts = ({ person, onChanged }: PostProps) => {
  const { t } = useTranslation()
  const act = useAct()
  const detach = (id: number) =>
    act
      .run(() => send(`people/${person.id}/profiles/${id}/remove`, {}, nothing), t('admin.detached'))
      .then((done) => (done === undefined ? undefined : onChanged()))
  return (
    <Items>
      {person.profiles.map((profile) => {
        const name = profile.title || kindName(profile.kind, t)
        return (
          <Item
            key={profile.id}
            title={name}
            more={[profile.schoolName, profile.uai, ...profile.classes].filter(Boolean).join(' · ')}
          >
            {person.may.includes('attach') && profile.source === 'manual' ? (
              <Button
                aria-label={t('admin.detachOf', { name, school: profile.schoolName })}
                isDisabled={act.isBusy}
                onPress={() => void detach(profile.id)}
              >
                {t('admin.detach')}
              </Button>
            ) : null}
          </Item>
        )
      })}
    </Items>
  )
}

/** Gives another profile in one of the viewer's schools. */
const Attach = ({ person, onChanged }: PostProps) => {
  const { t } = useTranslation()
  const scope = useScope()
  const act = useAct()
  const [uai, setUai] = useState(scope.schools[0]?.uai ?? '')
  const [kind, setKind] = useState('teacher')
  const [title, setTitle] = useState('')
  const [classes, setClasses] = useState('')
  const [endsAt, setEndsAt] = useState('')
  const attach = async (event: FormEvent) => {
    event.preventDefault()
    const given = classes
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean)
    const done = await act.run(
      () =>
        send(
          `people/${person.id}/profiles`,
          {
            kind,
            uai,
            ...(title.trim() === '' ? {} : { title: title.trim() }),
            ...(given.length === 0 ? {} : { classes: given }),
            ...(endsAt === '' ? {} : { endsAt: endOfDay(endsAt) }),
          },
          nothing,
        ),
      t('admin.attached'),
    )
    if (done === undefined) return
    setTitle('')
    setClasses('')
    setEndsAt('')
    onChanged()
  }
  return (
    <Section id="attach" title={t('admin.attach')} intro={t('admin.attachMore')}>
      <form className={css.form} onSubmit={attach}>
        <SchoolSelect value={uai} onChange={setUai} needed />
        <Select
          label={t('admin.kind')}
          value={kind}
          options={scope.kinds.map((id) => ({ id, name: kindName(id, t) }))}
          onChange={setKind}
        />
        <Field label={t('admin.functionTitle')} value={title} onChange={setTitle} maxLength={80} />
        <Field label={t('admin.classNames')} value={classes} onChange={setClasses} maxLength={300} />
        <Field label={t('admin.profileEnds')} type="date" value={endsAt} onChange={setEndsAt} />
        <Button kind="primary" type="submit" isDisabled={act.isBusy || uai === ''}>
          {t('admin.attach')}
        </Button>
      </form>
    </Section>
  )
}

/** Moves the end of an account that was made by hand. */
const MoveEnd = ({ person, onChanged }: PostProps) => {
  const { t } = useTranslation()
  const act = useAct()
  const [day, setDay] = useState('')
  const move = async (event: FormEvent) => {
    event.preventDefault()
    const done = await act.run(
      () => send(`people/${person.id}/end`, { endsAt: endOfDay(day) }, nothing),
      t('admin.endMoved'),
    )
    if (done !== undefined) onChanged()
  }
  return (
    <Section id="move-end" title={t('admin.moveEnd')}>
      <form className={css.form} onSubmit={move}>
        <Field label={t('admin.endsAt')} type="date" value={day} onChange={setDay} />
        <Button type="submit" isDisabled={act.isBusy || day === ''}>
          {t('admin.save')}
        </Button>
      </form>
    </Section>
  )
}

/** What may be changed about where a person belongs; nothing for whoever may not. */
export const PostActs = ({ person, onChanged }: PostProps) => (
  <>
    {person.may.includes('attach') ? <Attach person={person} onChanged={onChanged} /> : null}
    {person.may.includes('manual-accounts') && person.source === 'manual' ? (
      <MoveEnd person={person} onChanged={onChanged} />
    ) : null}
  </>
)
