import type { ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button'
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip'
import css from './button.module.css'
import { classes } from './classes.ts'
import { Icon, type IconName } from './icon.tsx'

export interface ButtonProps extends Omit<AriaButtonProps, 'children' | 'className'> {
  /** `primary`: the one thing to do here; `plain`: everything else; `quiet`: without a frame; `danger`: irreversible. */
  kind?: 'primary' | 'plain' | 'quiet' | 'danger'
  icon?: IconName
  children?: ReactNode
  className?: string | undefined
}

/** A button with words. */
export const Button = ({ kind = 'plain', icon, children, className, ...rest }: ButtonProps) => (
  <AriaButton {...rest} className={classes(css.button, css[kind], className)}>
    {icon === undefined ? null : <Icon name={icon} size={18} />}
    <span className={css.label}>{children}</span>
  </AriaButton>
)

export interface IconButtonProps extends Omit<AriaButtonProps, 'children' | 'className' | 'aria-label'> {
  icon: IconName
  /** The name, read aloud and shown on hover. */
  label: string
  /** Keyboard shortcut, shown beside the name. */
  shortcut?: string | undefined
  filled?: boolean
  size?: number
  className?: string | undefined
}

/** A button with an icon only; its name appears on hover and focus. */
export const IconButton = ({ icon, label, shortcut, filled, size, className, ...rest }: IconButtonProps) => (
  <TooltipTrigger delay={500} closeDelay={0}>
    <AriaButton {...rest} aria-label={label} className={classes(css.iconButton, className)}>
      <Icon name={icon} filled={filled ?? false} size={size ?? 20} />
    </AriaButton>
    <Tip label={label} shortcut={shortcut} />
  </TooltipTrigger>
)

export const Tip = ({ label, shortcut }: { label: string; shortcut?: string | undefined }) => (
  <Tooltip className={classes(css.tip)} offset={6}>
    {label}
    {shortcut === undefined ? null : <kbd className={css.key}>{shortcut}</kbd>}
  </Tooltip>
)
