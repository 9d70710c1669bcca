/** The parts of the settings: beside them where there is room, a row above where there is not. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type SectionLink, SectionNav } from '../../ui/section-nav.tsx'

/** Pixels from the top of the page within which a heading is the one that is read. */
const READ_WITHIN = 160

/** The part whose heading was last scrolled past; at the end of the page the last one. */
const currentAmong = (ids: readonly string[], screen: HTMLElement): string | undefined => {
  const isAtEnd = screen.scrollTop > 0 && screen.scrollTop + screen.clientHeight >= screen.scrollHeight - 2
  if (isAtEnd) return ids.findLast((id) => document.getElementById(id) !== null)
  const top = screen.getBoundingClientRect().top + READ_WITHIN
  return ids.findLast(
    (id) => (document.getElementById(id)?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY) < top,
  )
}

/** @param screen id of what scrolls */
export const SettingsNav = ({ links, screen }: { links: readonly Omit<SectionLink, 'to'>[]; screen: string }) => {
  const { t } = useTranslation()
  const ids = links.map(({ id }) => id).join(' ')
  const [current, setCurrent] = useState(links[0]?.id ?? '')
  useEffect(() => {
    const element = document.getElementById(screen)
    if (element === null) return
    const look = () => setCurrent((before) => currentAmong(ids.split(' '), element) ?? before)
    look()
    element.addEventListener('scroll', look, { passive: true })
    return () => element.removeEventListener('scroll', look)
  }, [ids, screen])
  return (
    <SectionNav
      label={t('device.parts')}
      links={links.map((link) => ({ ...link, to: `#${link.id}` }))}
      current={current}
    />
  )
}
