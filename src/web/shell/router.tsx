/** The addresses of the application. A mailbox is named by its role when it has one: `/mail/inbox`. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  redirect,
} from '@tanstack/react-router'
import { MailScreen } from '../modules/mail/mail-screen.tsx'
import { Frame } from './frame.tsx'
import { NotFound } from './not-found.tsx'

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: () => <Navigate to="/mail/$mailbox" params={{ mailbox: 'inbox' }} replace />,
})

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  beforeLoad: () => {
    throw redirect({ to: '/mail/$mailbox', params: { mailbox: 'inbox' }, replace: true })
  },
})

const mailbox = createRoute({ getParentRoute: () => root, path: '/mail/$mailbox', component: MailScreen })
const thread = createRoute({ getParentRoute: () => mailbox, path: '$thread' })

const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  component: MailScreen,
  validateSearch: (given: Record<string, unknown>): { q?: string } => {
    const q = text(given.q)
    return q === undefined ? {} : { q: q.slice(0, 500) }
  },
})
const found = createRoute({ getParentRoute: () => search, path: '$thread' })

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('../modules/settings/settings-screen.tsx'), 'SettingsScreen'),
})

const tree = root.addChildren([home, login, mailbox.addChildren([thread]), search.addChildren([found]), settings])

export const createAppRouter = () => createRouter({ routeTree: tree, defaultPreload: false })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
