/**
 * Whom somebody finds in the directory when writing: a rule that an auditor can read, told from what both are. It is about
 * being proposed an address, not about being allowed to write to one that is known. Pure.
 *
 * | who looks | finds |
 * |---|---|
 * | staff | all staff; pupils and parents of the schools they work in |
 * | a pupil | the staff of the school, the pupils of the same classes and groups |
 * | a parent | the staff of the children's schools |
 * | somebody without a profile | others without a profile |
 *
 * Accounts without a profile (a service's address, a house without registers) are found by everybody.
 */
import type { ProfileKind } from './profiles.ts'

/** What somebody is, where: from the profiles in force. */
export interface Standing {
  readonly kind: ProfileKind
  /** Empty: of the académie. */
  readonly uai: string
}

const isFamily = ({ kind }: Standing): boolean => kind === 'pupil' || kind === 'parent'

/** @param classmates whether both are pupils of one class or group */
export const maySee = (
  viewer: readonly Standing[],
  other: readonly Standing[],
  classmates: () => boolean = () => false,
): boolean => {
  if (other.length === 0) return true
  if (viewer.length === 0) return false
  const theirStaff = other.filter((one) => !isFamily(one))
  const myStaff = viewer.filter((one) => !isFamily(one))
  if (myStaff.length > 0) {
    if (theirStaff.length > 0) return true
    return other.some(({ uai }) => uai !== '' && myStaff.some((mine) => mine.uai === uai))
  }
  if (theirStaff.some(({ uai }) => uai !== '' && viewer.some((mine) => mine.uai === uai))) return true
  return viewer.some(({ kind }) => kind === 'pupil') && other.some(({ kind }) => kind === 'pupil') && classmates()
}

/** Whether somebody may write to whole groups of a school: those who work there. */
export const schoolsOfGroups = (viewer: readonly Standing[]): string[] => [
  ...new Set(viewer.filter((one) => !isFamily(one) && one.uai !== '').map(({ uai }) => uai)),
]
