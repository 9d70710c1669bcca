import css from './avatar.module.css'
import { avatarHue, initials } from './initials.ts'

/** A person's initials on one of eight calm colours that the address always gives. Decorative. */
export const Avatar = ({ name, email, size = 36 }: { name: string; email: string; size?: number }) => (
  <svg
    className={css.avatar}
    data-hue={avatarHue(email || name)}
    viewBox="0 0 40 40"
    width={size}
    height={size}
    aria-hidden="true"
  >
    <circle cx="20" cy="20" r="20" />
    <text x="20" y="20" dominantBaseline="central" textAnchor="middle">
      {initials(name || email)}
    </text>
  </svg>
)
