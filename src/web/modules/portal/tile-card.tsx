/** One service: a link that opens it signed in, its state in words, and a menu with everything drag can do. */
import { type DragEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tile } from '#format/jmap/portal.ts'
import { messageDate } from '../../i18n/format.ts'
import { IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { iconPaths } from '../../ui/icons.data.ts'
import { Menu, type MenuEntry } from '../../ui/menu.tsx'
import css from './portal.module.css'

const iconOf = (name: string): IconName => (Object.hasOwn(iconPaths, name) ? (name as IconName) : 'grid')

/** In the page's language. */
export const useWords = () => {
  const { i18n } = useTranslation()
  return (words: { readonly fr: string; readonly en: string }) => (i18n.language === 'en' ? words.en : words.fr)
}

export const TileState = ({ tile }: { tile: Tile }) => {
  const { t, i18n } = useTranslation()
  const say = useWords()
  if (tile.state === 'service') return null
  const until = tile.until === null ? '' : t('portal.until', { when: messageDate(tile.until, i18n.language) })
  return (
    <span className={css.state} data-state={tile.state}>
      <Icon name={tile.state === 'maintenance' ? 'warning' : 'eye'} size={15} />
      <span>
        <strong>{t(`portal.state.${tile.state}`)}</strong> {until}
        {tile.message === null ? null : <span className={css.stateMore}> {say(tile.message)}</span>}
      </span>
    </span>
  )
}

export interface TileActions {
  readonly entries: (tile: Tile) => readonly MenuEntry[]
  readonly onDragStart?: (tile: Tile) => void
  readonly onDrop?: (tile: Tile) => void
}

/** A tile that is only opened. */
export const noActions: TileActions = { entries: () => [] }

export const TileCard = ({ tile, actions, more }: { tile: Tile; actions: TileActions; more?: string }) => {
  const { t } = useTranslation()
  const say = useWords()
  const [isOver, setOver] = useState(false)
  const [isWhy, setWhy] = useState(false)
  const name = say(tile.name)
  const { onDragStart, onDrop } = actions
  const drag =
    onDragStart === undefined
      ? {}
      : {
          draggable: true,
          onDragStart: (event: DragEvent) => {
            event.dataTransfer.effectAllowed = 'move'
            event.dataTransfer.setData('text/plain', name)
            onDragStart(tile)
          },
          onDragOver: (event: DragEvent) => {
            event.preventDefault()
            setOver(true)
          },
          onDragLeave: () => setOver(false),
          onDrop: (event: DragEvent) => {
            event.preventDefault()
            setOver(false)
            onDrop?.(tile)
          },
        }
  const entries: MenuEntry[] = [
    ...actions.entries(tile),
    { id: 'why', label: t('portal.why'), icon: 'help', apart: true, onAction: () => setWhy(true) },
  ]
  return (
    <li className={css.tile} data-over={isOver || undefined} data-state={tile.state} data-key={tile.key} {...drag}>
      <a className={css.tileLink} href={tile.url}>
        <span className={css.tileIcon}>
          <Icon name={iconOf(tile.icon)} size={24} />
        </span>
        <span className={css.tileText}>
          <span className={css.tileName}>{name}</span>
          <span className={css.tileMore}>{more ?? say(tile.description)}</span>
          <TileState tile={tile} />
        </span>
      </a>
      <span className={css.tileMenu}>
        <Menu
          label={t('portal.menuTitle')}
          trigger={<IconButton icon="more" size={18} label={t('portal.menu', { name })} />}
          entries={entries}
        />
      </span>
      <Dialog
        title={t('portal.whyTitle', { name })}
        isOpen={isWhy}
        onClose={() => setWhy(false)}
        closeLabel={t('portal.close')}
      >
        <p>{say(tile.why)}</p>
      </Dialog>
    </li>
  )
}
