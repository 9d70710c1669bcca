/** The form of one rule: what must be true, what is done. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Rule } from '#format/sieve/rules/rule.ts'
import { useMailboxes } from '../../shell/client.tsx'
import { confirm } from '../../shell/confirm.tsx'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { organised } from '../mail/organise/organised.ts'
import { ActionLine } from './action-line.tsx'
import { ConditionLine } from './condition-line.tsx'
import { faultOf, newAction, newCondition, type RuleDraft, ruleOf } from './draft.ts'
import css from './rules.module.css'
import { placesOf, sentencesOf } from './words.ts'

const replaced = <T extends { readonly key: number }>(list: readonly T[], line: T): T[] =>
  list.map((one) => (one.key === line.key ? line : one))

const without = <T extends { readonly key: number }>(list: readonly T[], line: T): T[] =>
  list.filter((one) => one.key !== line.key)

interface PartProps {
  readonly draft: RuleDraft
  readonly onChange: (change: Partial<RuleDraft>) => void
  /** The line that is not right yet, once the person wanted to save. */
  readonly fault: number | 'actions' | undefined
}

const Conditions = ({ draft, onChange, fault }: PartProps) => {
  const { t } = useTranslation()
  const { conditions, match } = draft
  return (
    <fieldset className={css.part}>
      <legend className={css.legend}>{t('rules.form.conditions')}</legend>
      {conditions.length > 1 ? (
        <Select
          label={t('rules.form.match')}
          value={match}
          options={[
            { id: 'all', name: t('rules.form.matchAll') },
            { id: 'any', name: t('rules.form.matchAny') },
          ]}
          onChange={(chosen) => onChange({ match: chosen })}
        />
      ) : null}
      {conditions.length === 0 ? <p className={css.soft}>{t('rules.form.everything')}</p> : null}
      {conditions.map((line) => (
        <ConditionLine
          key={line.key}
          line={line}
          wrong={fault === line.key}
          onChange={(next) => onChange({ conditions: replaced(conditions, next) })}
          onRemove={() => onChange({ conditions: without(conditions, line) })}
        />
      ))}
      <Button kind="quiet" icon="plus" onPress={() => onChange({ conditions: [...conditions, newCondition()] })}>
        {t('rules.form.addCondition')}
      </Button>
    </fieldset>
  )
}

const Actions = ({ draft, onChange, fault }: PartProps) => {
  const { t } = useTranslation()
  const { actions, stop } = draft
  return (
    <fieldset className={css.part}>
      <legend className={css.legend}>{t('rules.form.actions')}</legend>
      {actions.map((line) => (
        <ActionLine
          key={line.key}
          line={line}
          wrong={fault === line.key}
          onChange={(next) => onChange({ actions: replaced(actions, next) })}
          onRemove={() => onChange({ actions: without(actions, line) })}
        />
      ))}
      {fault === 'actions' ? (
        <p className={css.wrong} role="alert">
          {t('rules.form.noAction')}
        </p>
      ) : null}
      <Button kind="quiet" icon="plus" onPress={() => onChange({ actions: [...actions, newAction('read')] })}>
        {t('rules.form.addAction')}
      </Button>
      <label className={css.check}>
        <input type="checkbox" checked={stop} onChange={(event) => onChange({ stop: event.target.checked })} />
        {t('rules.form.stop')}
      </label>
    </fieldset>
  )
}

export const RuleForm = ({
  draft: given,
  isNew,
  busy,
  onSave,
  onClose,
}: {
  draft: RuleDraft
  isNew: boolean
  busy: boolean
  /** `alsoOld`: mail that is there is to be looked at too. */
  onSave: (rule: Rule, alsoOld: boolean) => Promise<void>
  onClose: () => void
}) => {
  const { t, i18n } = useTranslation()
  const mailboxes = useMailboxes()
  const places = placesOf(mailboxes)
  const { labels } = useLive(organised)
  const [draft, setDraft] = useState(given)
  const [alsoOld, setAlsoOld] = useState(false)
  const [asked, setAsked] = useState(false)
  const fault = faultOf(draft, places)
  const change = (part: Partial<RuleDraft>) => setDraft((now) => ({ ...now, ...part }))
  /** What the rule does, in a few words. */
  const fallback = (): string =>
    sentencesOf(ruleOf(draft, places, ''), { mailboxes, labels }, t, i18n.language).when.slice(0, 80)
  const save = () => {
    setAsked(true)
    if (fault === undefined) void onSave(ruleOf(draft, places, fallback()), alsoOld)
  }
  /** What was written does not go by a slip of the finger. */
  const leave = async () => {
    const question = { title: t('rules.form.leaveTitle'), body: t('rules.form.leaveBody'), danger: true }
    const isSame = JSON.stringify(draft) === JSON.stringify(given)
    if (isSame || (await confirm({ ...question, action: t('rules.form.leave') }))) onClose()
  }
  return (
    <Dialog
      title={t(isNew ? 'rules.form.newTitle' : 'rules.form.editTitle')}
      isOpen
      wide
      onClose={() => void leave()}
      closeLabel={t('app.close')}
      footer={
        <>
          <Button onPress={() => void leave()}>{t('app.cancel')}</Button>
          <Button kind="primary" isDisabled={busy} onPress={save}>
            {t('rules.form.save')}
          </Button>
        </>
      }
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <Field
          label={t('rules.form.name')}
          value={draft.name}
          maxLength={200}
          hint={t('rules.form.nameHint')}
          onChange={(name) => change({ name })}
        />
        <Conditions draft={draft} onChange={change} fault={asked ? fault : undefined} />
        <Actions draft={draft} onChange={change} fault={asked ? fault : undefined} />
        {draft.enabled ? (
          <label className={css.check}>
            <input type="checkbox" checked={alsoOld} onChange={(event) => setAlsoOld(event.target.checked)} />
            {t('rules.form.alsoOld')}
          </label>
        ) : null}
      </form>
    </Dialog>
  )
}
