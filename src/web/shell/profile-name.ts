import type { TFunction } from 'i18next'
import type { Profile } from './session.ts'

const kinds = ['teacher', 'head', 'school-life', 'administrative', 'technical', 'pupil', 'parent', 'academy'] as const

export const kindName = (kind: string, t: TFunction): string => {
  const known = kinds.find((one) => one === kind)
  return known === undefined ? kind : t(`kind.${known}`)
}

/** `Enseignant · Collège des Tilleuls`. */
export const profileName = ({ kind, title, schoolName }: Profile, t: TFunction): string =>
  [title || kindName(kind, t), schoolName].filter((part) => part !== '').join(' · ')
