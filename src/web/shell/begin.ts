/**
 * The first moments: who is signed in is asked at once; where somebody was signed in last time, the mail is asked for
 * beside it instead of after it. Nothing is shown before the server has said who we are.
 */
import type { MailClient } from '../data/index.ts'
import { refreshSession, session } from './session.ts'
import { startClient } from './start-client.ts'
import { createValue } from './value.ts'

const HINT = 'convergence.signed-in'

const hinted = (): boolean => {
  try {
    return localStorage.getItem(HINT) === '1'
  } catch {
    return false
  }
}

const setHint = (on: boolean): void => {
  try {
    if (on) localStorage.setItem(HINT, '1')
    else localStorage.removeItem(HINT)
  } catch {
    // Storage refused: the next start takes one request longer.
  }
}

export type Stage =
  | { readonly kind: 'starting' }
  | { readonly kind: 'signedOut' }
  /** Signed in, or out of reach of the server with what was kept on this machine. */
  | { readonly kind: 'open'; readonly client: MailClient }

export interface Beginning {
  readonly stage: ReturnType<typeof createValue<Stage>>
}

export const beginSession = (): Beginning => {
  const stage = createValue<Stage>({ kind: 'starting' })
  let early = hinted() ? startClient() : undefined
  const open = () => {
    if (stage.get().kind === 'open') return
    const client = early ?? startClient()
    early = undefined
    stage.set({ kind: 'open', client })
  }
  const follow = () => {
    const now = session.get()
    if (now === undefined) return
    setHint(now.signedIn)
    if (now.signedIn) open()
    else if (stage.get().kind !== 'open') {
      // The client that began too early knows an ended session: the next one is made at sign-in.
      void early?.close()
      early = undefined
      stage.set({ kind: 'signedOut' })
    }
  }
  session.subscribe(follow)
  refreshSession().catch(open)
  return { stage }
}
