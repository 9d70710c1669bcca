/** What of a message is shown: its HTML, else its text. */

import { useState } from 'react'
import { escapeHtml } from '#format/html/escape.ts'
import type { EmailBody, EmailBodyPart } from '../../../data/index.ts'
import { useTexts } from '../../../i18n/use-texts.ts'
import css from './message-body.module.css'
import { TextBody } from './text-body.tsx'

const partText = (body: EmailBody, part: EmailBodyPart): string =>
  part.partId === null ? '' : (body.bodyValues[part.partId]?.value ?? '')

/** The HTML to show, or undefined when no part of the message is HTML. */
export const htmlOf = (body: EmailBody): string | undefined => {
  if (!body.htmlBody.some((part) => part.type === 'text/html')) return
  return body.htmlBody
    .map((part) => {
      if (part.type === 'text/html') return partText(body, part)
      if (part.type.startsWith('text/'))
        return `<div style="white-space:pre-wrap">${escapeHtml(partText(body, part))}</div>`
      if (part.type.startsWith('image/') && part.blobId !== null)
        return `<img alt="" data-blob="${escapeHtml(part.blobId)}">`
      return ''
    })
    .join('')
}

export const textOf = (body: EmailBody): string =>
  body.textBody
    .filter((part) => part.type.startsWith('text/'))
    .map((part) => partText(body, part))
    .join('\n')

/** Characters of text shown at first; more is one press away. */
const LONG = 100_000

/** A message in plain text. */
export const PlainBody = ({ text }: { text: string }) => {
  const { t } = useTexts()
  const [all, setAll] = useState(false)
  const isLong = !all && text.length > LONG
  return (
    <div className={css.body}>
      <TextBody text={isLong ? text.slice(0, LONG) : text} />
      {isLong ? (
        <p className={css.long}>
          {t('message.truncated')}{' '}
          <button type="button" className={css.more} onClick={() => setAll(true)}>
            {t('message.showAll')}
          </button>
        </p>
      ) : null}
    </div>
  )
}
