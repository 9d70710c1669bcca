/** When the session ends, sign-in covers the application: what was being written stays mounted underneath. */
import { useEffect } from 'react'
import { useClient } from './client.tsx'
import css from './expired-cover.module.css'
import { LazyGate } from './lazy-gate.ts'
import { refreshSession, session } from './session.ts'
import { useLive } from './value.ts'

export const ExpiredCover = () => {
  const client = useClient()
  const status = useLive(client.status)
  useEffect(() => {
    if (status !== 'expired') return
    // Whether it has run out or was ended from elsewhere: then begin.ts erases everything.
    void refreshSession().catch(() => undefined)
    return session.subscribe(() => {
      if (session.get()?.signedIn) client.resume()
    })
  }, [client, status])
  if (status !== 'expired') return null
  return (
    <div className={css.cover} role="dialog" aria-modal="true">
      <LazyGate expired />
    </div>
  )
}
