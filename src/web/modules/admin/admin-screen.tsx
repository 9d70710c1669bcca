/** Administration: only the parts in which the viewer has a task. */
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { session } from '../../shell/session.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { screenTitle } from '../../shell/use-title.ts'
import { useLive } from '../../shell/value.ts'
import type { IconName } from '../../ui/icon.tsx'
import { Note, Page } from '../../ui/page.tsx'
import { SectionNav } from '../../ui/section-nav.tsx'
import { Loading } from '../account/loading.tsx'
import { OfficialPage } from '../fraud/official-page.tsx'
import { PracticePage } from '../fraud/practice-page.tsx'
import { TriagePage } from '../fraud/triage-page.tsx'
import { ActivationPage } from './activation-page.tsx'
import { AuditPage } from './audit-page.tsx'
import { CasesPage } from './cases-page.tsx'
import { CommunicationPage } from './communication-page.tsx'
import { ComponentsPage } from './components-page.tsx'
import { ContactsPage } from './contacts-page.tsx'
import { ContentPage } from './content-page.tsx'
import { DelegationsPage } from './delegations-page.tsx'
import { DuplicatesPage } from './duplicates-page.tsx'
import { ErrorsPage } from './errors/errors-page.tsx'
import { FunctionsPage } from './functions-page.tsx'
import { GroupsPage } from './groups-page.tsx'
import { GuidesPage } from './guides/guides-page.tsx'
import { IncidentsPage } from './incidents-page.tsx'
import { PeoplePage } from './people-page.tsx'
import { PersonPage } from './person-page.tsx'
import { PreviewPage } from './preview/preview-page.tsx'
import { QuietPage } from './quiet-page.tsx'
import { loadScope, type Scope } from './requests.ts'
import { SchoolsPage } from './schools-page.tsx'
import { TicketsPage } from './tickets-page.tsx'
import { TilesPage } from './tiles/tiles-page.tsx'
import { ProvidersPage } from './trust/providers-page.tsx'
import { ProvisioningPage } from './trust/provisioning-page.tsx'
import { ServicesPage } from './trust/services-page.tsx'
import { useAdminPlace } from './use-place.ts'
import { hasTask, ScopeContext } from './use-scope.ts'

interface Part {
  readonly group: 'directory' | 'help' | 'safety' | 'portal' | 'links'
  readonly icon: IconName
  readonly isFor: (scope: Scope) => boolean
  /** `again` reads anew what the viewer may administer. */
  readonly show: (search: Readonly<Record<string, string>>, again: () => void) => ReactNode
}

const forTask = (task: string) => (scope: Scope) => hasTask(scope, task)
const forPlatform = (scope: Scope) => scope.isPlatform

const parts = {
  people: {
    group: 'directory',
    icon: 'people',
    isFor: ({ isPlatform, schools }) => isPlatform || schools.length > 0,
    show: ({ id }) => (id === undefined ? <PeoplePage /> : <PersonPage key={id} id={id} />),
  },
  schools: {
    group: 'directory',
    icon: 'school',
    isFor: forTask('schools'),
    show: (_search, again) => <SchoolsPage onSaved={again} />,
  },
  activation: { group: 'directory', icon: 'check', isFor: forTask('activation'), show: () => <ActivationPage /> },
  cases: { group: 'directory', icon: 'key', isFor: forTask('reset'), show: () => <CasesPage /> },
  duplicates: { group: 'directory', icon: 'copy', isFor: forTask('merge'), show: () => <DuplicatesPage /> },
  delegations: { group: 'directory', icon: 'swap', isFor: forTask('delegate'), show: () => <DelegationsPage /> },
  groups: {
    group: 'directory',
    icon: 'people',
    isFor: forTask('groups'),
    show: ({ key }) => <GroupsPage key={key} open={key} />,
  },
  communication: {
    group: 'directory',
    icon: 'mail',
    isFor: forTask('communication'),
    show: () => <CommunicationPage />,
  },
  functions: { group: 'directory', icon: 'inbox', isFor: forPlatform, show: () => <FunctionsPage /> },
  tickets: { group: 'help', icon: 'help', isFor: forTask('tickets'), show: () => <TicketsPage /> },
  incidents: { group: 'help', icon: 'warning', isFor: forTask('incidents'), show: () => <IncidentsPage /> },
  components: { group: 'help', icon: 'grid', isFor: forTask('incidents'), show: () => <ComponentsPage /> },
  contacts: { group: 'help', icon: 'phone', isFor: forTask('contacts'), show: () => <ContactsPage /> },
  guides: { group: 'help', icon: 'read', isFor: forTask('guides'), show: () => <GuidesPage /> },
  errors: { group: 'help', icon: 'search', isFor: forTask('guides'), show: () => <ErrorsPage /> },
  frauds: {
    group: 'safety',
    icon: 'shield',
    isFor: ({ frauds }) => frauds.includes('see'),
    show: () => <TriagePage />,
  },
  practice: {
    group: 'safety',
    icon: 'flag',
    isFor: ({ frauds }) => frauds.includes('practise'),
    show: () => <PracticePage />,
  },
  official: { group: 'safety', icon: 'lock', isFor: forTask('official'), show: () => <OfficialPage /> },
  tiles: { group: 'portal', icon: 'grid', isFor: forTask('portal'), show: () => <TilesPage /> },
  preview: { group: 'portal', icon: 'eye', isFor: forTask('portal'), show: () => <PreviewPage /> },
  content: { group: 'portal', icon: 'download', isFor: forTask('content'), show: () => <ContentPage /> },
  quiet: { group: 'portal', icon: 'mute', isFor: forPlatform, show: () => <QuietPage /> },
  services: { group: 'links', icon: 'link', isFor: forPlatform, show: () => <ServicesPage /> },
  providers: { group: 'links', icon: 'globe', isFor: forPlatform, show: () => <ProvidersPage /> },
  provisioning: { group: 'links', icon: 'swap', isFor: forPlatform, show: () => <ProvisioningPage /> },
  audit: {
    group: 'links',
    icon: 'clock',
    isFor: (scope) => scope.isPlatform || scope.schools.some(({ role }) => role === 'head'),
    show: () => <AuditPage />,
  },
} as const satisfies Readonly<Record<string, Part>>

