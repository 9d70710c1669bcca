/** Codes of the Éducation nationale by profile (SDET, AAF) and by kind of school. */
import type { ProfileKind } from '#store/schema/directory.ts'

export interface ProfileCodes {
  /** SDET profile, the series by number and the one by word. */
  readonly number: string
  readonly word: string
  /** AAF `categoriePersonne`. */
  readonly category: 'Eleve' | 'PersRelEleve' | 'PersEducNat'
  /** eduPerson, for the research federation's services. */
  readonly affiliation: readonly string[]
}

export const profileCodes: Readonly<Record<ProfileKind, ProfileCodes>> = {
  pupil: { number: 'National_1', word: 'National_ELV', category: 'Eleve', affiliation: ['student', 'member'] },
  parent: { number: 'National_2', word: 'National_TUT', category: 'PersRelEleve', affiliation: ['affiliate'] },
  teacher: { number: 'National_3', word: 'National_ENS', category: 'PersEducNat', affiliation: ['faculty', 'member'] },
  head: { number: 'National_4', word: 'National_DIR', category: 'PersEducNat', affiliation: ['staff', 'member'] },
  'school-life': {
    number: 'National_5',
    word: 'National_EVS',
    category: 'PersEducNat',
    affiliation: ['staff', 'member'],
  },
  administrative: {
    number: 'National_6',
    word: 'National_ETA',
    category: 'PersEducNat',
    affiliation: ['staff', 'member'],
  },
  technical: { number: 'National_6', word: 'National_ETA', category: 'PersEducNat', affiliation: ['staff', 'member'] },
  academy: { number: 'National_7', word: 'National_ACA', category: 'PersEducNat', affiliation: ['staff', 'member'] },
}

/** Type of school in FrEduRne: `T3$LYC$3000`; kinds whose codes are not known stay empty. */
export const schoolTypes: Readonly<Record<string, string>> = {
  lycee: 'T3$LYC$3000',
  'lycee-pro': 'T3$LP$3200',
  college: 'T3$CLG$3400',
}
