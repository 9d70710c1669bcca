/** What a provider's attributes mean: their names, whom each affiliation is, what stands for two factors. */

import { useTranslation } from 'react-i18next'
import { kindName } from '../../../shell/profile-name.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Section } from '../../../ui/page.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextArea } from '../../../ui/text-area.tsx'
import type { Meaning } from './provider-draft.ts'
import css from './trust.module.css'
import type { Providers } from './trust-requests.ts'

const Affiliations = ({
  value,
  profiles,
  onChange,
}: {
  value: Meaning['affiliations']
  profiles: readonly string[]
  onChange: (value: Meaning['affiliations']) => void
}) => {
  const { t } = useTranslation()
  const change = (at: number, next: Partial<Meaning['affiliations'][number]>) =>
    onChange(value.map((one, i) => (i === at ? { ...one, ...next } : one)))
  return (
    <fieldset className={css.set}>
      <legend>{t('trust.affiliations')}</legend>
      <p className={css.hint}>{t('trust.affiliationsMore')}</p>
      {value.map(({ key, name, kind }, at) => (
        <div className={css.pair} key={key}>
          <Field
            label={t('trust.affiliation')}
            value={name}
            onChange={(one) => change(at, { name: one })}
            autoCapitalize="none"
            maxLength={200}
          />
          <Select
            label={t('trust.affiliationIs')}
            value={kind}
            options={profiles.map((id) => ({ id, name: kindName(id, t) }))}
            onChange={(one) => change(at, { kind: one })}
          />
          <Button aria-label={t('trust.affiliationRemove', { name })} onPress={() => onChange(value.toSpliced(at, 1))}>
            {t('trust.remove')}
          </Button>
        </div>
      ))}
      <p>
        <Button
          onPress={() => onChange([...value, { key: crypto.randomUUID(), name: '', kind: profiles[0] ?? 'teacher' }])}
        >
          {t('trust.affiliationAdd')}
        </Button>
      </p>
    </fieldset>
  )
}

export const MeaningSection = ({
  value,
  choices,
  onChange,
}: {
  value: Meaning
  choices: Pick<Providers, 'facts' | 'logouts' | 'profiles'>
  onChange: (change: Partial<Meaning>) => void
}) => {
  const { t } = useTranslation()
  return (
    <>
      <Section id="claims" title={t('trust.claims')}>
        <p className={css.hint}>{t('trust.claimsMore')}</p>
        <div className={css.fields}>
          {choices.facts.map((fact) => (
            <Field
              key={fact}
              label={t(`trust.facts.${fact as 'subject'}`)}
              value={value.claims[fact] ?? ''}
              onChange={(names) => onChange({ claims: { ...value.claims, [fact]: names } })}
              autoCapitalize="none"
            />
          ))}
        </div>
      </Section>
      <Section id="affiliations" title={t('trust.whoEnters')}>
        <div className={css.fields}>
          <div className={css.wide}>
            <Affiliations
              value={value.affiliations}
              profiles={choices.profiles}
              onChange={(affiliations) => onChange({ affiliations })}
            />
          </div>
          <Field
            label={t('trust.academy')}
            value={value.academy}
            onChange={(academy) => onChange({ academy })}
            inputMode="numeric"
            maxLength={3}
          />
          <Select
            label={t('trust.logout')}
            value={value.logout}
            options={choices.logouts.map((id) => ({ id, name: t(`trust.logouts.${id as 'none'}`) }))}
            onChange={(logout) => onChange({ logout })}
          />
          <div className={css.wide}>
            <TextArea
              isCode
              label={t('trust.strongClasses')}
              value={value.strongClasses}
              onChange={(strongClasses) => onChange({ strongClasses })}
            />
          </div>
        </div>
      </Section>
    </>
  )
}