type PartId = keyof typeof parts
const ids = Object.keys(parts) as PartId[]
/** More parts than these are told apart by the names of their groups. */
const MANY = 10

const Inside = ({ scope, again }: { scope: Scope; again: () => void }) => {
  const { t } = useTranslation()
  const { search } = useAdminPlace()
  const open = ids.filter((id) => parts[id].isFor(scope))
  const current = open.find((id) => id === search.page) ?? open[0] ?? 'people'
  useEffect(() => {
    screenTitle.set(`${t(`admin.${current}`)} · ${t('admin.title')}`)
    return () => screenTitle.set('')
  }, [current, t])
  const links = open.map((id) => ({
    id,
    name: t(`admin.${id}`),
    icon: parts[id].icon,
    to: '/admin',
    search: { page: id },
    ...(open.length > MANY ? { group: t(`admin.part.${parts[id].group}`) } : {}),
  }))
  return (
    <ScopeContext value={scope}>
      <Page
        title={t(`admin.${current}`)}
        wide
        aside={<SectionNav label={t('admin.nav')} links={links} current={current} />}
      >
        {parts[current].show(search, again)}
      </Page>
    </ScopeContext>
  )
}

/** An administrator whose session is not strong enough is told what to do about it. */
const Weak = () => {
  const { t } = useTranslation()
  return (
    <Note tone="mark">
      <p>
        <strong>{t('admin.enrol')}</strong> {t('admin.enrolMore')}
      </p>
      <p>
        <Link to="/account/$part" params={{ part: 'security' }}>
          {t('admin.enrolGo')}
        </Link>
      </p>
    </Note>
  )
}

const isEmpty = ({ isPlatform, academy, schools, frauds }: Scope): boolean =>
  !isPlatform && academy.length === 0 && schools.length === 0 && frauds.length === 0

export const AdminScreen = () => {
  const { t } = useTranslation()
  const who = useLive(session)
  const scope = useLoaded(who?.admin ? 'strong' : 'weak', loadScope)
  const isWeak = who?.administrator === true && !who.admin
  if (scope.value !== undefined && !isEmpty(scope.value))
    return scope.value.isStrong ? (
      <Inside scope={scope.value} again={() => void scope.reload()} />
    ) : (
      <Page title={t('admin.title')}>
        <Weak />
      </Page>
    )
  if (scope.value !== undefined)
    return (
      // Whoever has no task is told so, not sent to get a second proof that would open nothing.
      <Page title={t('admin.title')}>{isWeak ? <Weak /> : <Note>{t('admin.nobody')}</Note>}</Page>
    )
  return (
    <Page title={t('admin.title')}>
      {isWeak && scope.problem !== undefined ? <Weak /> : <Loading of={scope}>{() => null}</Loading>}
    </Page>
  )
}
