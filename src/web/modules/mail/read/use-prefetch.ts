/** Fetches what is likely to be read next: the conversations above and below the open one. */
import { useEffect } from 'react'
import { openRow } from '../act/open.ts'
import { useActs } from '../act/use-acts.ts'

const AFTER_MS = 120
const nothing = () => undefined

export const usePrefetch = (threadId: string): void => {
  const acts = useActs()
  useEffect(() => {
    const stops: (() => void)[] = []
    const fetchRow = (id: string | undefined) => {
      const { client } = acts
      const email = id === undefined ? undefined : client.email(id).get()
      if (email === undefined) return
      const last = client.thread(email.threadId).get()?.emails.at(-1)?.id ?? email.id
      const body = client.body(last)
      // To watch a value is to fetch it.
      if (body.get() === undefined) stops.push(body.subscribe(nothing))
    }
    const timer = setTimeout(() => {
      if (acts.place.threadId !== threadId) return
      const at = openRow(acts)
      if (at < 0) return
      for (const step of [1, -1, 2]) fetchRow(acts.state?.list.idAt(at + step))
    }, AFTER_MS)
    return () => {
      clearTimeout(timer)
      for (const stop of stops) stop()
    }
  }, [acts, threadId])
}
