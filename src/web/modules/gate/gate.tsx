/**
 * Which page of the gate is shown: by the address, and by how far the person has come in proving who they are. What a
 * page needs of the program is fetched with it.
 */
import { Suspense, useEffect, useState } from 'react'
import { lazyScreen } from '../../i18n/parts.ts'
import { warmAhead } from '../../shell/begin.ts'
import { askMailSession, giveFirstAnswer, giveMailSession } from '../../shell/early.ts'
import { gatePage, isOfTheServer, leave, readWanted, safeThen, type Wanted } from '../../shell/gate-place.ts'
import { preferences } from '../../shell/preferences.ts'
import { refreshSession, type Session, session, takeSession } from '../../shell/session.ts'
import { Splash } from '../../shell/splash.tsx'
import { createValue, useLive } from '../../shell/value.ts'
import { loadMethods } from './methods.ts'
import { type Step, underWay } from './requests.ts'
import { SignInPage } from './sign-in/sign-in-page.tsx'

const FactorPage = lazyScreen(['gate'], () => import('./factor/factor-page.tsx').then((module) => module.FactorPage))
const StepUpPage = lazyScreen(['gate'], () => import('./factor/step-up-page.tsx').then((module) => module.StepUpPage))
const ProfilePage = lazyScreen(['gate'], () => import('./profile-page.tsx').then((module) => module.ProfilePage))
const EnrolPage = lazyScreen(['gate', 'account'], () => import('./enrol-page.tsx').then((module) => module.EnrolPage))
const NewPasswordPage = lazyScreen(['gate'], () =>
  import('./new-password-page.tsx').then((module) => module.NewPasswordPage),
)
const RecoverPage = lazyScreen(['gate'], () => import('./recover/recover-page.tsx').then((m) => m.RecoverPage))
const ResetPage = lazyScreen(['gate'], () => import('./recover/reset-page.tsx').then((module) => module.ResetPage))
const ActivatePage = lazyScreen(['gate'], () => import('./recover/activate-page.tsx').then((m) => m.ActivatePage))
const DevicePage = lazyScreen(['gate'], () => import('./agree/device-page.tsx').then((module) => module.DevicePage))
const ConsentPage = lazyScreen(['gate'], () => import('./agree/consent-page.tsx').then((module) => module.ConsentPage))
const SignedOutPage = lazyScreen(['gate'], () => import('./signed-out-page.tsx').then((module) => module.SignedOutPage))
const AccessibilityPage = lazyScreen(['gate'], () =>
  import('./accessibility-page.tsx').then((module) => module.AccessibilityPage),
)

const METHODS_WAIT_MS = 1500

/** A sign-in that was under way when the page was loaded again; taken by the first page shown. */
let begun: Step | undefined
let asked: Promise<Step | undefined> | undefined

/** Before the first paint: how people sign in here, and how far this one has come, or the page would move afterwards. */
export const prepareGate = async (): Promise<void> => {
  const page = gatePage.get()
  asked = (page === undefined || page === 'login' ? underWay() : Promise.resolve(undefined)).then((step) =>
    step?.next === 'factor' ? step : undefined,
  )
  const ready = Promise.all([
    loadMethods(preferences.get().audience),
    asked.then((step) => {
      if (asked !== undefined) begun = step
    }),
  ])
  await Promise.race([ready, new Promise((resolve) => setTimeout(resolve, METHODS_WAIT_MS))])
}

/** Where the address leads once signed in: what it asks for, or, on a page that needs a person, that page. */
const wantedHere = (): Wanted => {
  const { pathname, search, hash } = window.location
  const wanted = readWanted(search)
  if (gatePage.get() === 'login') return wanted
  return { ...readWanted(''), onward: safeThen(`${pathname}${search}${hash}`) }
}

/** What is still missing of somebody who has a session, for what the address asks. */
const stillMissing = (who: Session, wanted: Wanted): 'password' | 'profile' | 'again' | 'stronger' | undefined => {
  if (who.mustChangePassword) return 'password'
  if (wanted.renew) return 'again'
  if (who.acr < wanted.acr) return 'stronger'
  return who.profile === undefined && who.profiles.length > 1 ? 'profile' : undefined
}

/** Pages of the application, which begin with the mail's session. */
const isOfTheMail = (then: string): boolean => !isOfTheServer(safeThen(then))

