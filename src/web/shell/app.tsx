/** Signed out: the sign-in page. Signed in: the frame with its routes. Expired: sign-in above a frame kept alive. */
import { RouterProvider } from '@tanstack/react-router'
import { useMemo } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { useTranslation } from 'react-i18next'
import type { MailClient } from '../data/index.ts'
import { Announcer } from './announce.tsx'
import type { Beginning } from './begin.ts'
import { ClientProvider } from './client.tsx'
import { ErrorEdge } from './error-edge.tsx'
import { ErrorNotices } from './error-notices.tsx'
import { ExpiredCover } from './expired-cover.tsx'
import { createAppRouter } from './router.tsx'
import { SignIn } from './sign-in.tsx'
import { Splash } from './splash.tsx'
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

const Main = ({ beginning }: { beginning: Beginning }) => {
  const stage = useLive(beginning.stage)
  if (stage.kind === 'open') return <SignedIn client={stage.client} />
  return stage.kind === 'signedOut' ? <SignIn /> : <Splash />
}

export const App = ({ beginning }: { beginning: Beginning }) => {
  const { i18n } = useTranslation()
  return (
    <I18nProvider locale={i18n.language === 'en' ? 'en-GB' : 'fr-FR'}>
      <ErrorEdge>
        <Main beginning={beginning} />
      </ErrorEdge>
      <Toasts />
      <Announcer />
    </I18nProvider>
  )
}
