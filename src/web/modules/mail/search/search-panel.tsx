/** Under the search field while it is empty: what was looked for lately, and what was saved. Reached by Tab and arrows. */
import { type KeyboardEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../../shell/client.tsx'
import { useLive } from '../../../shell/value.ts'
import { Icon } from '../../../ui/icon.tsx'
import { organised } from '../organise/organised.ts'
import { forgetSearches, recentSearches } from './recent.ts'
import css from './search-panel.module.css'

/** The arrows go through the entries, and from the first back to the field. */
export const walk = (event: KeyboardEvent): void => {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  const form = event.currentTarget.closest('search')
  const stops = [...(form?.querySelectorAll<HTMLElement>('#search, [data-entry]') ?? [])]
  const at = stops.indexOf(document.activeElement as HTMLElement)
  const next = stops[at + step]
  if (at < 0 || next === undefined) return
  event.preventDefault()
  next.focus()
}

export const SearchPanel = ({
  accountId,
  onChoose,
  onForm,
}: {
  accountId: string
  onChoose: (text: string) => void
  onForm: () => void
}) => {
  const { t } = useTranslation()
  const { searches } = useLive(organised)
  const { side } = useClient()
  const [recent, setRecent] = useState<readonly string[]>([])
  useEffect(() => {
    let isGone = false
    void recentSearches(side, accountId).then((list) => isGone || setRecent(list))
    return () => {
      isGone = true
    }
  }, [side, accountId])
  return (
    <section className={css.panel} aria-label={t('organise.suggestions')} onKeyDown={walk}>
      {recent.length === 0 ? null : (
        <div className={css.group}>
          <span>{t('organise.recent')}</span>
          <button
            type="button"
            className={css.forget}
            onClick={() => {
              void forgetSearches(side, accountId)
              setRecent([])
            }}
          >
            {t('organise.forgetRecent')}
          </button>
        </div>
      )}
      {recent.map((text) => (
        <button key={text} type="button" data-entry="" className={css.entry} onClick={() => onChoose(text)}>
          <Icon name="clock" size={16} />
          <span className={css.text}>{text}</span>
        </button>
      ))}
      {searches.length === 0 ? null : <div className={css.group}>{t('organise.searches')}</div>}
      {searches.map(({ id, name, text }) => (
        <button key={id} type="button" data-entry="" className={css.entry} onClick={() => onChoose(text)}>
          <Icon name="search" size={16} />
          <span className={css.text}>{name}</span>
        </button>
      ))}
      <button type="button" data-entry="" className={css.entry} onClick={onForm}>
        <Icon name="settings" size={16} />
        <span className={css.text}>{t('search.filters')}</span>
      </button>
    </section>
  )
}
