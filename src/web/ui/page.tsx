/** A page of sections: one column, headings that say what each is for, cards for what can be acted on. */
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import css from './page.module.css'

export const Page = ({
  title,
  wide,
  aside,
  children,
}: {
  title: string
  wide?: boolean
  aside?: ReactNode
  children: ReactNode
}) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
  <main className={css.screen} id="list" tabIndex={0}>
    <div className={classes(css.column, wide && css.wide, aside !== undefined && css.withAside)}>
      {aside}
      <div className={css.content}>
        <h1 className={css.title}>{title}</h1>
        {children}
      </div>
    </div>
  </main>
)

export const Section = ({
  id,
  title,
  intro,
  children,
}: {
  id: string
  /** None where the page's own title says it. */
  title?: string
  intro?: ReactNode
  children?: ReactNode
}) => (
  <section
    className={classes(css.section, title === undefined && css.first)}
    {...(title === undefined ? {} : { 'aria-labelledby': id })}
  >
    {title === undefined ? null : (
      <h2 className={css.heading} id={id}>
        {title}
      </h2>
    )}
    {intro === undefined ? null : <p className={css.intro}>{intro}</p>}
    {children}
  </section>
)

export const Card = ({ children, className }: { children: ReactNode; className?: string | undefined }) => (
  <div className={classes(css.card, className)}>{children}</div>
)

/** A thing with a line or two about it, and what can be done with it. */
export const Item = ({
  title,
  more,
  tag,
  children,
}: {
  title: ReactNode
  more?: ReactNode
  tag?: string | undefined
  children?: ReactNode
}) => (
  <li className={css.item}>
    <div className={css.itemText}>
      <p className={css.itemTitle}>
        {title}
        {tag === undefined || tag === '' ? null : <span className={css.tag}>{tag}</span>}
      </p>
      {more === undefined || more === '' ? null : <p className={css.more}>{more}</p>}
    </div>
    {children === undefined ? null : <div className={css.itemActions}>{children}</div>}
  </li>
)

export const Items = ({ children, empty, busy }: { children: readonly ReactNode[]; empty?: string; busy?: boolean }) =>
  children.length === 0 ? (
    <p className={css.empty} aria-busy={busy ?? false}>
      {busy ? '\u00a0' : empty}
    </p>
  ) : (
    <ul className={css.items}>{children}</ul>
  )

/** Side by side where there is room: a field and its button, two buttons. */
export const Line = ({ children }: { children: ReactNode }) => <div className={css.line}>{children}</div>

export const Stack = ({ children }: { children: ReactNode }) => <div className={css.stack}>{children}</div>

/** Something good or noteworthy; `role=status`, so that it is said. */
export const Note = ({ children, tone = 'plain' }: { children: ReactNode; tone?: 'plain' | 'problem' | 'mark' }) => (
  <div className={css.note} data-tone={tone} role={tone === 'problem' ? 'alert' : 'status'}>
    {children}
  </div>
)
