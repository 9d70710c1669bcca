import { Link } from '@tanstack/react-router'
import { useEffect, useId, useRef } from 'react'
import { Icon, type IconName } from './icon.tsx'
import css from './section-nav.module.css'

export interface SectionLink {
  readonly id: string
  readonly name: string
  readonly icon: IconName
  /** A path, or `#` and the id of a part of the same page. */
  readonly to: string
  readonly search?: Record<string, string>
  /** What it belongs to, where there are many: those of a group follow one another under its name. */
  readonly group?: string
}

/** Links under the name that they share, in their order. */
const grouped = (links: readonly SectionLink[]): readonly (readonly SectionLink[])[] => {
  const groups: SectionLink[][] = []
  for (const link of links) {
    const last = groups.at(-1)
    if (last !== undefined && last[0]?.group === link.group) last.push(link)
    else groups.push([link])
  }
  return groups
}

const To = ({ link, isHere }: { link: SectionLink; isHere: boolean }) => {
  const inside = (
    <>
      <Icon name={link.icon} size={18} />
      {link.name}
    </>
  )
  return link.to.startsWith('#') ? (
    <a href={link.to} className={css.link} aria-current={isHere ? 'location' : undefined}>
      {inside}
    </a>
  ) : (
    <Link
      to={link.to}
      search={link.search ?? {}}
      activeOptions={{ exact: true }}
      className={css.link}
      aria-current={isHere ? 'page' : undefined}
    >
      {inside}
    </Link>
  )
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
  const id = useId()
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
      {grouped(links).map((group, at) => {
        const name = group[0]?.group
        return (
          <div key={group[0]?.id} className={css.group}>
            {name === undefined ? null : (
              <p className={css.name} id={`${id}-${at}`}>
                {name}
              </p>
            )}
            <ul className={css.list} aria-labelledby={name === undefined ? undefined : `${id}-${at}`}>
              {group.map((link) => (
                <li key={link.id} ref={link.id === current ? here : undefined}>
                  <To link={link} isHere={link.id === current} />
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </nav>
  )
}
