/** Sending: what is missing is said, what may be forgotten or mistaken is asked, and for a few seconds it can be taken back. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../../shell/client.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { myAddresses } from '../list/use-my-addresses.ts'
import { checkMessage, type Warning } from './checks.ts'
import { type ComposeState, isAddress, ownText } from './compose-state.ts'
import { closeComposer } from './composers.ts'
import { sendState } from './sending.ts'
import type { Composition } from './use-composition.ts'

export type CheckAnswer = 'send' | 'back' | 'bcc'

export interface SendQuestion {
  readonly warnings: readonly Warning[]
  readonly answer: (answer: CheckAnswer) => void
}

export interface Sender {
  /** `until`: leaves then, milliseconds since 1970. */
  send(until?: number): Promise<void>
  /** What is asked now. */
  readonly question: SendQuestion | undefined
}

const withoutVisible = ({ to, cc, bcc }: ComposeState): Pick<ComposeState, 'to' | 'cc' | 'bcc'> => ({
  to: [],
  cc: [],
  bcc: [...to, ...cc, ...bcc],
})

/** Also before those of an earlier life of the page are found again. */
const isWaiting = ({ waiting }: ComposeState): boolean => (waiting ?? []).length > 0

export const useSend = ({ fields, read, edit, autosave, uploads }: Composition): Sender => {
  const client = useClient()
  const { t, i18n } = useTranslation()
  const [question, setQuestion] = useState<SendQuestion>()
  const waiting = uploads.items

  const ask = useCallback(
    (warnings: readonly Warning[]): Promise<CheckAnswer> =>
      new Promise((resolve) => {
        setQuestion({
          warnings,
          answer: (answer) => {
            setQuestion(undefined)
            resolve(answer)
          },
        })
      }),
    [],
  )
  const warningsOf = useCallback(
    (state: ComposeState): Warning[] => {
      const domains = new Set([...myAddresses(client)].map((email) => email.slice(email.lastIndexOf('@') + 1)))
      const hasFiles = state.attachments.some(({ disposition }) => disposition !== 'inline') || state.links.length > 0
      return checkMessage(
        { ...state, text: ownText(state), hasFiles },
        { domains, words: t('compose.attachmentWords') },
      )
    },
    [client, t],
  )
  const attempt = useCallback(
    async (until?: number): Promise<boolean> => {
      // Let the field that has the focus turn its text into a recipient.
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur()
      await new Promise((resolve) => setTimeout(resolve))
      let state = read()
      const everyone = [...state.to, ...state.cc, ...state.bcc]
      const wrong = everyone.find((person) => !isAddress(person.email))
      const refusal = waiting.some(({ problem }) => problem !== undefined && problem !== 'offline')
        ? t('compose.uploadMissing')
        : everyone.length === 0
          ? t('compose.noRecipient')
          : wrong === undefined
            ? undefined
            : t('compose.badRecipient', { text: wrong.email })
      if (refusal !== undefined) {
        toast(refusal, { tone: 'problem' })
        return false
      }
      const warnings = warningsOf(state)
      const answer = warnings.length === 0 ? 'send' : await ask(warnings)
      if (answer === 'back') return false
      if (answer === 'bcc') {
        edit(withoutVisible(state))
        state = read()
      }
      if (isWaiting(state)) {
        // Sent by itself as soon as they are there (below); until then it can be written on, or kept back.
        edit({ leaves: { until } })
        return false
      }
      autosave.stop()
      sendState(
        { client, t, locale: i18n.language, identities: client.identities.get() ?? [] },
        { ...state, leaves: undefined, waiting: undefined },
        until,
      )
      closeComposer(state.key)
      return true
    },
    [client, read, edit, autosave, waiting, t, i18n, warningsOf, ask],
  )
  const underWay = useRef(false)
  const send = useCallback(
    async (until?: number) => {
      // A double click, or the shortcut pressed again, is the same message: it leaves once.
      if (underWay.current) return
      underWay.current = true
      let left = false
      try {
        left = await attempt(until)
      } finally {
        underWay.current = left
      }
    },
    [attempt],
  )
  const { leaves } = fields
  const isHeld = question !== undefined
  useEffect(() => {
    if (leaves === undefined || isHeld || isWaiting(fields)) return
    edit({ leaves: undefined })
    void send(leaves.until)
  }, [leaves, fields, isHeld, edit, send])
  return { send, question }
}
