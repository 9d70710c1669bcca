/** An open message: what to beware of, how to leave its list, its words, its attachments. */
import { useMemo, useState } from 'react'
import { attachmentDanger } from '#format/warning/attachments.ts'
import { chooseWarning, type Warning } from '#format/warning/choose.ts'
import { pressure } from '#format/warning/wording.ts'
import type { EmailBody, EmailSummary } from '../../../data/index.ts'
import { useTexts } from '../../../i18n/use-texts.ts'
import { useMedia } from '../../../shell/media.ts'
import { preferences } from '../../../shell/preferences.ts'
import { useLive } from '../../../shell/value.ts'
import { AttachmentList } from './attachment-list.tsx'
import { HtmlBody } from './html-body.tsx'
import { htmlOf, PlainBody, textOf } from './message-body.tsx'
import { type CleanHtml, sanitise } from './sanitise.ts'
import { UnsubscribeLine } from './unsubscribe-line.tsx'
import { Seal, WarningBanner } from './warning-banner.tsx'

/** Attachments that are looked at by name. */
const MAX_NAMED = 200

const warningOf = (
  email: EmailSummary,
  body: EmailBody,
  words: string,
  clean: CleanHtml | undefined,
): Warning | undefined => {
  const { reading } = body
  if (!reading || email.keywords.$draft) return undefined
  return chooseWarning({
    reading,
    links: clean?.links ?? [],
    pressure: pressure(email.subject ?? '', words),
    attachments: body.attachments.slice(0, MAX_NAMED).flatMap(({ name, type }) => {
      const danger = attachmentDanger(name ?? '', type)
      return danger === undefined ? [] : [{ name: name ?? type, danger }]
    }),
  })
}

/** Whether the page is dark, and whether this message is shown as it was made all the same. */
const useDark = (): [isDark: boolean, asMade: boolean, change: () => void] => {
  const systemDark = useMedia('(prefers-color-scheme: dark)')
  const { theme } = useLive(preferences)
  const [asMade, setAsMade] = useState(false)
  return [theme === 'dark' || (theme === 'auto' && systemDark), asMade, () => setAsMade(!asMade)]
}

export const OpenMessage = ({ email, body }: { email: EmailSummary; body: EmailBody }) => {
  const [isDark, asMade, change] = useDark()
  const html = htmlOf(body)
  const fold = useTexts().t('message.quoted')
  const clean = useMemo(
    () => (html === undefined ? undefined : sanitise(html, { dark: isDark && !asMade, fold })),
    [html, isDark, asMade, fold],
  )
  const text = html === undefined ? textOf(body) : ''
  const warning = useMemo(() => warningOf(email, body, clean?.text ?? text, clean), [email, body, text, clean])
  const ways = body.reading?.unsubscribe ?? null
  return (
    <>
      {body.reading?.platform ? <Seal /> : null}
      {warning ? <WarningBanner email={email} warning={warning} /> : null}
      {ways && warning?.tone !== 'danger' ? <UnsubscribeLine email={email} ways={ways} /> : null}
      {clean ? (
        <HtmlBody
          email={email}
          body={body}
          clean={clean}
          look={!isDark ? '' : asMade ? 'paper' : 'dark'}
          onLook={isDark && clean.coloured ? change : undefined}
        />
      ) : (
        <PlainBody body={body} />
      )}
      <AttachmentList email={email} body={body} />
    </>
  )
}
