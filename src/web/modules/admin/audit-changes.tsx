/** What a save changed, as the log keeps it: each property, what it was and what it is, in words. */
import { useTranslation } from 'react-i18next'
import { tileCategories, tileStates } from '#format/jmap/portal.ts'
import { colon } from '../../i18n/colon.ts'
import { useWhen } from '../account/use-when.ts'
import css from './admin.module.css'

type Change = readonly [property: string, from: string, to: string]

/** The changes of a line's detail; undefined when it is something else. */
export const changesOf = (detail: string): readonly Change[] | undefined => {
  if (!detail.startsWith('{"changed":')) return
  try {
    const read: unknown = JSON.parse(detail)
    const changed: unknown = typeof read === 'object' && read !== null && 'changed' in read ? read.changed : undefined
    if (!Array.isArray(changed)) return
    const whole = changed.filter(
      (one): one is Change => Array.isArray(one) && one.length === 3 && one.every((part) => typeof part === 'string'),
    )
    return whole.length === changed.length ? whole : undefined
  } catch {
    // An older line, cut at its length.
    return
  }
}

const properties = [
  'name',
  'description',
  'category',
  'icon',
  'url',
  'service',
  'state',
  'until',
  'message',
  'rules',
  'order',
] as const

/** Needs the texts `portal` and `tiles`. */
const useChangeWords = () => {
  const { t, i18n } = useTranslation()
  const when = useWhen()
  const word = (text: string): string => (i18n.exists(`kind.${text}`) ? t(`kind.${text as 'teacher'}`) : text)
  /** `teacher|head + 0250001R; -pupil` (domain/portal/tile-changes.ts). */
  const rules = (text: string): string => {
    const each = text.split('; ').map((one) => {
      const said = one.replace(/^-/, '').split(/([|+])/)
      const words = said.map((part) => (part === '|' ? t('tiles.log.or') : part === '+' ? '·' : word(part.trim())))
      return one.startsWith('-') ? t('tiles.log.except', { rule: words.join(' ') }) : words.join(' ')
    })
    return each.join(t('tiles.or'))
  }
  return (property: string, text: string): string => {
    if (property === 'rules') return text === '' ? t('tiles.everybody') : rules(text)
    if (text === '') return t('tiles.log.nothing')
    if (property === 'state') return t(`tiles.states.${tileStates.find((one) => one === text) ?? 'service'}`)
    if (property === 'category') return t(`portal.category.${tileCategories.find((one) => one === text) ?? 'help'}`)
    return property === 'until' ? when(Date.parse(text)) : text
  }
}

export const AuditChanges = ({ changes }: { changes: readonly Change[] }) => {
  const { t } = useTranslation()
  const say = useChangeWords()
  return (
    <ul className={css.changes}>
      {changes.map(([property, from, to]) => {
        const known = properties.find((one) => one === property)
        return (
          <li key={property}>
            {known === undefined ? property : t(`tiles.log.${known}`)}
            {colon()}
            {from === '' && property !== 'rules' ? (
              say(property, to)
            ) : (
              <>
                <del>{say(property, from)}</del> → <ins>{say(property, to)}</ins>
              </>
            )}
          </li>
        )
      })}
    </ul>
  )
}
