/** Who helps whom, and when: contacts with their hours, and the days on which nobody answers. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { localeOf } from '../../i18n/format.ts'
import { nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { Loading } from '../account/loading.tsx'
import help from '../help/help.module.css'
import css from './admin.module.css'
import { act as send } from './requests.ts'
import { type Closure, type Contact, loadClosures, loadContacts } from './support-requests.ts'

const empty: Contact = {
  id: 0,
  name: '',
  profile: '*',
  department: '*',
  topic: '*',
  level: 1,
  phone: '',
  mail: '',
  url: '',
  hours: 'lun-ven 8:00-18:00',
}

const profiles = [
  '*',
  'staff',
  'teacher',
  'head',
  'school-life',
  'administrative',
  'technical',
  'academy',
  'pupil',
  'parent',
] as const
const departments = ['*', '25', '39', '70', '90'] as const

/** Whom a contact helps, in words. */
const useProfileName = () => {
  const { t, i18n } = useTranslation()
  return (id: string): string =>
    id === '*'
      ? t('admin.all')
      : id === 'staff'
        ? t('support.incidents.audiences.staff')
        : i18n.exists(`kind.${id}`)
          ? t(`kind.${id as 'teacher'}`)
          : id
}

const topics = ['account', 'mail', 'service', 'other'] as const
const isTopic = (id: string): id is (typeof topics)[number] => topics.some((one) => one === id)

const ContactForm = ({
  contact,
  onSaved,
  onCancel,
}: {
  contact: Contact
  onSaved: () => void
  onCancel?: () => void
}) => {
  const { t } = useTranslation()
  const profileName = useProfileName()
  const act = useAct()
  const [form, setForm] = useState(contact)
  const set = (name: 'name' | 'topic' | 'phone' | 'mail' | 'url' | 'hours') => (value: string) =>
    setForm((now) => ({ ...now, [name]: value }))
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (form.name.trim() === '') return
    const { id, ...body } = form
    const path = id === 0 ? 'contacts' : `contacts/${id}`
    if ((await act.run(() => send(path, body, nothing), t('support.contacts.saved'))) === undefined) return
    if (id === 0) setForm(empty)
    onSaved()
  }
  return (
    <form className={css.form} onSubmit={save}>
      <Field label={t('support.contacts.name')} value={form.name} onChange={set('name')} maxLength={200} />
      <Select
        label={t('support.contacts.profile')}
        value={profiles.find((one) => one === form.profile) ?? '*'}
        options={profiles.map((id) => ({ id, name: profileName(id) }))}
        onChange={(profile) => setForm({ ...form, profile })}
      />
      <Select
        label={t('support.contacts.department')}
        value={departments.find((one) => one === form.department) ?? '*'}
        options={departments.map((id) => ({ id, name: id === '*' ? t('admin.all') : id }))}
        onChange={(department) => setForm({ ...form, department })}
      />
      <Select
        label={t('support.contacts.level')}
        value={String(form.level)}
        options={['1', '2', '3'].map((id) => ({ id, name: id }))}
        onChange={(level) => setForm({ ...form, level: Number(level) })}
      />
      <Select
        label={t('support.contacts.topic')}
        value={form.topic}
        // One that somebody brought by a file stays to be chosen.
        options={['*', ...topics, ...(form.topic === '*' || isTopic(form.topic) ? [] : [form.topic])].map((id) => ({
          id,
          name: id === '*' ? t('admin.all') : isTopic(id) ? t(`support.tickets.topics.${id}`) : id,
        }))}
        onChange={set('topic')}
      />
      <Field label={t('support.contacts.phone')} type="tel" value={form.phone} onChange={set('phone')} maxLength={40} />
      <Field label={t('support.contacts.mail')} type="email" value={form.mail} onChange={set('mail')} maxLength={254} />
      <Field label={t('support.contacts.url')} type="url" value={form.url} onChange={set('url')} maxLength={500} />
      <Field
        label={t('support.contacts.hours')}
        value={form.hours}
        onChange={set('hours')}
        maxLength={500}
        hint={t('support.contacts.hoursHint')}
      />
      <div className={help.buttons}>
        <Button kind="primary" type="submit" isDisabled={act.isBusy || form.name.trim() === ''}>
          {t('support.contacts.save')}
        </Button>
        {onCancel ? <Button onPress={onCancel}>{t('support.contacts.cancel')}</Button> : null}
      </div>
    </form>
  )
}

/** The day after, or before: the server keeps the day on which it opens again, people say the last day closed. */
const shift = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** `2026-05-15` as people of the page's language write it. */
const dayWords = (day: string): string =>
  new Date(`${day}T12:00:00Z`).toLocaleDateString(localeOf(document.documentElement.lang), { dateStyle: 'medium' })

