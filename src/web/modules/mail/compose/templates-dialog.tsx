/** Templates: pick one, keep this message as one, delete one. */
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../../shell/client.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { htmlToText } from './html-text.ts'
import { deleteTemplate, listTemplates, saveTemplate, type Template } from './templates.ts'
import css from './templates-dialog.module.css'

type Known = { readonly kind: 'loading' } | { readonly kind: 'failed' } | { readonly kind: 'ready'; list: Template[] }

export const TemplatesDialog = ({
  subject,
  html,
  onInsert,
  onClose,
}: {
  subject: string
  html: string
  onInsert: (template: Template) => void
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const client = useClient()
  const [known, setKnown] = useState<Known>({ kind: 'loading' })
  const load = useCallback(
    () =>
      listTemplates(client).then(
        (list) => setKnown({ kind: 'ready', list }),
        () => setKnown({ kind: 'failed' }),
      ),
    [client],
  )
  useEffect(() => void load(), [load])
  const act = async (work: Promise<void>, done: string, undo?: () => void) => {
    try {
      await work
      toast(done, undo ? { undo } : { ms: 3000 })
      await load()
    } catch {
      toast(t('compose.templateFailed'), { tone: 'problem' })
    }
  }
  const keep = (text: Pick<Template, 'subject' | 'html'>) =>
    void act(saveTemplate(client, text, t('compose.templatesFolder')), t('compose.templateSaved'))
  const remove = (template: Template) =>
    void act(deleteTemplate(client, template.id), t('compose.templateDeleted'), () => keep(template))
  const canSave = subject.trim() !== '' && htmlToText(html).trim() !== ''
  return (
    <Dialog
      title={t('compose.templates')}
      isOpen
      onClose={onClose}
      closeLabel={t('app.close')}
      footer={
        <Button icon="plus" isDisabled={!canSave} onPress={() => keep({ subject, html })}>
          {t('compose.templateSave')}
        </Button>
      }
    >
      {known.kind === 'loading' ? <p role="status">{t('app.loading')}</p> : null}
      {known.kind === 'failed' ? <p role="alert">{t('compose.templateFailed')}</p> : null}
      {known.kind === 'ready' && known.list.length === 0 ? <p>{t('compose.templateNone')}</p> : null}
      {known.kind === 'ready' && known.list.length > 0 ? (
        <ul className={css.list}>
          {known.list.map((template) => (
            <li key={template.id} className={css.line}>
              <span className={css.who}>
                <span className={css.name}>{template.subject}</span>
                <span className={css.preview}>{htmlToText(template.html).slice(0, 120)}</span>
              </span>
              <Button
                aria-label={t('compose.templateInsertNamed', { name: template.subject })}
                onPress={() => onInsert(template)}
              >
                {t('compose.templateInsert')}
              </Button>
              <IconButton
                icon="trash"
                label={t('compose.templateDelete', { name: template.subject })}
                onPress={() => remove(template)}
              />
            </li>
          ))}
        </ul>
      ) : null}
      <p className={css.help}>{t('compose.templateFields')}</p>
    </Dialog>
  )
}
