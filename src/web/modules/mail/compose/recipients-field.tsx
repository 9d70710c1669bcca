/** A line of recipients: chips, and a field that completes from the directory and the past. */
import { type ClipboardEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { GroupRecipient, MailClient, Recipient } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { confirm } from '../../../shell/confirm.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { Avatar } from '../../../ui/avatar.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { addPeople, parsePeople } from './addresses.ts'
import { isAddress, type Person } from './compose-state.ts'
import css from './recipients-field.module.css'

const PAUSE_MS = 120

const keyOf = (item: Recipient): string => (item.kind === 'group' ? item.group : item.email.toLowerCase())

/** What the directory proposes for the text, without those already chosen. */
const useSuggestions = (text: string, people: readonly Person[]) => {
  const client = useClient()
  const [found, setFound] = useState<readonly Recipient[]>([])
  useEffect(() => {
    const wanted = text.trim()
    if (wanted === '') {
      setFound([])
      return
    }
    let current = true
    const timer = setTimeout(() => {
      client.recipients(wanted).then(
        (list) => {
          if (current) setFound(list)
        },
        () => {
          if (current) setFound([])
        },
      )
    }, PAUSE_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [client, text])
  const chosen = new Set(people.map((person) => person.email.toLowerCase()))
  const shown = text.trim() === '' ? [] : found.filter((item) => !chosen.has(keyOf(item))).slice(0, 8)
  return { shown, drop: (gone: Recipient) => setFound((now) => now.filter((item) => item !== gone)) }
}

/** Asks the server for what only it knows of recipients. Rejects when it refuses. */
const askServer = async (client: MailClient, name: string, args: Readonly<Record<string, unknown>>) => {
  const accountId = client.session.get()?.accountId ?? ''
  const [answer] = await client.side.send([{ name, args: { accountId, ...args } }])
  if (!answer?.ok) throw new Error(answer?.type ?? 'no answer')
  return answer.args
}

const Chip = ({ person, onRemove }: { person: Person; onRemove: () => void }) => {
  const { t } = useTranslation()
  const name = person.name || person.email
  const isWrong = !isAddress(person.email)
  return (
    <li className={css.chip} data-wrong={isWrong || undefined} title={person.email}>
      {isWrong ? <Icon name="warning" size={14} /> : null}
      <span className={css.chipName}>{name}</span>
      {isWrong ? <span className={css.spoken}>{t('compose.invalidRecipient', { text: person.email })}</span> : null}
      <button
        type="button"
        className={css.remove}
        aria-label={t('compose.removeRecipient', { name })}
        onClick={onRemove}
      >
        <Icon name="close" size={12} />
      </button>
    </li>
  )
}

const Option = ({
  id,
  item,
  isCurrent,
  onChoose,
  onForget,
}: {
  id: string
  item: Recipient
  isCurrent: boolean
  onChoose: () => void
  onForget: () => void
}) => {
  const { t, i18n } = useTranslation()
  const isGroup = item.kind === 'group'
  const name = isGroup ? item.label[i18n.language === 'en' ? 'en' : 'fr'] : item.name || item.email
  const below = isGroup ? item.place || t('compose.contact') : item.name ? item.email : undefined
  const kind = isGroup
    ? t('compose.groupCount', { count: item.count })
    : item.kind === 'directory'
      ? t('compose.directory')
      : item.kind === 'contact'
        ? t('compose.contact')
        : t('compose.recent')
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the combobox holds focus and keys
    <div
      id={id}
      role="option"
      aria-selected={isCurrent}
      {...(item.kind === 'recent' ? { 'aria-keyshortcuts': 'Shift+Delete' } : {})}
      className={css.option}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      {isGroup ? <Icon name="people" size={24} /> : <Avatar name={item.name ?? ''} email={item.email} size={30} />}
      <span className={css.who}>
        <span className={css.optionName}>{name}</span>
        {below === undefined ? null : <span className={css.email}>{below}</span>}
      </span>
      <span className={css.kind}>{kind}</span>
      {item.kind === 'recent' ? (
        // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: Shift and Delete do the same by keyboard
        <span
          className={css.forget}
          title={t('compose.forget', { email: item.email })}
          onClick={(event) => {
            event.stopPropagation()
            onForget()
          }}
        >
          <Icon name="close" size={14} />
        </span>
      ) : null}
    </div>
  )
}

export interface RecipientsFieldProps {
  label: string
  people: readonly Person[]
  onChange: (people: readonly Person[]) => void
  autoFocus?: boolean
  trailing?: React.ReactNode
}

export const RecipientsField = ({ label, people, onChange, autoFocus, trailing }: RecipientsFieldProps) => {
  const { t, i18n } = useTranslation()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const [closed, setClosed] = useState(false)
  const client = useClient()
  const { shown: suggestions, drop } = useSuggestions(text, people)
  const isOpen = suggestions.length > 0 && !closed
  const current = Math.min(at, suggestions.length - 1)

  const add = (added: readonly Person[]) => {
    if (added.length > 0) onChange(addPeople(people, added))
    setText('')
    setAt(0)
  }
  const openGroup = async ({ group, label }: GroupRecipient) => {
    setText('')
    try {
      const { list } = (await askServer(client, 'Recipient/expand', { group })) as { list: readonly Person[] }
      const name = label[i18n.language === 'en' ? 'en' : 'fr']
      const yes = await confirm({
        title: t('compose.groupTitle', { count: list.length }),
        body: t('compose.groupBody', { name }),
        action: t('compose.groupAdd'),
      })
      if (yes) add(list.map(({ name: person, email }) => ({ name: person || null, email })))
    } catch {
      toast(t('compose.groupFailed'), { tone: 'problem' })
    }
    input.current?.focus()
  }
  const choose = (item: Recipient | undefined) => {
    if (item?.kind === 'group') void openGroup(item)
    else if (item !== undefined) add([{ name: item.name || null, email: item.email }])
    input.current?.focus()
  }
  const forget = (item: Recipient | undefined) => {
    if (item?.kind !== 'recent') return
    drop(item)
    askServer(client, 'Recipient/forget', { emails: [item.email] }).then(
      // Those forgotten, with the rank they come back to.
      ({ people: gone }) => {
        const undo = () => void askServer(client, 'Recipient/remember', { people: gone }).catch(() => undefined)
        toast(t('compose.forgotten'), { undo })
      },
      () => undefined,
    )
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!isOpen) return
      event.preventDefault()
      setAt((current + (event.key === 'ArrowDown' ? 1 : -1) + suggestions.length) % suggestions.length)
    } else if (event.key === 'Delete' && event.shiftKey && isOpen) {
      event.preventDefault()
      forget(suggestions[current])
    } else if (
      (event.key === 'Enter' || event.key === 'Tab') &&
      !event.ctrlKey &&
      !event.metaKey &&
      text.trim() !== ''
    ) {
      event.preventDefault()
      if (isOpen && !isAddress(text.trim())) choose(suggestions[current])
      else add(parsePeople(text))
    } else if ((event.key === ',' || event.key === ';') && text.trim() !== '' && !text.includes('"')) {
      event.preventDefault()
      add(parsePeople(text))
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault()
      event.stopPropagation()
      setClosed(true)
    } else if (event.key === 'Backspace' && text === '' && people.length > 0) onChange(people.slice(0, -1))
  }
  const onPaste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData.getData('text/plain')
    if (!/[,;\n<]/.test(pasted.trim())) return
    event.preventDefault()
    add(parsePeople(text + pasted))
  }
  return (
    <div className={css.field}>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: a press beside the chips goes to the field, which is reachable by itself */}
      <div className={css.box} onClick={() => input.current?.focus()}>
        <ul className={css.chips} aria-label={label}>
          {people.map((person, index) => (
            <Chip
              key={person.email}
              person={person}
              onRemove={() => {
                onChange(people.filter((_, i) => i !== index))
                input.current?.focus()
              }}
            />
          ))}
        </ul>
        <input
          ref={input}
          id={id}
          className={css.input}
          type="text"
          inputMode="email"
          // Without words of its own: the style sheet sees by it whether something is typed.
          placeholder=" "
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          {...(isOpen ? { 'aria-activedescendant': `${id}-${current}` } : {})}
          // biome-ignore lint/a11y/noAutofocus: a new message begins with its recipient
          autoFocus={autoFocus ?? false}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
            setClosed(false)
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={() => {
            if (text.trim() !== '') add(parsePeople(text))
          }}
        />
      </div>
      {trailing}
      <div id={`${id}-list`} role="listbox" className={css.list} aria-label={t('compose.suggestions')} hidden={!isOpen}>
        {suggestions.map((item, index) => (
          <Option
            key={keyOf(item)}
            id={`${id}-${index}`}
            item={item}
            isCurrent={index === current}
            onChoose={() => choose(item)}
            onForget={() => forget(item)}
          />
        ))}
      </div>
    </div>
  )
}