const Closures = ({ kind }: { kind: 'exceptional' | 'schoolHolidays' }) => {
  const { t } = useTranslation()
  const act = useAct()
  const loaded = useLoaded(kind, () => loadClosures(kind))
  const isHoliday = kind === 'schoolHolidays'
  const [form, setForm] = useState({ name: '', from: '', to: '' })
  const isReady = form.name.trim() !== '' && form.from !== '' && (form.to === '' || form.to >= form.from)
  const save = async (periods: readonly Closure[]): Promise<boolean> => {
    const done = await act.run(() => send('closures', { kind, periods }, nothing), t('support.contacts.saved'))
    if (done !== undefined) await loaded.reload()
    return done !== undefined
  }
  const add = async (event: FormEvent) => {
    event.preventDefault()
    if (!isReady || loaded.value === undefined) return
    const one = { name: form.name.trim(), from: form.from, to: shift(form.to === '' ? form.from : form.to, 1) }
    const all = [...loaded.value, one].sort((a, b) => a.from.localeCompare(b.from))
    if (await save(all)) setForm({ name: '', from: '', to: '' })
  }
  return (
    <Section
      id={kind}
      title={t(isHoliday ? 'support.contacts.holidays' : 'support.contacts.closures')}
      {...(isHoliday ? { intro: t('support.contacts.holidaysMore') } : {})}
    >
      <Loading of={loaded}>
        {(closures) => (
          <Items empty={t(isHoliday ? 'support.contacts.holidaysNone' : 'support.contacts.closuresNone')}>
            {closures.map((one) => (
              <Item
                key={`${one.from} ${one.name}`}
                title={one.name}
                more={`${dayWords(one.from)} – ${dayWords(shift(one.to, -1))}`}
              >
                <Button
                  aria-label={t('support.contacts.closureRemove', { name: one.name })}
                  isDisabled={act.isBusy}
                  onPress={() => void save(closures.filter((each) => each !== one))}
                >
                  {t('account.remove')}
                </Button>
              </Item>
            ))}
          </Items>
        )}
      </Loading>
      <form className={css.form} onSubmit={add}>
        <Field
          label={t('support.contacts.closureName')}
          value={form.name}
          onChange={(name) => setForm({ ...form, name })}
          maxLength={100}
        />
        <Field
          label={t(isHoliday ? 'support.contacts.holidayFrom' : 'support.contacts.closureFrom')}
          type="date"
          value={form.from}
          onChange={(from) => setForm({ ...form, from })}
        />
        <Field
          label={t(isHoliday ? 'support.contacts.holidayTo' : 'support.contacts.closureTo')}
          type="date"
          value={form.to}
          onChange={(to) => setForm({ ...form, to })}
        />
        <Button type="submit" isDisabled={act.isBusy || !isReady}>
          {t(isHoliday ? 'support.contacts.holidayAdd' : 'support.contacts.closureAdd')}
        </Button>
      </form>
    </Section>
  )
}

export const ContactsPage = () => {
  const { t, i18n } = useTranslation()
  const profileName = useProfileName()
  const act = useAct()
  const loaded = useLoaded('contacts', loadContacts)
  const [editing, setEditing] = useState(0)
  return (
    <>
      <Section id="contacts" intro={t('admin.contactsMore')}>
        <p>
          <a href={i18n.language === 'en' ? '/help/contacts' : '/aide/contacts'}>{t('support.contacts.card')}</a>
        </p>
        <Loading of={loaded}>
          {(contacts) => (
            <Items empty={t('admin.contactsNone')}>
              {contacts.map((one) =>
                one.id === editing ? (
                  <li key={one.id}>
                    <ContactForm
                      contact={one}
                      onSaved={() => {
                        setEditing(0)
                        void loaded.reload()
                      }}
                      onCancel={() => setEditing(0)}
                    />
                  </li>
                ) : (
                  <Item
                    key={one.id}
                    title={one.name}
                    tag={profileName(one.profile)}
                    more={[one.department === '*' ? '' : one.department, one.phone, one.mail, one.hours]
                      .filter((part) => part !== '')
                      .join(' · ')}
                  >
                    <Button
                      aria-label={t('support.contacts.editOf', { name: one.name })}
                      onPress={() => setEditing(one.id)}
                    >
                      {t('support.contacts.edit')}
                    </Button>
                    <Button
                      aria-label={t('account.removeOf', { name: one.name })}
                      onPress={() =>
                        void act
                          .run(() => send(`contacts/${one.id}/remove`, {}, nothing))
                          .then((done) => (done === undefined ? undefined : loaded.reload()))
                      }
                    >
                      {t('account.remove')}
                    </Button>
                  </Item>
                ),
              )}
            </Items>
          )}
        </Loading>
      </Section>
      <Section id="new-contact" title={t('support.contacts.new')}>
        <ContactForm contact={empty} onSaved={() => void loaded.reload()} />
      </Section>
      <Closures kind="exceptional" />
      <Closures kind="schoolHolidays" />
    </>
  )
}