/** The mail begins with what came along, and asks for what did not. */
const takeBeginning = ({ mail, first }: Step & { next: 'done' }): void => {
  if (mail === undefined) askMailSession()
  else giveMailSession(mail)
  const { asked, answer } = first ?? {}
  if (typeof asked === 'string' && typeof answer === 'object' && answer !== null) giveFirstAnswer(asked, answer)
}

const Leave = ({ then }: { then: string }) => {
  useEffect(() => leave(then), [then])
  return <Splash />
}

const Flow = ({ expired, wanted }: { expired: boolean; wanted: Wanted }) => {
  const who = useLive(session)
  const [step, setStep] = useState<Step | undefined>(expired ? undefined : begun)
  /** The page stays as it is until the application takes its place. */
  const [done] = useState(() => createValue(false))
  const isDone = useLive(done)
  const then = step !== undefined && 'onward' in step && step.onward !== '' ? safeThen(step.onward) : wanted.onward
  useEffect(() => {
    // Shown once: whoever goes back starts anew. On a slow network the answer comes after the page.
    const isLate = begun === undefined
    begun = undefined
    if (isLate && !expired) void asked?.then((found) => setStep((now) => now ?? found))
    asked = undefined
  }, [expired])
  const finish = async () => {
    await refreshSession().catch(() => undefined)
    if (!expired) leave(then)
  }
  /** What else was asked comes after the new password. */
  const onPassword = async () => {
    await refreshSession().catch(() => undefined)
    const now = session.get()
    if (now?.mustEnrol && !expired) setStep({ next: 'enrol', onward: then })
    else if (now && now.profile === undefined && now.profiles.length > 1)
      setStep({ next: 'profile', profiles: now.profiles, onward: then })
    else if (!expired) leave(then)
  }
  /** Resolves with true where the application takes the page's place. */
  const onStep = async (next: Step): Promise<boolean> => {
    // Somebody in the middle of something is not held up by what can wait.
    if (next.next === 'done' || (expired && next.next === 'enrol')) {
      if (!expired && isOfTheMail(next.onward === '' ? wanted.onward : next.onward)) {
        if (next.next === 'done') takeBeginning(next)
        else askMailSession()
        warmAhead()
        done.set(true)
      }
      if (next.next === 'done' && next.session !== undefined) takeSession(next.session)
      else await refreshSession().catch(() => undefined)
      if (!expired) leave(next.onward === '' ? wanted.onward : safeThen(next.onward))
      return done.get() && session.get()?.signedIn === true
    } else {
      // The page of the new password asks for as much as the session needs.
      if (next.next === 'password') await refreshSession().catch(() => undefined)
      setStep(next)
      return false
    }
  }
  const restart = () => setStep(undefined)
  if (step?.next === 'factor') return <FactorPage step={step} onStep={onStep} onRestart={restart} />
  if (step?.next === 'profile') return <ProfilePage profiles={step.profiles} onChosen={finish} />
  if (step?.next === 'password') return <NewPasswordPage onDone={onPassword} />
  if (step?.next === 'enrol') return <EnrolPage onDone={finish} />
  if (who?.signedIn && !expired) {
    const missing = stillMissing(who, wanted)
    if (missing === undefined && !isDone) return <Leave then={wanted.onward} />
    if (missing === 'password') return <NewPasswordPage onDone={onPassword} />
    if (missing === 'profile') return <ProfilePage profiles={who.profiles} onChosen={finish} />
    if (missing === 'stronger') return <StepUpPage onDone={finish} strong={wanted.acr === 3} />
  }
  return <SignInPage wanted={wanted} expired={expired} onStep={onStep} />
}

const Page = () => {
  const page = useLive(gatePage)
  const who = useLive(session)
  const [wanted, setWanted] = useState(wantedHere)
  // A page of the gate may lead to another, whose address asks for something else.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page is what changes the address
  useEffect(() => setWanted(wantedHere()), [page])
  switch (page) {
    case 'recover':
      return <RecoverPage />
    case 'reset':
      return <ResetPage />
    case 'activate':
      return <ActivatePage />
    case 'signed-out':
      return <SignedOutPage />
    case 'accessibilite':
      return <AccessibilityPage />
    case 'device':
      if (who?.signedIn) return <DevicePage />
      break
    case 'consent':
      if (who?.signedIn) return <ConsentPage />
      break
  }
  return <Flow expired={false} wanted={wanted} />
}

export const Gate = ({ expired = false }: { expired?: boolean }) => (
  <Suspense fallback={<Splash />}>{expired ? <Flow expired wanted={readWanted('')} /> : <Page />}</Suspense>
)
