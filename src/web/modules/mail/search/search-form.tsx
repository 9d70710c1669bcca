/** The criteria of a search as a form: it writes the operators into the search field, where they can be seen and changed. */
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { mailboxWord } from '../../../data/search.ts'
import { useClient, useMailboxes } from '../../../shell/client.tsx'
import { searchIn } from '../../../shell/function-place.ts'
import { useLive } from '../../../shell/value.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { flat, mailboxName, mailboxTree } from '../mailboxes/mailbox-names.ts'
import css from '../organise/organise.module.css'
import { organised } from '../organise/organised.ts'
import { type FormFields, fieldsOf, noFields, textOf } from './form-text.ts'

type TextName = 'from' | 'to' | 'subject' | 'words' | 'not' | 'filename'
const states = ['', 'unread', 'flagged'] as const
const texts: readonly TextName[] = ['from', 'to', 'subject', 'words', 'not', 'filename']

export const SearchForm = ({ text, onClose }: { text: string; onClose: () => void }) => {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const { account } = useClient()
  const mailboxes = useMailboxes()
  const { labels } = useLive(organised)
  const [fields, setFields] = useState<FormFields>(() => fieldsOf(text))
  const change = (part: Partial<FormFields>) => setFields({ ...fields, ...part })
  const { standard, own } = mailboxTree(mailboxes)
  const nodes = [...flat(standard), ...flat(own)]
  const anywhere = i18n.language === 'en' ? 'anywhere' : 'partout'
  const go = () => {
    const q = textOf(fields, i18n.language === 'en' ? 'en' : 'fr')
    onClose()
    if (q !== '') void navigate({ to: '/search', search: searchIn(account, q) })
  }
  return (
    <Dialog title={t('organise.form.title')} isOpen wide onClose={onClose} closeLabel={t('app.close')}>
      <form
        className={css.stack}
        onSubmit={(event) => {
          event.preventDefault()
          go()
        }}
      >
        <div className={css.grid}>
          {texts.map((name) => (
            <label key={name} className={css.field}>
              {t(`organise.form.${name}`)}
              <input
                type="text"
                value={fields[name]}
                maxLength={200}
                autoComplete="off"
                onChange={(event) => change({ [name]: event.target.value })}
              />
            </label>
          ))}
          {(['after', 'before'] as const).map((name) => (
            <label key={name} className={css.field}>
              {t(`organise.form.${name}`)}
              <input type="date" value={fields[name]} onChange={(event) => change({ [name]: event.target.value })} />
            </label>
          ))}
          {(['larger', 'smaller'] as const).map((name) => (
            <label key={name} className={css.field}>
              {t(`organise.form.${name}`)}
              <input
                type="number"
                min={0}
                max={100}
                step="any"
                value={fields[name]}
                onChange={(event) => change({ [name]: event.target.value })}
              />
            </label>
          ))}
          <label className={css.field}>
            {t('organise.form.state')}
            <select
              value={fields.state}
              onChange={(event) => change({ state: states.find((one) => one === event.target.value) ?? '' })}
            >
              {states.map((one) => (
                <option key={one} value={one}>
                  {t(`organise.form.states.${one || 'any'}`)}
                </option>
              ))}
            </select>
          </label>
          <label className={css.field}>
            {t('organise.form.in')}
            <select value={fields.in} onChange={(event) => change({ in: event.target.value })}>
              <option value="">{t('organise.form.usual')}</option>
              <option value={anywhere}>{t('organise.form.anywhere')}</option>
              {nodes.map(({ mailbox, depth }) => (
                <option key={mailbox.id} value={mailbox.role ?? mailboxWord(mailbox, mailboxes)}>
                  {'\u2003'.repeat(depth) + mailboxName(mailbox, t)}
                </option>
              ))}
            </select>
          </label>
          <label className={css.field}>
            {t('organise.form.label')}
            <select value={fields.label} onChange={(event) => change({ label: event.target.value })}>
              <option value="">{t('organise.form.any')}</option>
              {labels.map(({ id, name }) => (
                <option key={id} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </div>
        <label className={css.check}>
          <input
            type="checkbox"
            checked={fields.attachment}
            onChange={(event) => change({ attachment: event.target.checked })}
          />
          {t('organise.form.attachment')}
        </label>
        <div className={css.row}>
          <Button kind="primary" type="submit" icon="search">
            {t('organise.form.go')}
          </Button>
          <Button onPress={() => setFields(noFields)}>{t('organise.form.reset')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
