import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { Icon, type IconName } from './icon.tsx'
import css from './section-nav.module.css'

export interface SectionLink {
  readonly id: string
  readonly name: string
  readonly icon: IconName
  /** A path, or `#` and the id of a part of the same page. */
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
  const nav = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the current link is another element then
  useEffect(() => {
    // The row of a phone and a long list scroll: where one is must be seen; the page itself stays at its beginning.
    const link = here.current?.getBoundingClientRect()
    const around = nav.current?.getBoundingClientRect()
    if (!link || !around) return
    nav.current?.scrollBy(
      link.left + link.width / 2 - around.left - around.width / 2,
      link.top + link.height / 2 - around.top - around.height / 2,
    )
  }, [current])
  return (
    <nav className={css.nav} aria-label={label} ref={nav}>
      <ul className={css.list}>
        {links.map((link) => (
          <li key={link.id} ref={link.id === current ? here : undefined}>
            {link.to.startsWith('#') ? (
              <a href={link.to} className={css.link} aria-current={link.id === current ? 'location' : undefined}>
                <Icon name={link.icon} size={18} />
                {link.name}
              </a>
            ) : (
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
            )}
          </li>
        ))}
      </ul>
    </nav>
  )
}
