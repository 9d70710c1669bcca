/** The command palette (Ctrl+K): everything by its name. The focus stays in the field, the arrows move the choice. */
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { organised } from '../modules/mail/organise/organised.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { useClient, useMailboxes, useOwnClient } from './client.tsx'
import { openFunctions } from './functions.ts'
import { paletteOpen } from './open-parts.ts'
import css from './palette.module.css'
import { type Command, commandsFor, type PaletteFacts } from './palette-commands.ts'
import { session } from './session.ts'
import { keyCaps } from './shortcut-sheet.tsx'
import { leave } from './sign-out.ts'
import { useLive } from './value.ts'

const PAUSE_MS = 150

/** People whose name or address holds the text. */
const usePeople = (text: string): PaletteFacts['people'] => {
  const client = useClient()
  const [found, setFound] = useState<PaletteFacts['people']>([])
  useEffect(() => {
    if (text.trim().length < 2) return setFound([])
    let current = true
    const timer = setTimeout(() => {
      client.recipients(text.trim()).then(
        (list) => current && setFound(list.filter((one) => one.kind !== 'group')),
        () => undefined,
      )
    }, PAUSE_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [client, text])
  return found
}

const Row = ({
  command,
  id,
  isChosen,
  onPick,
}: {
  command: Command
  id: string
  isChosen: boolean
  onPick: () => void
}) => {
  const { t } = useTranslation()
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isChosen) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isChosen])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the combobox holds focus and keys
    <div ref={row} id={id} role="option" aria-selected={isChosen} className={css.option} onClick={onPick}>
      <Icon name={command.icon} size={18} />
      <span className={css.name}>{command.name}</span>
      {command.more ? <span className={css.more}>{command.more}</span> : null}
      {command.shortcut === undefined
        ? null
        : keyCaps(command.shortcut, t).map((cap) => (
            <span key={cap} className={css.key} aria-hidden="true">
              {cap}
            </span>
          ))}
    </div>
  )
}

export const Palette = () => {
  const { t, i18n } = useTranslation()
  const id = useId()
  const router = useRouter()
  const mailboxes = useMailboxes()
  const { account } = useClient()
  const who = useLive(session)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const people = usePeople(text)
  const functions = useLive(openFunctions)
  const { labels, searches } = useLive(organised)
  const own = useOwnClient()
  const commands = commandsFor({
    ...{ t, mailboxes, account, who, people, text, functions, labels, searches },
    go: (to) => router.history.push(to),
    language: i18n.language,
    leave: () => void leave(own),
  })
  const current = Math.min(at, commands.length - 1)
  const close = () => paletteOpen.set(false)
  const pick = (command: Command | undefined) => {
    if (command === undefined) return
    close()
    // Once the focus is back where it was, so that what is done is done there.
    setTimeout(command.run, 50)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setAt((current + step + commands.length) % Math.max(1, commands.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      pick(commands[current])
    }
  }
  const chosen = commands[current]
  const rowId = (command: Command) => `${id}-${commands.indexOf(command)}`
  return (
    <Dialog title={t('palette.title')} isOpen onClose={close} closeLabel={t('app.close')}>
      <input
        className={css.input}
        type="text"
        role="combobox"
        aria-label={t('palette.label')}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        {...(chosen === undefined ? {} : { 'aria-activedescendant': rowId(chosen) })}
        placeholder={t('palette.label')}
        autoComplete="off"
        spellCheck={false}
        value={text}
        ref={(input) => input?.focus()}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div className={css.list} role="listbox" id={`${id}-list`} aria-label={t('palette.title')}>
        {[...Map.groupBy(commands, ({ group }) => group)].map(([group, some]) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
          <div key={group} role="group" aria-label={t(`palette.${group}`)}>
            <div className={css.group} aria-hidden="true">
              {t(`palette.${group}`)}
            </div>
            {some.map((command) => (
              <Row
                key={command.id}
                command={command}
                id={rowId(command)}
                isChosen={command === chosen}
                onPick={() => pick(command)}
              />
            ))}
          </div>
        ))}
        {commands.length === 0 ? <p className={css.none}>{t('palette.none')}</p> : null}
      </div>
    </Dialog>
  )
}
