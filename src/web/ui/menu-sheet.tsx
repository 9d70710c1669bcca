import { type ReactNode, type RefObject, useRef } from 'react'
import { Menu as AriaMenu, MenuItem as AriaMenuItem } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Separator } from 'react-aria-components/Separator'
import { classes } from './classes.ts'
import { Icon } from './icon.tsx'
import css from './menu.module.css'
import type { MenuEntry, MenuFocus } from './menu.tsx'

/** What `Menu` opens; mounted while it is open. */
export const MenuSheet = ({
  triggerRef,
  labelledBy,
  label,
  entries,
  header,
  focus,
  onClose,
}: {
  triggerRef: RefObject<HTMLElement | null>
  labelledBy: string
  label: string
  entries: readonly MenuEntry[]
  header?: ReactNode
  focus: MenuFocus
  onClose: () => void
}) => {
  const scroller = useRef<HTMLDivElement>(null)
  return (
    <Popover
      className={classes(css.popover)}
      trigger="MenuTrigger"
      triggerRef={triggerRef}
      scrollRef={scroller}
      placement="bottom start"
      offset={6}
      aria-labelledby={labelledBy}
      isOpen
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      {header}
      <AriaMenu
        ref={scroller}
        className={classes(css.menu)}
        aria-label={label}
        autoFocus={focus === 'menu' ? true : focus}
        onClose={onClose}
      >
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
            {entry.icon === undefined ? (
              <span
                className={entry.swatch === undefined ? css.gap : css.swatch}
                style={entry.swatch === undefined ? undefined : { background: entry.swatch }}
              />
            ) : (
              <Icon name={entry.icon} size={18} />
            )}
            <span className={css.label}>{entry.label}</span>
            {entry.checked ? <Icon name="check" size={16} /> : null}
            {entry.shortcut === undefined ? null : <kbd className={css.key}>{entry.shortcut}</kbd>}
          </AriaMenuItem>,
        ])}
      </AriaMenu>
    </Popover>
  )
}
