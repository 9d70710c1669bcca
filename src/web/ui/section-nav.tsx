import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { Icon, type IconName } from './icon.tsx'
import css from './section-nav.module.css'

export interface SectionLink {
  readonly id: string
  readonly name: string
  readonly icon: IconName
  readonly to: string
  readonly search?: Record<string, string>
}

/** The parts of a module: beside the page where there is room, a row that scrolls where there is not. */
export const SectionNav = ({
  label,
  links,
  current,
}: {
  label: string
  links: readonly SectionLink[]
  current: string
}) => {
  const here = useRef<HTMLLIElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the current link is another element then
  useEffect(() => {
    // On a phone the row scrolls: where one is must be seen.
    here.current?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [current])
  return (
    <nav className={css.nav} aria-label={label}>
      <ul className={css.list}>
        {links.map((link) => (
          <li key={link.id} ref={link.id === current ? here : undefined}>
            <Link
              to={link.to}
              search={link.search ?? {}}
              activeOptions={{ exact: true }}
              className={css.link}
              aria-current={link.id === current ? 'page' : undefined}
            >
              <Icon name={link.icon} size={18} />
              {link.name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
