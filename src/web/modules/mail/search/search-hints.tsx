import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../../shell/client.tsx'
import { searchIn } from '../../../shell/function-place.ts'
import css from './search-hints.module.css'

/** Before anything is searched: the ways to narrow a search. */
export const SearchHints = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { account } = useClient()
  const hints = [
    ['from:claire', t('search.from')],
    ['to:', t('search.to')],
    ['subject:', t('search.subject')],
    ['has:attachment', t('search.attachment')],
    ['is:unread', t('search.unread')],
    ['before:2026-09-01', t('search.before')],
    ['after:2026-01-01', t('search.after')],
    ['in:sent', t('search.in')],
  ] as const
  return (
    <div className={css.hints} id="list" tabIndex={-1}>
      <h1 className={css.title}>{t('search.title')}</h1>
      <p>{t('search.hint')}</p>
      <dl>
        {hints.map(([operator, meaning]) => (
          <div key={operator} className={css.line}>
            <dt>
              <button
                type="button"
                className={css.operator}
                onClick={() => {
                  void navigate({ to: '/search', search: searchIn(account, operator), replace: true })
                  document.getElementById('search')?.focus()
                }}
              >
                {operator}
              </button>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
