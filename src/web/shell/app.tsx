/** Signed out: the sign-in page. Signed in: the frame with its routes. Expired: sign-in above a frame kept alive. */
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { useTranslation } from 'react-i18next'
import type { MailClient } from '../data/index.ts'
import { Announcer } from './announce.tsx'
import { ClientProvider } from './client.tsx'
import { ErrorEdge } from './error-edge.tsx'
import { ErrorNotices } from './error-notices.tsx'
import { ExpiredCover } from './expired-cover.tsx'
import { createAppRouter } from './router.tsx'
import { refreshSession, session } from './session.ts'
import { SignIn } from './sign-in.tsx'
import { Splash } from './splash.tsx'
import { startClient } from './start-client.ts'
import { Toasts } from './toasts.tsx'
import { useLive } from './value.ts'

const SignedIn = ({ client }: { client: MailClient }) => {
  const router = useMemo(() => createAppRouter(), [])
  return (
    <ClientProvider client={client}>
      <RouterProvider router={router} />
      <ErrorNotices />
      <ExpiredCover />
    </ClientProvider>
  )
}

/** One client for the life of the page, made at the first sign-in. */
const Main = () => {
  const now = useLive(session)
  const [unreachable, setUnreachable] = useState(false)
  const [client, setClient] = useState<MailClient>()
  useEffect(() => {
    refreshSession().catch(() => setUnreachable(true))
  }, [])
  const signedIn = now?.signedIn === true
  useEffect(() => {
    // Without an answer (offline) the cache may still show mail: the client tells what is missing.
    if ((signedIn || unreachable) && client === undefined) setClient(startClient())
  }, [signedIn, unreachable, client])

  if (client !== undefined) return <SignedIn client={client} />
  if (now === undefined || signedIn || unreachable) return <Splash />
  return <SignIn />
}

export const App = () => {
  const { i18n } = useTranslation()
  return (
    <I18nProvider locale={i18n.language === 'en' ? 'en-GB' : 'fr-FR'}>
      <ErrorEdge>
        <Main />
      </ErrorEdge>
      <Toasts />
      <Announcer />
    </I18nProvider>
  )
}
