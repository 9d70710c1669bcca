/** Sending: what is missing is said, what may be forgotten is asked, and for a few seconds it can be taken back. */
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../../shell/client.tsx'
import { confirm } from '../../../shell/confirm.tsx'
import { preferences } from '../../../shell/preferences.ts'
import { toast } from '../../../shell/toasts.tsx'
import { type ComposeState, isAddress, toDraft } from './compose-state.ts'
import { closeComposer, compose } from './composers.ts'
import { htmlToText } from './html-text.ts'
import { mentionsAttachment } from './mentions.ts'
import type { Autosave } from './use-autosave.ts'

export const useSend = ({
  read,
  autosave,
  uploading,
}: {
  read: () => ComposeState
  autosave: Autosave
  uploading: boolean
}): (() => Promise<void>) => {
  const client = useClient()
  const { t } = useTranslation()
  return useCallback(async () => {
    // Let the field that has the focus turn its text into a recipient.
    if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur()
    await new Promise((resolve) => setTimeout(resolve))
    const state = read()
    const everyone = [...state.to, ...state.cc, ...state.bcc]
    const wrong = everyone.find((person) => !isAddress(person.email))
    const refusal = uploading
      ? t('compose.uploading')
      : everyone.length === 0
        ? t('compose.noRecipient')
        : wrong === undefined
          ? undefined
          : t('compose.badRecipient', { text: wrong.email })
    if (refusal !== undefined) {
      toast(refusal, { tone: 'problem' })
      return
    }
    const ask = (title: string, body: string) =>
      confirm({ title, body, action: t('compose.sendAnyway'), cancel: t('compose.goBack') })
    if (state.subject.trim() === '' && !(await ask(t('compose.noSubjectTitle'), t('compose.noSubjectBody')))) return
    if (
      state.attachments.length === 0 &&
      mentionsAttachment(`${state.subject}\n${htmlToText(state.html)}`, t('compose.attachmentWords')) &&
      !(await ask(t('compose.forgottenTitle'), t('compose.forgottenBody')))
    )
      return
    autosave.stop()
    const undoDelayMs = preferences.get().undoSeconds * 1000
    const action = client.drafts.send(toDraft(state, client.identities.get() ?? []), { undoDelayMs })
    // A failure is told by the data room's error events; the message is then in the drafts.
    action.done.catch(() => undefined)
    closeComposer(state.key)
    toast(
      t('done.sending'),
      undoDelayMs === 0
        ? {}
        : {
            ms: undoDelayMs,
            undo: () => {
              action.undo()
              compose({ kind: 'state', state })
              toast(t('done.unsent'), { ms: 3000 })
            },
          },
    )
  }, [client, read, autosave, uploading, t])
}
