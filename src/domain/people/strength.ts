/**
 * Which passwords may be set. CNIL 2022-100: eight characters of three classes are enough behind a throttle such as
 * ours, a long phrase needs no classes; no forced renewal, no secret questions.
 */
import { Failure } from '#base/failure.ts'

const shortest = 8
/** From here on a password is a phrase and needs no mix of classes. */
const phrase = 14

const common = new Set(
  `azerty azerty123 azerty1234 azertyuiop motdepasse password password1 qwerty qwerty123 qwertyuiop 123456789
   1234567890 12345678 bonjour soleil doudou loulou chouchou marseille besancon besancon25 franche-comte jetaime
   nicolas camille administrateur admin123 bienvenue changeme welcome1 iloveyou`.split(/\s+/),
)

const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u]

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/**
 * Throws Failure invalid (property `password`) with one plain sentence when the password is too weak. `about` are words
 * of the person (login, names) that must not be most of it.
 */
export const checkStrength = (password: string, about: readonly string[] = []): void => {
  const refuse = (why: string): never => {
    throw new Failure('invalid', why, { property: 'password' })
  }
  const length = [...password].length
  if (length < shortest) refuse(`The password is too short: use at least ${shortest} characters, or a phrase.`)
  if (/^(.)\1*$/u.test(password)) refuse('The password repeats one character.')
  const plain = folded(password)
  if (common.has(plain) || common.has(plain.replace(/[\d!?.*]+$/, '')))
    refuse('This password is among the first that are guessed.')
  for (const word of about) {
    const own = folded(word)
    if (own.length >= 4 && plain.includes(own) && plain.length - own.length < 6)
      refuse('The password is made of your own name or identifier.')
  }
  if (length < phrase && classes.filter((one) => one.test(password)).length < 3)
    refuse(
      `Mix at least three of: small letters, capitals, digits, signs; or use a phrase of ${phrase} characters or more.`,
    )
}
