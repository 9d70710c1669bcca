/** What can be done with the message that is quoted: taken out, or made part of what is written, each with a way back. */
import { useTranslation } from 'react-i18next'
import { escapeHtml } from '#format/html/escape.ts'
import { toast } from '../../../shell/toasts.tsx'
import { type ComposeState, type Quote, quotedText } from './compose-state.ts'
import type { Composition } from './use-composition.ts'

/** An answer quotes; what is forwarded stands on its own. */
const asWritten = (state: ComposeState, quote: Quote): string => {
  const intro = `<p>${escapeHtml(quote.intro).replaceAll('\n', '<br>')}</p>`
  const inside = state.forwards === undefined ? `<blockquote>${quote.html}</blockquote>` : quote.html
  return `${state.html}<p></p>${intro}${inside}`
}

export const useQuote = ({ read, edit, write, editor }: Composition): { remove: () => void; open: () => void } => {
  const { t } = useTranslation()
  return {
    remove: () => {
      const { quote } = read()
      edit({ quote: undefined })
      toast(t('compose.quoteRemoved'), { undo: () => edit({ quote }) })
    },
    open: () => {
      const state = read()
      const { quote, plain, html } = state
      if (quote === undefined) return
      if (plain === undefined) write(asWritten(state, quote))
      else edit({ plain: `${plain}\n\n${quote.intro}\n${quotedText(quote.text)}` })
      edit({ quote: undefined })
      editor.commands.focus('start')
      toast(t('compose.quoteEdited'), {
        undo: () => {
          if (plain === undefined) write(html)
          edit({ quote, plain })
        },
      })
    },
  }
}
