/**
 * Whom somebody finds in the directory when writing: a rule that an auditor can read, told from what both are. It is about
 * being proposed an address, not about being allowed to write to one that is known. Pure.
 *
 * | who looks | finds |
 * |---|---|
 * | staff | all staff; pupils and parents of the schools they work in |
 * | a pupil | the staff of the school, the pupils of the same classes and groups; as the school says (communication.ts) |
 * | a parent | the staff of the children's schools; as the school says |
 * | somebody without a profile | others without a profile |
 *
 * Accounts without a profile (a service's address, a house without registers) are found by everybody.
 */
import { type Communication, usual } from './communication.ts'
import type { ProfileKind } from './profiles.ts'

/** What somebody is, where: from the profiles in force. */
export interface Standing {
  readonly kind: ProfileKind
  /** Empty: of the académie. */
  readonly uai: string
}

const isFamily = ({ kind }: Standing): boolean => kind === 'pupil' || kind === 'parent'

/** What a school lets a standing of the family find there. */
const findsStaff = ({ kind }: Standing, rules: Communication): boolean =>
  kind === 'pupil' ? rules.pupilsToStaff : rules.parentsToStaff

/**
 * @param classmates whether both are pupils of one class or group
 * @param rulesOf the communication rules of a school
 */
export const maySee = (
  viewer: readonly Standing[],
  other: readonly Standing[],
  classmates: () => boolean = () => false,
  rulesOf: (uai: string) => Communication = () => usual,
): boolean => {
  if (other.length === 0) return true
  if (viewer.length === 0) return false
  const theirStaff = other.filter((one) => !isFamily(one))
  const myStaff = viewer.filter((one) => !isFamily(one))
  if (myStaff.length > 0) {
    if (theirStaff.length > 0) return true
    return other.some(({ uai }) => uai !== '' && myStaff.some((mine) => mine.uai === uai))
  }
  const shares = (mine: Standing, theirs: Standing): boolean => mine.uai !== '' && mine.uai === theirs.uai
  if (viewer.some((mine) => findsStaff(mine, rulesOf(mine.uai)) && theirStaff.some((one) => shares(mine, one))))
    return true
  const pupils = other.filter(({ kind }) => kind === 'pupil')
  return viewer.some((mine) => {
    if (mine.kind !== 'pupil' || pupils.length === 0) return false
    const reach = rulesOf(mine.uai).pupilsToPupils
    if (reach === 'nobody') return false
    return classmates() || (reach === 'school' && pupils.some((one) => shares(mine, one)))
  })
}

/** Whether somebody may write to whole groups of a school: those who work there. */
export const schoolsOfGroups = (viewer: readonly Standing[]): string[] => [
  ...new Set(viewer.filter((one) => !isFamily(one) && one.uai !== '').map(({ uai }) => uai)),
]
