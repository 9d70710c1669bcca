/** A message attached to another, read in the page: who is said to have sent it, its words, its files. Nobody vouches for it. */
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EmailAddress, EmailBody, EmailBodyPart, EmailSummary, MailClient } from '../../../data/index.ts'
import { colon } from '../../../i18n/colon.ts'
import { longDate } from '../../../i18n/format.ts'
import { useClient } from '../../../shell/client.tsx'
import { useLive } from '../../../shell/value.ts'
import css from './attached-message.module.css'
import listCss from './attachment-list.module.css'
import { Attachment, listedAttachments } from './attachment-list.tsx'
import { htmlOf, PlainBody } from './message-body.tsx'
import { MessageFrame } from './message-frame.tsx'
import { sanitise } from './sanitise.ts'
import { useDark } from './use-dark.ts'

/** What Email/parse (RFC 8621 §4.9) tells of a message that is in no mailbox. */
type Parsed = Pick<EmailSummary, 'subject' | 'from' | 'to' | 'cc' | 'sentAt'> &
  Pick<EmailBody, 'textBody' | 'htmlBody' | 'attachments' | 'bodyValues'>

type Read = { readonly kind: 'loading' } | { readonly kind: 'failed' } | { readonly kind: 'ready'; readonly is: Parsed }

const PROPERTIES = 'subject from to cc sentAt textBody htmlBody attachments bodyValues'.split(' ')
const PART = 'partId blobId size name type charset disposition cid language location header:Content-Type:asRaw'.split(
  ' ',
)
const MAX_TEXT = 1_000_000

const parse = async (client: MailClient, accountId: string, blobId: string): Promise<Parsed | undefined> => {
  const fetch = { fetchTextBodyValues: true, fetchHTMLBodyValues: true, maxBodyValueBytes: MAX_TEXT }
  const args = { accountId, blobIds: [blobId], properties: PROPERTIES, bodyProperties: PART, ...fetch }
  const [answer] = await client.side.send([{ name: 'Email/parse', args }])
  if (!answer?.ok) return undefined
  return (answer.args.parsed as Readonly<Record<string, Parsed>> | null)?.[blobId]
}

const useMessage = (blobId: string): Read => {
  const client = useClient()
  const accountId = useLive(client.session)?.accountId
  const [read, setRead] = useState<Read>({ kind: 'loading' })
  useEffect(() => {
    let current = true
    const tell = (is: Parsed | undefined) => {
      if (current) setRead(is === undefined ? { kind: 'failed' } : { kind: 'ready', is })
    }
    if (accountId !== undefined) parse(client, accountId, blobId).then(tell, () => tell(undefined))
    return () => {
      current = false
    }
  }, [client, accountId, blobId])
  return read
}

const people = (list: readonly EmailAddress[] | null | undefined): string =>
  (list ?? [])
    .slice(0, 200)
    .map(({ name, email }) => (name ? `${name} <${email}>` : email))
    .join(', ')

const Words = ({ body }: { body: EmailBody }) => {
  const dark = useDark()
  const html = htmlOf(body)
  const clean = useMemo(() => (html === undefined ? undefined : sanitise(html, { dark })), [html, dark])
  if (clean === undefined) return <PlainBody body={body} />
  return <MessageFrame clean={clean} body={body} showImages={false} look={dark ? 'dark' : ''} />
}

const Files = ({ parts }: { parts: readonly EmailBodyPart[] }) => {
  const { t } = useTranslation()
  if (parts.length === 0) return null
  return (
    <section className={listCss.section}>
      <div className={listCss.head}>
        <h4 className={listCss.title}>{t('message.attachments', { count: parts.length })}</h4>
      </div>
      <ul className={listCss.list}>
        {parts.map((part, index) => (
          <Attachment key={part.partId ?? index} part={part} onView={undefined} />
        ))}
      </ul>
    </section>
  )
}

export const AttachedMessage = ({ blobId }: { blobId: string }) => {
  const { t, i18n } = useTranslation()
  const read = useMessage(blobId)
  if (read.kind === 'loading') return <p role="status">{t('app.loading')}</p>
  if (read.kind === 'failed') return <p>{t('reading.viewer.failed')}</p>
  const { subject, from, to, cc, sentAt, ...parts } = read.is
  const body: EmailBody = {
    id: blobId,
    blobId,
    messageId: null,
    inReplyTo: null,
    references: null,
    sender: null,
    replyTo: null,
    bcc: null,
    receiptTo: null,
    reading: null,
    ...parts,
  }
  const facts = [
    [t('message.from'), people(from)],
    [t('message.to'), people(to)],
    [t('message.cc'), people(cc)],
    [t('message.date'), sentAt ? longDate(sentAt, i18n.language) : ''],
  ] as const
  return (
    <article>
      <h3 className={css.subject}>{subject?.trim() || t('list.noSubject')}</h3>
      <dl className={css.facts}>
        {facts
          .filter(([, value]) => value !== '')
          .map(([label, value]) => (
            <div key={label}>
              <dt>
                {label}
                {colon()}
              </dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <p className={css.note}>{t('reading.viewer.unproved')}</p>
      <Words body={body} />
      <Files parts={listedAttachments(body)} />
    </article>
  )
}
