import css from './icon.module.css'
import { type IconName, iconPaths } from './icons.data.ts'

export type { IconName }

/** A decorative icon: the control that holds it carries the name. */
export const Icon = ({ name, filled = false, size = 20 }: { name: IconName; filled?: boolean; size?: number }) => (
  <svg
    className={css.icon}
    viewBox="0 0 20 20"
    width={size}
    height={size}
    data-filled={filled || undefined}
    data-dots={name === 'more' || undefined}
    aria-hidden="true"
    focusable="false"
  >
    <path d={iconPaths[name]} />
  </svg>
)
