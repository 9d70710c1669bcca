/** In the mailbox of a function: which of its members sent this message, or answered it. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EmailSummary, Reading } from '../../../data/index.ts'
import { longDate } from '../../../i18n/format.ts'
import { useClient } from '../../../shell/client.tsx'
import css from './functions.module.css'

type Acts = Pick<Reading, 'sentBy' | 'answeredBy'>

/** Asked for anew when a colleague answers while one reads. */
const useMemberActs = ({ id, keywords }: EmailSummary): Acts | undefined => {
  const client = useClient()
  const [acts, setActs] = useState<Acts>()
  const isAnswered = keywords.$answered === true
  const isDraft = keywords.$draft === true
  // biome-ignore lint/correctness/useExhaustiveDependencies: an answer, or its sending, is a reason to ask again
  useEffect(() => {
    let current = true
    const ask = async () => {
      const accountId = client.account ?? ''
      const [answer] = await client.side.send([{ name: 'Reading/get', args: { accountId, ids: [id] } }])
      const [first] = answer?.ok && Array.isArray(answer.args.list) ? (answer.args.list as Reading[]) : []
      if (current && first) setActs(first)
    }
    ask().catch(() => undefined)
    return () => {
      current = false
    }
  }, [client, id, isAnswered, isDraft])
  return acts
}

export const MemberActs = ({ email }: { email: EmailSummary }) => {
  const { t, i18n } = useTranslation()
  const { sentBy = null, answeredBy = [] } = useMemberActs(email) ?? {}
  if (sentBy === null && answeredBy.length === 0) return null
  const date = (at: string) => longDate(at, i18n.language)
  return (
    <ul className={css.by}>
      {sentBy === null ? null : <li>{t('functions.sentBy', { name: sentBy.name, date: date(sentBy.at) })}</li>}
      {answeredBy.map(({ name, at }) => (
        <li key={`${name} ${at}`}>{t('functions.answeredBy', { name, date: date(at) })}</li>
      ))}
    </ul>
  )
}
