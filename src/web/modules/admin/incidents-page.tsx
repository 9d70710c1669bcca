/** What does not work, or will not for a while, told where people meet it; each step of it, until it has ended. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import help from '../help/help.module.css'
import css from './admin.module.css'
import { act as send } from './requests.ts'
import { type Incident, loadComponents, loadIncidents } from './support-requests.ts'

const kinds = ['incident', 'maintenance'] as const
const severities = ['info', 'minor', 'major'] as const
const audiences = ['*', 'staff', 'administrative', 'pupil', 'parent'] as const
const steps = {
  incident: ['investigating', 'identified', 'monitoring', 'resolved'],
  maintenance: ['reminder', 'started', 'finished', 'cancelled'],
} as const

const empty = { titleFr: '', titleEn: '', bodyFr: '', bodyEn: '', starts: '', ends: '' }

/** The moment of a field of day and time, as this device's clock has it. */
const momentIn = (value: string): number | null => {
  const at = value === '' ? Number.NaN : new Date(value).getTime()
  return Number.isFinite(at) ? at : null
}

const NewIncident = ({ onAnnounced }: { onAnnounced: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const components = useLoaded('components', loadComponents)
  const [kind, setKind] = useState<(typeof kinds)[number]>('incident')
  const [severity, setSeverity] = useState<(typeof severities)[number]>('major')
  const [audience, setAudience] = useState<(typeof audiences)[number]>('*')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [urgent, setUrgent] = useState(false)
  const [form, setForm] = useState(empty)
  const set = (name: keyof typeof empty) => (value: string) => setForm((now) => ({ ...now, [name]: value }))
  const isPlanned = kind === 'maintenance'
  const isReady = form.titleFr.trim() !== '' && (!isPlanned || (form.starts !== '' && form.ends !== ''))
  const announce = async (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    const { titleFr, titleEn, bodyFr, bodyEn, starts, ends } = form
    const body = {
      kind,
      components: chosen.length === 0 ? ['*'] : chosen,
      audience,
      severity: isPlanned ? 'minor' : severity,
      urgent: urgent && !isPlanned,
      title: { fr: titleFr.trim(), en: titleEn.trim() },
      body: { fr: bodyFr.trim(), en: bodyEn.trim() },
      ...(isPlanned ? { startsAt: momentIn(starts), endsAt: momentIn(ends) } : {}),
    }
    const said = isPlanned ? t('support.incidents.planned') : t('admin.announced')
    if ((await act.run(() => send('incidents', body, nothing), said)) === undefined) return
    setForm(empty)
    setChosen([])
    setUrgent(false)
    onAnnounced()
  }
  return (
    <Section id="announce" title={t('admin.announce')}>
      <form className={help.tall} onSubmit={announce}>
        <div className={css.form}>
          <Select
            label={t('support.incidents.kind')}
            value={kind}
            options={kinds.map((id) => ({ id, name: t(`support.incidents.kinds.${id}`) }))}
            onChange={setKind}
          />
          <Select
            label={t('support.incidents.audience')}
            value={audience}
            options={audiences.map((id) => ({ id, name: t(`support.incidents.audiences.${id}`) }))}
            onChange={setAudience}
          />
          {isPlanned ? null : (
            <Select
              label={t('support.incidents.severity')}
              value={severity}
              options={severities.map((id) => ({ id, name: t(`support.incidents.severities.${id}`) }))}
              onChange={setSeverity}
            />
          )}
          {isPlanned ? (
            <>
              <Field
                label={t('support.incidents.starts')}
                type="datetime-local"
                value={form.starts}
                onChange={set('starts')}
              />
              <Field
                label={t('support.incidents.ends')}
                type="datetime-local"
                value={form.ends}
                onChange={set('ends')}
              />
            </>
          ) : null}
        </div>
        <fieldset className={help.pick}>
          <legend>{t('support.incidents.components')}</legend>
          <div className={help.choices}>
            <label>
              <input type="checkbox" checked={chosen.length === 0} onChange={() => setChosen([])} />
              {t('admin.everything')}
            </label>
            {(components.value ?? []).map(({ key, name }) => (
              <label key={key}>
                <input
                  type="checkbox"
                  checked={chosen.includes(key)}
                  onChange={(event) =>
                    setChosen(event.target.checked ? [...chosen, key] : chosen.filter((one) => one !== key))
                  }
                />
                {name}
              </label>
            ))}
          </div>
        </fieldset>
        <div className={css.form}>
          <Field label={t('admin.titleFr')} value={form.titleFr} onChange={set('titleFr')} maxLength={200} />
          <Field label={t('admin.titleEn')} value={form.titleEn} onChange={set('titleEn')} maxLength={200} />
        </div>
        <TextArea label={t('admin.bodyFr')} value={form.bodyFr} onChange={set('bodyFr')} maxLength={1000} />
        <TextArea label={t('admin.bodyEn')} value={form.bodyEn} onChange={set('bodyEn')} maxLength={1000} />
        <p>{t('support.incidents.rings')}</p>
        {isPlanned ? null : (
          <div className={help.choices}>
            <label>
              <input type="checkbox" checked={urgent} onChange={(event) => setUrgent(event.target.checked)} />
              {t('support.incidents.urgent')}
            </label>
          </div>
        )}
        <div className={help.buttons}>
          <Button kind="primary" type="submit" isDisabled={act.isBusy || !isReady}>
            {t('admin.announce')}
          </Button>
        </div>
      </form>
    </Section>
  )
}

/** What follows: the phase, and a sentence. */
const NextStep = ({ incident, onTold }: { incident: Incident; onTold: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const offered: readonly Step[] = steps[incident.kind]
  const [phase, setPhase] = useState<Step>(offered.find((one) => one === incident.phase) ?? offered[0] ?? 'identified')
  const [body, setBody] = useState({ fr: '', en: '' })
  const tell = async (event: FormEvent) => {
    event.preventDefault()
    const done = await act.run(
      () => send(`incidents/${incident.id}/update`, { phase, body }, nothing),
      t('support.incidents.told'),
    )
    if (done !== undefined) onTold()
  }
  return (
    <form className={css.form} onSubmit={tell} aria-label={t('support.incidents.tellOf', { name: incident.title })}>
      <Select
        label={t('support.incidents.step')}
        value={phase}
        options={offered.map((id) => ({ id, name: t(`support.incidents.steps.${id}`) }))}
        onChange={setPhase}
      />
      <Field label={t('admin.bodyFr')} value={body.fr} onChange={(fr) => setBody({ ...body, fr })} maxLength={1000} />
      <Field label={t('admin.bodyEn')} value={body.en} onChange={(en) => setBody({ ...body, en })} maxLength={1000} />
      <Button type="submit" isDisabled={act.isBusy}>
        {t('support.incidents.tell')}
      </Button>
    </form>
  )
}

type Step = (typeof steps)[keyof typeof steps][number]

const Line = ({
  incident,
  nameOf,
  onChange,
}: {
  incident: Incident
  nameOf: (component: string) => string
  onChange: () => void
}) => {
  const { t } = useTranslation()
  const when = useWhen()
  const [isOpen, setOpen] = useState(false)
  const period = incident.kind === 'maintenance' || incident.isOver
  return (
    <>
      <Item
        title={incident.title}
        tag={t(`support.incidents.steps.${incident.phase as Step}`)}
        more={[
          incident.body,
          incident.components
            .filter((key) => key !== '*')
            .map(nameOf)
            .join(', '),
          period
            ? `${when(incident.startsAt)} – ${when(incident.endsAt)}`
            : t('admin.since', { when: when(incident.startsAt) }),
        ]
          .filter((part) => part !== '')
          .join(' · ')}
      >
        {incident.isOver ? null : (
          <Button aria-label={t('support.incidents.tellOf', { name: incident.title })} onPress={() => setOpen(!isOpen)}>
            {t('support.incidents.tell')}
          </Button>
        )}
      </Item>
      {isOpen ? (
        <li>
          <NextStep
            incident={incident}
            onTold={() => {
              setOpen(false)
              onChange()
            }}
          />
        </li>
      ) : null}
    </>
  )
}

export const IncidentsPage = () => {
  const { t, i18n } = useTranslation()
  const loaded = useLoaded('incidents', loadIncidents)
  const components = useLoaded('components', loadComponents)
  const nameOf = (key: string) => components.value?.find((one) => one.key === key)?.name ?? key
  const reload = () => void loaded.reload()
  return (
    <>
      <Section id="incidents" intro={t('admin.incidentsMore')}>
        <p>
          <a href={i18n.language === 'en' ? '/status' : '/etat'}>{t('support.incidents.page')}</a>
        </p>
        <Loading of={loaded}>
          {(incidents) => (
            <Items empty={t('admin.incidentsNone')}>
              {incidents
                .filter(({ isOver }) => !isOver)
                .map((one) => (
                  <Line key={one.id} incident={one} nameOf={nameOf} onChange={reload} />
                ))}
            </Items>
          )}
        </Loading>
      </Section>
      <NewIncident onAnnounced={reload} />
      <Section id="history" title={t('support.incidents.history')}>
        <Loading of={loaded}>
          {(incidents) => (
            <Items empty={t('admin.incidentsNone')}>
              {incidents
                .filter(({ isOver }) => isOver)
                .map((one) => (
                  <Line key={one.id} incident={one} nameOf={nameOf} onChange={reload} />
                ))}
            </Items>
          )}
        </Loading>
      </Section>
    </>
  )
}
