/** A rule begun from a message: `/rules?like=` and the id of an email. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useClient } from '../../shell/client.tsx'
import { newAction, newCondition, newRule, type RuleDraft } from './draft.ts'

/** What is written by the same sender is filed; where to is left to the person. */
export const draftLike = (address: string): RuleDraft => ({
  ...newRule(),
  conditions: [{ ...newCondition('from'), how: 'is', text: address }],
  actions: [newAction('file')],
})

/** Opens the form once for the message that the address names; the address then is that of the rules. */
export const useLikeMessage = (open: (draft: RuleDraft) => void): void => {
  const client = useClient()
  const navigate = useNavigate()
  const like = useSearch({ strict: false, select: (search) => search.like })
  const opened = useRef<string>(undefined)
  useEffect(() => {
    if (like === undefined || opened.current === like) return
    const email = client.email(like)
    const look = () => {
      const address = email.get()?.from?.[0]?.email
      if (address === undefined || opened.current === like) return
      opened.current = like
      open(draftLike(address))
      void navigate({ to: '/rules', replace: true, search: {} })
    }
    look()
    return email.subscribe(look)
  }, [client, like, navigate, open])
}
