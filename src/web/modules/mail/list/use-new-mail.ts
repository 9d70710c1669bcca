/** Says, in the inbox, that a message has arrived: the list shows it by itself, a screen reader must hear it. */
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '../../../shell/announce.tsx'
import { useClient } from '../../../shell/client.tsx'
import type { ListState } from './list-state.ts'
import { personName } from './row-facts.ts'

export const useNewMail = (state: ListState | undefined): void => {
  const client = useClient()
  const { t } = useTranslation()
  const newest = useRef<string>(undefined)
  useEffect(() => {
    newest.current = undefined
    if (state === undefined || state.role !== 'inbox') return
    const { list } = state
    const look = () => {
      const isNewestFirst = list.query.sort[0]?.isAscending !== true
      const id = list.idAt(isNewestFirst ? 0 : (list.total ?? 0) - 1)
      const email = id === undefined ? undefined : client.email(id).get()
      if (email === undefined) return
      const before = newest.current
      if (before !== undefined && email.receivedAt <= before) return
      newest.current = email.receivedAt
      if (before === undefined || email.keywords.$seen) return
      const name = personName(email.from?.[0]) || t('list.nobody')
      announce(t('done.newMail', { count: 1, name, subject: email.subject ?? '' }))
    }
    look()
    return list.subscribe(look)
  }, [client, state, t])
}
