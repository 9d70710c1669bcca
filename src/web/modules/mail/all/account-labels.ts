/**
 * Labels across accounts: each account has its own, known by a keyword that is made of the name. What has a label in one
 * account has the one of that name in another, which is made there when it is missing.
 */
import type { MailLabel } from '#format/jmap/organising.ts'
import type { MailClient } from '../../../data/index.ts'

const accountIdOf = (client: MailClient): string => client.session.get()?.accountId ?? ''

const isLabel = (value: unknown): value is MailLabel =>
  typeof value === 'object' && value !== null && 'keyword' in value && 'name' in value

/** The labels of an account as its server tells them. Rejects when it does not. */
export const readLabels = async (client: MailClient): Promise<readonly MailLabel[]> => {
  const args = { accountId: accountIdOf(client), ids: null }
  const [answer] = await client.side.send([{ name: 'MailLabel/get', args }])
  if (!answer?.ok || !Array.isArray(answer.args.list)) throw new Error('the labels were not told')
  return answer.args.list.filter(isLabel)
}

/** The same label in another account: by its keyword, or by its name where that keyword was taken. */
export const counterpart = (labels: readonly MailLabel[], label: Pick<MailLabel, 'keyword' | 'name'>) =>
  labels.find(({ keyword }) => keyword === label.keyword) ??
  labels.find(({ name }) => name.toLowerCase() === label.name.toLowerCase())

/** Makes a label in an account; gives its keyword there. Rejects when the server does not. */
export const makeLabel = async (client: MailClient, { name, colour }: MailLabel): Promise<string> => {
  const args = { accountId: accountIdOf(client), create: { m: { name, colour } } }
  const [answer] = await client.side.send([{ name: 'MailLabel/set', args }], { write: true })
  const made = (answer?.ok ? answer.args.created : undefined) as { m?: { keyword?: string } } | null | undefined
  if (made?.m?.keyword === undefined) throw new Error('the label was not made')
  return made.m.keyword
}

/**
 * Of keywords of messages of one account, what each is in another: labels that are missing there are made first, keywords
 * that are no labels have none.
 */
export const keywordsInto = async (
  from: MailClient,
  to: MailClient,
  keywords: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> => {
  const own = [...keywords].filter((keyword) => !keyword.startsWith('$'))
  const into = new Map<string, string>()
  if (own.length === 0) return into
  const [theirs, known] = await Promise.all([readLabels(from), readLabels(to)])
  for (const label of theirs) {
    if (!own.includes(label.keyword)) continue
    into.set(label.keyword, counterpart(known, label)?.keyword ?? (await makeLabel(to, label)))
  }
  return into
}
