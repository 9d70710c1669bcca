import type { ReactNode } from 'react'
import { Menu as AriaMenu, MenuItem as AriaMenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Separator } from 'react-aria-components/Separator'
import { classes } from './classes.ts'
import { Icon, type IconName } from './icon.tsx'
import css from './menu.module.css'

export interface MenuEntry {
  id: string
  label: string
  icon?: IconName
  shortcut?: string
  onAction: () => void
  /** Draws a line above. */
  apart?: boolean
  disabled?: boolean
  checked?: boolean
}

/** A menu under the control given as `trigger`. */
export const Menu = ({
  trigger,
  label,
  entries,
  header,
  isOpen,
  onOpenChange,
}: {
  trigger: ReactNode
  label: string
  entries: readonly MenuEntry[]
  header?: ReactNode
  /** With both it can be opened by something else than its trigger (a context menu). */
  isOpen?: boolean
  onOpenChange?: (open: boolean) => void
}) => (
  <MenuTrigger {...(isOpen === undefined ? {} : { isOpen })} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
    {trigger}
    <Popover className={classes(css.popover)} offset={6}>
      {header}
      <AriaMenu className={classes(css.menu)} aria-label={label}>
        {entries.flatMap((entry) => [
          ...(entry.apart ? [<Separator key={`${entry.id}-line`} className={classes(css.line)} />] : []),
          <AriaMenuItem
            key={entry.id}
            id={entry.id}
            textValue={entry.label}
            className={classes(css.item)}
            isDisabled={entry.disabled ?? false}
            onAction={entry.onAction}
          >
            {entry.icon === undefined ? <span className={css.gap} /> : <Icon name={entry.icon} size={18} />}
            <span className={css.label}>{entry.label}</span>
            {entry.checked ? <Icon name="check" size={16} /> : null}
            {entry.shortcut === undefined ? null : <kbd className={css.key}>{entry.shortcut}</kbd>}
          </AriaMenuItem>,
        ])}
      </AriaMenu>
    </Popover>
  </MenuTrigger>
)
