/** What surrounds every page of the gate: the mark, the language, plain language, and one column for what is asked. */
import { type ReactNode, useEffect, useRef } from 'react'
import { ToggleButton } from 'react-aria-components/ToggleButton'
import { useTranslation } from 'react-i18next'
import { Brand } from '../../shell/brand.tsx'
import { LanguageSwitch } from '../../shell/language-switch.tsx'
import { preferences, setPreferences } from '../../shell/preferences.ts'
import { useLive } from '../../shell/value.ts'
import css from './gate.module.css'
import { GateLink } from './gate-link.tsx'
import { useWords } from './use-words.ts'

const Side = ({ motto }: { motto: string }) => (
  <aside className={css.side} aria-hidden="true">
    <div className={css.sideInside}>
      <svg className={css.lines} viewBox="0 0 600 900" preserveAspectRatio="xMaxYMid slice" aria-hidden="true">
        {Array.from({ length: 17 }, (_, i) => {
          const y = -140 + i * 74
          return <path key={y} data-gold={i === 6 || undefined} d={`M-40 ${y} C 240 ${y}, 300 450, 600 450`} />
        })}
      </svg>
      <p className={css.motto}>{motto}</p>
    </div>
  </aside>
)

const EasyToggle = () => {
  const { t } = useTranslation()
  const { easy } = useLive(preferences)
  return (
    <ToggleButton
      className={css.easyToggle ?? ''}
      isSelected={easy}
      onChange={(isOn) => setPreferences({ easy: isOn })}
    >
      {t('gate.easy')}
    </ToggleButton>
  )
}

export interface GateLayoutProps {
  title: string
  subtitle?: ReactNode
  children?: ReactNode
  wide?: boolean
  /** The first page of a visit leaves the focus where the browser put it. */
  isFirst?: boolean
}

/** The focus goes to the title of each new page, so that a screen reader says where one has come. */
export const GateLayout = ({ title, subtitle, children, wide, isFirst = false }: GateLayoutProps) => {
  const { t } = useTranslation()
  const words = useWords()
  const { easy } = useLive(preferences)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`
    if (!isFirst && !heading.current?.parentElement?.contains(document.activeElement)) heading.current?.focus()
  }, [title, isFirst, t])
  return (
    <div className={css.page}>
      <Side motto={t('gate.motto')} />
      <div className={css.main}>
        <header className={css.top}>
          <Brand />
          <div className={css.tools}>
            <EasyToggle />
            <LanguageSwitch />
          </div>
        </header>
        <main className={css.card} data-wide={wide || undefined} data-easy={easy || undefined}>
          <h1 className={css.title} ref={heading} tabIndex={-1}>
            {title}
          </h1>
          <p className={css.subtitle}>{subtitle}</p>
          {children}
        </main>
        <footer className={css.foot}>
          <span>{words('gate.private')}</span>
          <GateLink to="/accessibilite">{t('gate.accessibility')}</GateLink>
        </footer>
      </div>
    </div>
  )
}
