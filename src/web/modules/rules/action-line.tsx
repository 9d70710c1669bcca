/** One action: what is done with the message, and where or with what. */

import { useTranslation } from 'react-i18next'
import { useMailboxes } from '../../shell/client.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { type ActionDraft, actionKinds } from './draft.ts'
import { LabelChoice } from './label-choice.tsx'
import css from './rules.module.css'
import { inOrder, placeName } from './words.ts'

/** Messages come there by other ways. */
const noEntry: ReadonlySet<string | null> = new Set(['drafts', 'scheduled', 'snoozed'])

const Where = ({ line, onChange }: { line: ActionDraft; onChange: (line: ActionDraft) => void }) => {
  const { t } = useTranslation()
  const mailboxes = useMailboxes()
  const { mailboxId, path, create } = line
  // A path that no mailbox has is kept until another one is chosen.
  const gone =
    mailboxId === '' && path !== ''
      ? t(create ? 'rules.form.pathCreated' : 'rules.form.pathMissing', { path })
      : t('rules.form.chooseMailbox')
  const options = [
    ...(mailboxId === '' ? [{ id: '', name: gone }] : []),
    ...inOrder(mailboxes)
      .filter(({ role }) => !noEntry.has(role))
      .map(({ id }) => ({ id, name: placeName(mailboxes, id, t) })),
  ]
  return (
    <Select
      label={t('rules.form.mailbox')}
      value={mailboxId}
      options={options}
      onChange={(id) => onChange({ ...line, mailboxId: id })}
    />
  )
}

const Refusal = ({ line, onChange }: { line: ActionDraft; onChange: (line: ActionDraft) => void }) => {
  const { t } = useTranslation()
  return (
    <div className={css.words}>
      <TextArea
        label={t('rules.form.refusal')}
        rows={3}
        maxLength={4000}
        value={line.text}
        onChange={(text) => onChange({ ...line, text })}
      />
    </div>
  )
}

export const ActionLine = ({
  line,
  wrong,
  onChange,
  onRemove,
}: {
  line: ActionDraft
  wrong: boolean
  onChange: (line: ActionDraft) => void
  onRemove: () => void
}) => {
  const { t } = useTranslation()
  const { kind, text } = line
  const isAddress = kind === 'forward' || kind === 'redirect'
  return (
    <div className={css.line} data-wrong={wrong}>
      <div className={css.fields}>
        <Select
          label={t('rules.form.action')}
          value={kind}
          options={actionKinds.map((id) => ({ id, name: t(`rules.act.${id}`) }))}
          onChange={(next) => onChange({ ...line, kind: next })}
        />
        {kind === 'file' || kind === 'copy' ? <Where line={line} onChange={onChange} /> : null}
        {kind === 'label' ? (
          <LabelChoice keyword={text} onChange={(keyword) => onChange({ ...line, text: keyword })} />
        ) : null}
        {isAddress ? (
          <Field
            label={t('rules.form.address')}
            type="email"
            autoCapitalize="none"
            value={text}
            maxLength={320}
            note={t('rules.form.redirectWarning')}
            onChange={(next) => onChange({ ...line, text: next })}
          />
        ) : null}
        {kind === 'reject' ? <Refusal line={line} onChange={onChange} /> : null}
        {wrong ? (
          <p className={css.wrong} role="alert">
            {t('rules.form.incomplete')}
          </p>
        ) : null}
      </div>
      <IconButton icon="close" label={t('rules.form.removeAction')} onPress={onRemove} />
    </div>
  )
}
