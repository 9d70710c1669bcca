/**
 * The first moments: who is signed in is asked at once; where somebody was signed in last time, the mail and its program
 * are asked for beside it instead of after it, and while somebody types a password the program of the mail is fetched.
 * Nothing is shown before the server has said who we are.
 */
import { later, preloadWhenIdle } from '../ui/later.tsx'
import { askMailSession } from './early.ts'
import { gatePage, readWanted } from './gate-place.ts'
import { eraseKept, mayHaveKept, vault } from './keepsakes.ts'
import { refreshSession, session } from './session.ts'
import { Splash } from './splash.tsx'
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
  | 'starting'
  | 'signedOut'
  /** Signed in, or out of reach of the server with what was kept on this machine. */
  | 'open'

export interface Beginning {
  readonly stage: ReturnType<typeof createValue<Stage>>
}

type Program = Promise<typeof import('./signed-in.tsx')>

let program: Program | undefined

/** The program of those who are signed in: a chunk of its own. Kept: a browser takes its time even for what it has. */
export const loadSignedIn = (): Program => {
  program ??= import('./signed-in.tsx').catch((error: unknown) => {
    program = undefined
    throw error
  })
  return program
}

export const SignedIn = later(() => loadSignedIn().then((module) => module.SignedIn), Splash)

/** After the sign-in page is there. */
const PROGRAM_AFTER_MS = 300

/** The session was ended from elsewhere (a lost machine): nothing of it may stay here, nor be shown. */
const forgetAll = async (program: Program | undefined, isShown: boolean): Promise<void> => {
  await program?.then((module) => module.cool({ forget: true })).catch(() => undefined)
  await eraseKept()
  // What was open is in this page's memory.
  if (isShown) window.location.assign('/login')
}

/**
 * The mail of somebody who has just signed in, asked for beside who they are instead of after it, and before the
 * application is made. Only where nothing was kept: what another one left is not to be read before it is known who this is.
 */
export const warmAhead = (): void => {
  if (!mayHaveKept())
    void loadSignedIn().then(
      (module) => module.warm(),
      () => undefined,
    )
}

/** Where the address leads to once signed in. */
const leadsToMail = (): boolean => {
  const page = gatePage.get()
  const wanted = page === 'login' ? readWanted(window.location.search).onward : window.location.pathname
  return (page === undefined || page === 'login') && /^\/(?:$|mail\/inbox$)/.test(wanted)
}

/** The first screen is rehearsed while nobody is signed in; what fails only leaves it as slow as it was. */
const rehearseMail = async (stage: Beginning['stage']): Promise<void> => {
  if (!leadsToMail()) return
  const [{ rehearse }, program] = await Promise.all([import('./rehearsal.tsx'), loadSignedIn()])
  await rehearse(program, () => stage.get() === 'signedOut' && session.get()?.signedIn !== true)
}

export const beginSession = (): Beginning => {
  const stage = createValue<Stage>('starting')
  let early: Program | undefined
  if (hinted() && gatePage.get() === undefined) {
    askMailSession()
    // What was kept is there before the program that shows it.
    void vault()
    early = loadSignedIn()
    void SignedIn.preload().catch(() => undefined)
    void early.then((module) => module.warm()).catch(() => undefined)
  }
  const open = () => {
    if (stage.get() === 'open') return
    // Without its program it shows that itself.
    const ready = loadSignedIn().then(
      (module) => module.together(),
      () => undefined,
    )
    void ready.then(() => session.get()?.signedIn !== false && stage.set('open'))
  }
  const follow = () => {
    const now = session.get()
    if (now === undefined) return
    // A shared computer remembers nobody.
    setHint(now.signedIn && !now.shared)
    const isOpen = stage.get() === 'open'
    if (now.revoked) void forgetAll(isOpen ? loadSignedIn() : early, isOpen)
    if (now.signedIn) open()
    else if (!isOpen) {
      // The client that began too early knows an ended session: the next one is made at sign-in.
      void early?.then((module) => module.cool()).catch(() => undefined)
      early = undefined
      stage.set('signedOut')
      setTimeout(() => preloadWhenIdle([SignedIn.preload, () => rehearseMail(stage)]), PROGRAM_AFTER_MS)
    }
  }
  session.subscribe(follow)
  // Out of reach: what was kept for the person who was signed in is shown; where nobody was, the sign-in page says so.
  refreshSession().catch(() => (hinted() ? open() : stage.set('signedOut')))
  return { stage }
}
