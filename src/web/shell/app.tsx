/** Signed out, or on a page of the gate: the gate. Signed in: the frame with its routes. Each is a chunk of its own. */
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { useTranslation } from 'react-i18next'
import { Announcer } from './announce.tsx'
import { type Beginning, SignedIn } from './begin.ts'
import { ErrorEdge } from './error-edge.tsx'
import { gatePage } from './gate-place.ts'
import { LazyGate } from './lazy-gate.ts'
import { session } from './session.ts'
import { Splash } from './splash.tsx'
import { StepUpHost } from './step-up.tsx'
import { Toasts } from './toasts.tsx'
import { useLive } from './value.ts'

const Main = ({ beginning }: { beginning: Beginning }) => {
  const stage = useLive(beginning.stage)
  const page = useLive(gatePage)
  const who = useLive(session)
  if (stage === 'starting') return <Splash />
  // Somebody who must first do something is held at the gate.
  const isHeld = who?.signedIn === true && who.mustChangePassword
  return stage === 'signedOut' || page !== undefined || isHeld ? <LazyGate /> : <SignedIn />
}

export const App = ({ beginning }: { beginning: Beginning }) => {
  const { i18n } = useTranslation()
  return (
    <I18nProvider locale={i18n.language === 'en' ? 'en-GB' : 'fr-FR'}>
      <ErrorEdge>
        <Main beginning={beginning} />
        <StepUpHost />
      </ErrorEdge>
      <Toasts />
      <Announcer />
    </I18nProvider>
  )
}
