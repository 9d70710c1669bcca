/** One condition: what it is about, how it compares, with what. */
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { type ConditionDraft, hows, needsText, subjects, withSubject } from './draft.ts'
import css from './rules.module.css'

const Words = ({ line, onChange }: { line: ConditionDraft; onChange: (text: string) => void }) => {
  const { t } = useTranslation()
  const id = useId()
  const { how, subject, text } = line
  if (subject === 'size')
    return <Field label={t('rules.form.size')} inputMode="decimal" value={text} onChange={onChange} />
  if (subject === 'day') return <Field label={t('rules.form.day')} type="date" value={text} onChange={onChange} />
  const isWild = how === 'matches' || how === 'notMatches'
  const isDomain = how === 'domain' || how === 'notDomain'
  return (
    <div className={css.words}>
      <label className={css.label} htmlFor={id}>
        {t(isWild ? 'rules.form.wordsWild' : isDomain ? 'rules.form.domainWords' : 'rules.form.words')}
      </label>
      <textarea
        id={id}
        className={css.area}
        rows={Math.min(8, Math.max(1, text.split('\n').length))}
        maxLength={20_000}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  )
}

export const ConditionLine = ({
  line,
  wrong,
  onChange,
  onRemove,
}: {
  line: ConditionDraft
  wrong: boolean
  onChange: (line: ConditionDraft) => void
  onRemove: () => void
}) => {
  const { t } = useTranslation()
  const { subject, how, header } = line
  return (
    <div className={css.line} data-wrong={wrong}>
      <div className={css.fields}>
        <Select
          label={t('rules.form.about')}
          value={subject}
          options={subjects.map((id) => ({ id, name: t(`rules.choose.${id}`) }))}
          onChange={(next) => onChange(withSubject(line, next))}
        />
        {subject === 'header' ? (
          <Field
            label={t('rules.form.header')}
            value={header}
            maxLength={300}
            onChange={(next) => onChange({ ...line, header: next })}
          />
        ) : null}
        <Select
          label={t('rules.form.how')}
          value={how}
          options={hows[subject].map((id) => ({ id, name: t(`rules.how.${id}`) }))}
          onChange={(next) => onChange({ ...line, how: next })}
        />
        {needsText(how) ? <Words line={line} onChange={(text) => onChange({ ...line, text })} /> : null}
        {wrong ? (
          <p className={css.wrong} role="alert">
            {t('rules.form.incomplete')}
          </p>
        ) : null}
      </div>
      <IconButton icon="close" label={t('rules.form.removeCondition')} onPress={onRemove} />
    </div>
  )
}
