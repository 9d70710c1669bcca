/** A person's templates: messages with the keyword `$template` in a mailbox of theirs, so that every program sees them. */
import type { MailClient, SideAnswer } from '../../../data/index.ts'
import { htmlToText } from './html-text.ts'

export interface Template {
  readonly id: string
  readonly subject: string
  readonly html: string
}

const KEYWORD = '$template'
const MAX = 200

const good = (answer: SideAnswer | undefined): Readonly<Record<string, unknown>> => {
  if (answer?.ok) return answer.args
  throw new Error(answer?.type ?? 'no answer')
}

interface WireTemplate {
  readonly id: string
  readonly subject: string | null
  readonly htmlBody: readonly { readonly partId: string | null }[]
  readonly bodyValues: Readonly<Record<string, { readonly value: string }>>
}

/** All of them, by name. Rejects when they cannot be read. */
export const listTemplates = async (client: MailClient): Promise<Template[]> => {
  const accountId = client.session.get()?.accountId ?? ''
  const [found, got] = await client.side.send([
    { name: 'Email/query', args: { accountId, filter: { hasKeyword: KEYWORD }, limit: MAX } },
    {
      name: 'Email/get',
      args: {
        accountId,
        '#ids': { resultOf: 'c0', name: 'Email/query', path: '/ids' },
        properties: ['id', 'subject', 'htmlBody', 'bodyValues'],
        fetchHTMLBodyValues: true,
      },
    },
  ])
  good(found)
  const list = good(got).list as readonly WireTemplate[]
  return list
    .map(({ id, subject, htmlBody, bodyValues }) => ({
      id,
      subject: subject ?? '',
      html: htmlBody.map(({ partId }) => bodyValues[partId ?? '']?.value ?? '').join(''),
    }))
    .sort((a, b) => a.subject.localeCompare(b.subject))
}

const folderFor = async (client: MailClient, accountId: string, name: string): Promise<string> => {
  const known = client.mailboxes.get()?.find((mailbox) => mailbox.parentId === null && mailbox.name === name)
  if (known) return known.id
  const [made] = await client.side.send([{ name: 'Mailbox/set', args: { accountId, create: { m: { name } } } }], {
    write: true,
  })
  const id = (good(made).created as { m?: { id: string } } | null)?.m?.id
  if (id === undefined) throw new Error('no mailbox')
  return id
}

/** Keeps a text under its subject. `folder`: what the mailbox is called when there is none yet. */
export const saveTemplate = async (
  client: MailClient,
  { subject, html }: Omit<Template, 'id'>,
  folder: string,
): Promise<void> => {
  const accountId = client.session.get()?.accountId ?? ''
  const from = client.identities.get()?.[0]
  const t = {
    mailboxIds: { [await folderFor(client, accountId, folder)]: true },
    keywords: { [KEYWORD]: true, $seen: true, $draft: true },
    ...(from ? { from: [{ name: from.name || null, email: from.email }] } : {}),
    subject,
    bodyStructure: {
      type: 'multipart/alternative',
      subParts: [
        { partId: 'text', type: 'text/plain' },
        { partId: 'html', type: 'text/html' },
      ],
    },
    bodyValues: { text: { value: htmlToText(html) }, html: { value: html } },
  }
  const [answer] = await client.side.send([{ name: 'Email/set', args: { accountId, create: { t } } }], { write: true })
  if (!(good(answer).created as { t?: object } | null)?.t) throw new Error('not saved')
}

export const deleteTemplate = async (client: MailClient, id: string): Promise<void> => {
  const accountId = client.session.get()?.accountId ?? ''
  const [answer] = await client.side.send([{ name: 'Email/set', args: { accountId, destroy: [id] } }], { write: true })
  good(answer)
}
