/** What of a message is shown: its HTML, else its text with the pictures that stand in it. */

import { Fragment, useState } from 'react'
import { escapeHtml } from '#format/html/escape.ts'
import { unflow } from '#format/mime/decode.ts'
import type { EmailBody, EmailBodyPart } from '../../../data/index.ts'
import { useTexts } from '../../../i18n/use-texts.ts'
import { useClient } from '../../../shell/client.tsx'
import css from './message-body.module.css'
import { TextBody } from './text-body.tsx'
import { viewable } from './viewable.ts'

/** The text of a part; what its writer's program broke into lines is whole again (RFC 3676). */
const partText = (body: EmailBody, part: EmailBodyPart): string => {
  const value = part.partId === null ? '' : (body.bodyValues[part.partId]?.value ?? '')
  const type = part['header:Content-Type:asRaw'] ?? ''
  if (part.type !== 'text/plain' || !/;\s*format\s*=\s*"?flowed/i.test(type)) return value
  return unflow(value, /;\s*delsp\s*=\s*"?yes/i.test(type))
}

/** The HTML to show, or undefined when no part of the message is HTML. */
export const htmlOf = (body: EmailBody): string | undefined => {
  if (!body.htmlBody.some((part) => part.type === 'text/html')) return
  return body.htmlBody
    .map((part) => {
      if (part.type === 'text/html') return partText(body, part)
      if (part.type.startsWith('text/'))
        return `<div style="white-space:pre-wrap">${escapeHtml(partText(body, part))}</div>`
      if (part.type.startsWith('image/') && part.blobId !== null)
        return `<img alt="${escapeHtml(part.name ?? '')}" data-blob="${escapeHtml(part.blobId)}">`
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

const LongText = ({ text }: { text: string }) => {
  const { t } = useTexts()
  const [all, setAll] = useState(false)
  const isLong = !all && text.length > LONG
  return (
    <>
      <TextBody text={isLong ? text.slice(0, LONG) : text} />
      {isLong ? (
        <p className={css.long}>
          {t('message.truncated')}{' '}
          <button type="button" className={css.more} onClick={() => setAll(true)}>
            {t('message.showAll')}
          </button>
        </p>
      ) : null}
    </>
  )
}

const Picture = ({ part }: { part: EmailBodyPart }) => {
  const client = useClient()
  const name = part.name ?? ''
  return (
    <img className={css.picture} src={client.downloadUrl(part.blobId ?? '', name || 'image', part.type)} alt={name} />
  )
}

/** A message in plain text, its pictures where they were put: a telephone writes a text, a photograph, a text. */
export const PlainBody = ({ body }: { body: EmailBody }) => (
  <div className={css.body}>
    {body.textBody.map((part, index) => (
      <Fragment key={part.partId ?? index}>
        {part.type.startsWith('text/') ? (
          <LongText text={partText(body, part)} />
        ) : viewable(part) === 'image' ? (
          <Picture part={part} />
        ) : null}
      </Fragment>
    ))}
  </div>
)
