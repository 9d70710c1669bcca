/** The search field of the top bar: results follow what is typed; Escape or the cross returns to the inbox. */
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { lazyScreen } from '../../../i18n/parts.ts'
import { useClient } from '../../../shell/client.tsx'
import { ALL, joinPlace, searchIn } from '../../../shell/function-place.ts'
import { useAccountHere } from '../../../shell/use-account-here.ts'
import { useLive } from '../../../shell/value.ts'
import { IconButton } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import css from './search-box.module.css'

/** A pause this long in typing starts the search. */
const PAUSE_MS = 150
/** A search that stays so long was meant. */
const MEANT_MS = 1500

const SearchPanel = lazyScreen<{ accountId: string; onChoose: (text: string) => void; onForm: () => void }>(
  ['organise'],
  () => import('./search-panel.tsx').then((module) => module.SearchPanel),
)
const SearchForm = lazyScreen<{ text: string; onClose: () => void }>(['organise'], () =>
  import('./search-form.tsx').then((module) => module.SearchForm),
)

export const SearchBox = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const q = useSearch({ strict: false, select: (search) => search.q })
  const isSearch = useLocation({ select: ({ pathname }) => pathname.startsWith('/search') })
  const accountHere = useAccountHere()
  const [text, setText] = useState(q ?? '')
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // The address changed by itself (Back, a link, another mailbox): the field follows, unless it is being typed in.
  useEffect(() => {
    if (document.activeElement !== input.current) setText(isSearch ? (q ?? '') : '')
  }, [q, isSearch])

  const client = useClient()
  const accountId = useLive(client.session)?.accountId ?? ''
  // From the list of all inboxes one looks in all accounts.
  const account = accountHere === ALL ? ALL : client.account
  const box = useRef<HTMLElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [isForm, setForm] = useState(false)
  useEffect(() => {
    if (!isSearch || q === undefined) return
    const noted = setTimeout(
      () => void import('./recent.ts').then(({ noteSearch }) => noteSearch(client.side, accountId, q)),
      MEANT_MS,
    )
    return () => clearTimeout(noted)
  }, [client, accountId, isSearch, q])

  // Whatever else takes the focus or the pointer: the suggestions have had their time.
  useEffect(() => {
    if (!isOpen) return
    const leave = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false)
    }
    document.addEventListener('focusin', leave)
    document.addEventListener('pointerdown', leave)
    return () => {
      document.removeEventListener('focusin', leave)
      document.removeEventListener('pointerdown', leave)
    }
  }, [isOpen])

  const go = (value: string) => {
    clearTimeout(timer.current)
    if (value.trim() !== '') void navigate({ to: '/search', search: searchIn(account, value), replace: isSearch })
  }
  const clear = () => {
    setOpen(false)
    clearTimeout(timer.current)
    setText('')
    if (isSearch) void navigate({ to: '/mail/$mailbox', params: { mailbox: joinPlace(account, 'inbox') } })
  }
  return (
    <search className={css.search} ref={box}>
      <form
        className={css.form}
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          go(text)
          document.getElementById('list')?.focus()
        }}
      >
        <Icon name="search" size={18} />
        <input
          ref={input}
          id="search"
          className={css.input}
          type="search"
          enterKeyHint="search"
          autoComplete="off"
          spellCheck={false}
          maxLength={500}
          aria-label={t('search.label')}
          placeholder={t('search.placeholder')}
          value={text}
          onFocus={() => {
            setOpen(true)
            if (!isSearch && text === '') return
            input.current?.select()
          }}
          onChange={(event) => {
            const { value } = event.target
            setText(value)
            clearTimeout(timer.current)
            timer.current = setTimeout(() => go(value), PAUSE_MS)
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') {
              const [first] = event.currentTarget.closest('search')?.querySelectorAll<HTMLElement>('[data-entry]') ?? []
              if (first === undefined) return
              event.preventDefault()
              first.focus()
              return
            }
            if (event.key !== 'Escape') return
            event.preventDefault()
            clear()
            document.getElementById('list')?.focus()
          }}
        />
        {text === '' ? null : (
          <IconButton icon="settings" size={18} label={t('search.filters')} onPress={() => setForm(true)} />
        )}
        {text === '' ? (
          <span className={css.key} aria-hidden="true">
            /
          </span>
        ) : (
          <IconButton icon="close" size={16} className={css.clear} label={t('search.clear')} onPress={clear} />
        )}
      </form>
      <Suspense>
        {isOpen && text === '' ? (
          <SearchPanel
            accountId={accountId}
            onChoose={(value) => {
              setText(value)
              setOpen(false)
              go(value)
              document.getElementById('list')?.focus()
            }}
            onForm={() => {
              setOpen(false)
              setForm(true)
            }}
          />
        ) : null}
        {isForm ? <SearchForm text={text} onClose={() => setForm(false)} /> : null}
      </Suspense>
    </search>
  )
}
