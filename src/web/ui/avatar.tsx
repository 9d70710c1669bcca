import css from './avatar.module.css'
import { avatarHue, initials } from './initials.ts'

/** A person's initials on one of eight calm colours that the address always gives. Decorative: not text for anyone. */
export const Avatar = ({ name, email, size = 36 }: { name: string; email: string; size?: number }) => (
  <span
    className={css.avatar}
    data-hue={avatarHue(email || name)}
    data-initials={initials(name || email)}
    style={{ width: size, height: size, fontSize: size * 0.37 }}
    aria-hidden="true"
  />
)
