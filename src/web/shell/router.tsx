/** The addresses of the application. A mailbox is named by its role when it has one: `/mail/inbox`. */
import { createRootRoute, createRoute, createRouter, type RouterHistory, redirect } from '@tanstack/react-router'
import { lazyScreen } from '../i18n/parts.ts'
import { MailScreen } from '../modules/mail/mail-screen.tsx'
import { Sorry } from './error-edge.tsx'
import { Frame } from './frame.tsx'
import { NotFound } from './not-found.tsx'

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound })

const toInbox = () => {
  throw redirect({ to: '/mail/$mailbox', params: { mailbox: 'inbox' }, replace: true })
}
const home = createRoute({ getParentRoute: () => root, path: '/', beforeLoad: toInbox })
const login = createRoute({ getParentRoute: () => root, path: '/login', beforeLoad: toInbox })

const mailbox = createRoute({ getParentRoute: () => root, path: '/mail/$mailbox', component: MailScreen })
const thread = createRoute({ getParentRoute: () => mailbox, path: '$thread' })

const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  component: MailScreen,
  validateSearch: (given: Record<string, unknown>): { q?: string; box?: string } => {
    const [q, box] = [text(given.q), text(given.box)]
    return {
      ...(q === undefined ? {} : { q: q.slice(0, 500) }),
      ...(box === undefined ? {} : { box: box.slice(0, 20) }),
    }
  },
})
const found = createRoute({ getParentRoute: () => search, path: '$thread' })

const SettingsScreen = lazyScreen(['account', 'compose', 'gate', 'codes', 'device', 'organise', 'reading'], () =>
  import('../modules/settings/settings-screen.tsx').then((module) => module.SettingsScreen),
)
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: SettingsScreen,
})

const AccountScreen = lazyScreen<{ part: string }>(['account', 'functions', 'gate', 'codes', 'fraud'], () =>
  import('../modules/account/account-screen.tsx').then((module) => module.AccountScreen),
)
const AdminScreen = lazyScreen(
  [
    'admin',
    'account',
    'codes',
    'fraud',
    'functions',
    'gate',
    'guides',
    'notices',
    'portal',
    'support',
    'tiles',
    'trust',
  ],
  () => import('../modules/admin/admin-screen.tsx').then((module) => module.AdminScreen),
)

const Account = () => <AccountScreen part={account.useParams().part} />
const account = createRoute({ getParentRoute: () => root, path: '/account/$part', component: Account })
const accountHome = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: () => <AccountScreen part="security" />,
})

const PortalScreen = lazyScreen(['portal', 'notices'], () =>
  import('../modules/portal/portal-screen.tsx').then((module) => module.PortalScreen),
)
const portal = createRoute({ getParentRoute: () => root, path: '/portal', component: PortalScreen })

const DiagnoseScreen = lazyScreen(['support', 'account', 'gate', 'codes'], () =>
  import('../modules/help/diagnose-screen.tsx').then((module) => module.DiagnoseScreen),
)
const diagnose = createRoute({ getParentRoute: () => root, path: '/diagnose', component: DiagnoseScreen })
const TicketsScreen = lazyScreen(['support', 'account', 'gate', 'codes'], () =>
  import('../modules/help/tickets-screen.tsx').then((module) => module.TicketsScreen),
)
const tickets = createRoute({
  getParentRoute: () => root,
  path: '/tickets',
  component: TicketsScreen,
  validateSearch: (given: Record<string, unknown>): Record<string, string> => {
    const id = text(given.id)
    return id === undefined ? {} : { id: id.slice(0, 20) }
  },
})

const UsageScreen = lazyScreen(['usage', 'organise', 'account', 'gate', 'codes'], () =>
  import('../modules/mail/usage/usage-screen.tsx').then((module) => module.UsageScreen),
)
const usage = createRoute({
  getParentRoute: () => root,
  path: '/usage',
  component: UsageScreen,
  validateSearch: (given: Record<string, unknown>): { box?: string } => {
    const box = text(given.box)
    return box === undefined ? {} : { box: box.slice(0, 20) }
  },
})
const RulesScreen = lazyScreen(['rules', 'organise'], () =>
  import('../modules/rules/rules-screen.tsx').then((module) => module.RulesScreen),
)
const rules = createRoute({
  getParentRoute: () => root,
  path: '/rules',
  component: RulesScreen,
  validateSearch: (given: Record<string, unknown>): { like?: string } => {
    const like = text(given.like)
    return like === undefined ? {} : { like: like.slice(0, 40) }
  },
})

