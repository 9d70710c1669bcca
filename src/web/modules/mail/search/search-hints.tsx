import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../../shell/client.tsx'
import { searchIn } from '../../../shell/function-place.ts'
import css from './search-hints.module.css'

const meanings = ['from', 'to', 'subject', 'attachment', 'unread', 'before', 'after', 'in'] as const
const french = [
  'de:claire',
  'à:claire',
  'objet:conseil',
  'a:pj',
  'est:nonlu',
  'avant:01/09/2026',
  'depuis:7j',
  'dans:envoyes',
] as const
const english = [
  'from:claire',
  'to:claire',
  'subject:council',
  'has:attachment',
  'is:unread',
  'before:2026-09-01',
  'after:7d',
  'in:sent',
] as const

/** Before anything is searched: the ways to narrow a search. */
export const SearchHints = () => {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const { account } = useClient()
  const operators = i18n.language === 'en' ? english : french
  const hints = meanings.map((meaning, i) => [operators[i] ?? '', t(`search.${meaning}`)] as const)
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
