/** One's own account: each part is a page, because each answers one worry. */
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { session } from '../../shell/session.ts'
import { screenTitle } from '../../shell/use-title.ts'
import { useLive } from '../../shell/value.ts'
import { Page } from '../../ui/page.tsx'
import { type SectionLink, SectionNav } from '../../ui/section-nav.tsx'
import { CompromisePart } from '../fraud/compromise-part.tsx'
import { ActivityPart } from './activity-part.tsx'
import { AppsPart } from './apps-part.tsx'
import { DataPart } from './data-part.tsx'
import { DevicesPart } from './devices-part.tsx'
import { FunctionsPart } from './functions-part.tsx'
import { RecoveryPart } from './recovery-part.tsx'
import { SecurityPart } from './security-part.tsx'

const parts = {
  security: { icon: 'shield', Show: SecurityPart },
  recovery: { icon: 'help', Show: RecoveryPart },
  devices: { icon: 'desk', Show: DevicesPart },
  functions: { icon: 'people', Show: FunctionsPart },
  apps: { icon: 'link', Show: AppsPart },
  activity: { icon: 'clock', Show: ActivityPart },
  data: { icon: 'person', Show: DataPart },
  compromise: { icon: 'warning', Show: CompromisePart },
} as const

type PartId = keyof typeof parts
const ids = Object.keys(parts) as PartId[]

export const AccountScreen = ({ part }: { part: string }) => {
  const { t } = useTranslation()
  useLive(session)
  const current = ids.find((id) => id === part) ?? 'security'
  const links: readonly SectionLink[] = ids.map((id) => ({
    id,
    name: t(`account.${id}`),
    icon: parts[id].icon,
    to: `/account/${id}`,
  }))
  useEffect(() => {
    screenTitle.set(`${t(`account.${current}`)} · ${t('account.title')}`)
    const anchor = window.location.hash.slice(1)
    if (anchor !== '') document.getElementById(anchor)?.scrollIntoView()
    return () => screenTitle.set('')
  }, [current, t])
  const { Show } = parts[current]
  return (
    <Page
      title={t(`account.${current}`)}
      aside={<SectionNav label={t('account.nav')} links={links} current={current} />}
    >
      <Show key={current} />
    </Page>
  )
}