const noticesParts = ['notices', 'account', 'admin', 'gate', 'codes'] as const
const NoticesScreen = lazyScreen(['notices', 'portal'], () =>
  import('../modules/notices/notices-screen.tsx').then((module) => module.NoticesScreen),
)
const AuthorScreen = lazyScreen(noticesParts, () =>
  import('../modules/notices/author-part.tsx').then((module) => module.AuthorScreen),
)
const NotificationsScreen = lazyScreen([...noticesParts, 'portal'], () =>
  import('../modules/notices/notifications-screen.tsx').then((module) => module.NotificationsScreen),
)
const RequestsScreen = lazyScreen([...noticesParts, 'portal'], () =>
  import('../modules/requests/requests-screen.tsx').then((module) => module.RequestsScreen),
)
const AskScreen = lazyScreen(noticesParts, () =>
  import('../modules/requests/ask-screen.tsx').then((module) => module.AskScreen),
)
/** Which one of a list is open. */
const chosen = (name: 'id' | 'n') => (given: Record<string, unknown>) => {
  const value = text(given[name])
  return value === undefined ? {} : { [name]: value.slice(0, 20) }
}
const notices = createRoute({
  getParentRoute: () => root,
  path: '/notices',
  component: NoticesScreen,
  validateSearch: (given: Record<string, unknown>): { id?: string } => chosen('id')(given),
})
const writing = createRoute({
  getParentRoute: () => root,
  path: '/notices/write',
  component: AuthorScreen,
  validateSearch: (given: Record<string, unknown>): { n?: string } => chosen('n')(given),
})
const notifications = createRoute({
  getParentRoute: () => root,
  path: '/notifications',
  component: NotificationsScreen,
})
const requests = createRoute({ getParentRoute: () => root, path: '/requests', component: RequestsScreen })
const asking = createRoute({
  getParentRoute: () => root,
  path: '/requests/ask',
  component: AskScreen,
  validateSearch: (given: Record<string, unknown>): { n?: string } => chosen('n')(given),
})
const SetupScreen = lazyScreen(['setup', 'account'], () =>
  import('../modules/setup/setup-screen.tsx').then((module) => module.SetupScreen),
)
const AgendaScreen = lazyScreen(['agenda', 'account'], () =>
  import('../modules/agenda/agenda-screen.tsx').then((module) => module.AgendaScreen),
)
const agenda = createRoute({
  getParentRoute: () => root,
  path: '/agenda',
  component: AgendaScreen,
  validateSearch: ({ day, view }: Record<string, unknown>): { day?: string; view?: 'month' } => ({
    ...(typeof day === 'string' && /^2\d{3}-\d\d-\d\d$/.test(day) ? { day } : {}),
    ...(view === 'month' ? { view } : {}),
  }),
})
const ContactsScreen = lazyScreen(['contacts', 'account'], () =>
  import('../modules/contacts/contacts-screen.tsx').then((module) => module.ContactsScreen),
)
const contacts = createRoute({
  getParentRoute: () => root,
  path: '/contacts',
  component: ContactsScreen,
  validateSearch: (given: Record<string, unknown>): { id?: string } => chosen('id')(given),
})

const setup = createRoute({ getParentRoute: () => root, path: '/setup', component: SetupScreen })

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
  diagnose,
  tickets,
  notices,
  writing,
  notifications,
  requests,
  asking,
  rules,
  usage,
  setup,
  agenda,
  contacts,
])

/** @param history the browser's own when it is not given */
export const createAppRouter = (history?: RouterHistory) =>
  createRouter({
    routeTree: tree,
    defaultPreload: false,
    defaultErrorComponent: Sorry,
    ...(history === undefined ? {} : { history }),
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
