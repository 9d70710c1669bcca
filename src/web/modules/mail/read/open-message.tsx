/** An open message: what to beware of, how to leave its list, its words, its attachments. */
import { lazy, Suspense, useMemo, useState } from 'react'
import { attachmentDanger } from '#format/warning/attachments.ts'
import { chooseWarning, type Warning } from '#format/warning/choose.ts'
import { pressure } from '#format/warning/wording.ts'
import type { EmailBody, EmailSummary } from '../../../data/index.ts'
import { useTexts } from '../../../i18n/use-texts.ts'
import { useClient } from '../../../shell/client.tsx'
import { useMyAddresses } from '../list/use-my-addresses.ts'
import { AttachmentList } from './attachment-list.tsx'
import { HtmlBody } from './html-body.tsx'
import css from './invitation-card.module.css'
import { invitationIn } from './invitation-in.ts'
import bodyCss from './message-body.module.css'
import { htmlOf, PlainBody, textOf } from './message-body.tsx'
import { type CleanHtml, sanitise } from './sanitise.ts'
import { UnsubscribeLine } from './unsubscribe-line.tsx'
import { useDark } from './use-dark.ts'
import { Seal, WarningBanner } from './warning-banner.tsx'

/** Attachments that are looked at by name. */
const MAX_NAMED = 200

const warningOf = (
  email: EmailSummary,
  body: EmailBody,
  words: string,
  clean: CleanHtml | undefined,
  mine: ReadonlySet<string>,
): Warning | undefined => {
  const { reading } = body
  if (!reading || email.keywords.$draft) return undefined
  return chooseWarning({
    reading,
    links: clean?.links ?? [],
    domains: [...new Set([...mine].map((address) => address.slice(address.lastIndexOf('@') + 1)))],
    pressure: pressure(email.subject ?? '', words),
    attachments: body.attachments.slice(0, MAX_NAMED).flatMap(({ name, type }) => {
      const danger = attachmentDanger(name ?? '', type)
      return danger === undefined ? [] : [{ name: name ?? type, danger }]
    }),
  })
}

const InvitationCard = lazy(() =>
  import('./invitation-card.tsx').then((module) => ({ default: module.InvitationCard })),
)

/** Whether the server gave the beginning of its words only. */
const isCut = ({ bodyValues }: EmailBody): boolean => Object.values(bodyValues).some(({ isTruncated }) => isTruncated)

const CutNote = ({ email }: { email: EmailSummary }) => {
  const { t } = useTexts()
  const client = useClient()
  const url = client.downloadUrl(email.blobId, 'message.eml', 'application/octet-stream')
  return (
    <p className={bodyCss.long}>
      {t('message.truncated')}{' '}
      <a href={url} download="message.eml">
        {t('message.sourceAll')}
      </a>
    </p>
  )
}

export const OpenMessage = ({ email, body }: { email: EmailSummary; body: EmailBody }) => {
  const isDark = useDark()
  // Shown on white as it was made, in the dark all the same.
  const [asMade, setAsMade] = useState(false)
  const html = htmlOf(body)
  const fold = useTexts().t('message.quoted')
  const clean = useMemo(
    () => (html === undefined ? undefined : sanitise(html, { dark: isDark && !asMade, fold })),
    [html, isDark, asMade, fold],
  )
  const text = html === undefined ? textOf(body) : ''
  const mine = useMyAddresses()
  const warning = useMemo(
    () => warningOf(email, body, clean?.text ?? text, clean, mine),
    [email, body, text, clean, mine],
  )
  const ways = body.reading?.unsubscribe ?? null
  const invitation = warning?.tone === 'danger' ? undefined : invitationIn(body)
  return (
    <>
      {body.reading?.platform ? <Seal /> : null}
      {warning ? <WarningBanner email={email} warning={warning} /> : null}
      {ways && warning?.tone !== 'danger' ? <UnsubscribeLine email={email} ways={ways} /> : null}
      {invitation ? (
        <Suspense fallback={<div className={css.card} />}>
          <InvitationCard part={invitation} />
        </Suspense>
      ) : null}
      {clean ? (
        <HtmlBody
          email={email}
          body={body}
          clean={clean}
          look={!isDark ? '' : asMade ? 'paper' : 'dark'}
          onLook={isDark && clean.coloured ? () => setAsMade(!asMade) : undefined}
        />
      ) : (
        <PlainBody body={body} />
      )}
      {isCut(body) ? <CutNote email={email} /> : null}
      <AttachmentList email={email} body={body} />
    </>
  )
}
