/** The addresses of the application. A mailbox is named by its role when it has one: `/mail/inbox`. */
import { createRootRoute, createRoute, createRouter, Navigate, redirect } from '@tanstack/react-router'
import { lazyScreen } from '../i18n/parts.ts'
import { MailScreen } from '../modules/mail/mail-screen.tsx'
import { Sorry } from './error-edge.tsx'
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

const SettingsScreen = lazyScreen(['account', 'compose', 'gate', 'codes'], () =>
  import('../modules/settings/settings-screen.tsx').then((module) => module.SettingsScreen),
)
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: SettingsScreen,
})

const AccountScreen = lazyScreen<{ part: string }>(['account', 'gate', 'codes'], () =>
  import('../modules/account/account-screen.tsx').then((module) => module.AccountScreen),
)
const AdminScreen = lazyScreen(['admin', 'account', 'gate', 'codes', 'trust'], () =>
  import('../modules/admin/admin-screen.tsx').then((module) => module.AdminScreen),
)

const Account = () => <AccountScreen part={account.useParams().part} />
const account = createRoute({ getParentRoute: () => root, path: '/account/$part', component: Account })
const accountHome = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: () => <AccountScreen part="security" />,
})

const PortalScreen = lazyScreen(['portal'], () =>
  import('../modules/portal/portal-screen.tsx').then((module) => module.PortalScreen),
)
const portal = createRoute({ getParentRoute: () => root, path: '/portal', component: PortalScreen })

const RulesScreen = lazyScreen(['rules'], () =>
  import('../modules/rules/rules-screen.tsx').then((module) => module.RulesScreen),
)
const rules = createRoute({ getParentRoute: () => root, path: '/rules', component: RulesScreen })

/** Everything is in the query: the paths below /admin are those of the server's own answers. */
const admin = createRoute({
  getParentRoute: () => root,
  path: '/admin',
  component: AdminScreen,
  validateSearch: (given: Record<string, unknown>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(given).flatMap(([key, value]) => {
        const word = text(value)
        return word === undefined ? [] : [[key, word.slice(0, 500)]]
      }),
    ),
})

const tree = root.addChildren([
  home,
  login,
  mailbox.addChildren([thread]),
  search.addChildren([found]),
  settings,
  account,
  accountHome,
  admin,
  portal,
  rules,
])

export const createAppRouter = () =>
  createRouter({ routeTree: tree, defaultPreload: false, defaultErrorComponent: Sorry })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
