/** Groups of a school, and the rules of who finds whom: over plain HTTP, like the rest of administration. */
import { type Answer, ask, numberOr, records, text } from '../../shell/request.ts'
import { query } from './requests.ts'

export interface Group {
  readonly key: string
  readonly name: string
  readonly count: number
  /** Of a group made by hand; 0 for one that is computed. */
  readonly id: number
}

export const loadGroups = (uai: string): Promise<Answer<readonly Group[]>> =>
  ask(`/admin/groups${query({ uai })}`, undefined, (answer) =>
    records(answer.groups).map((one) => ({
      key: text(one.key),
      name: text(one.name),
      count: numberOr(one.count, 0),
      id: numberOr(one.id, 0),
    })),
  )

export interface Member {
  readonly id: number
  readonly name: string
  readonly login: string
}

export const loadMembers = (key: string): Promise<Answer<readonly Member[]>> =>
  ask(`/admin/groups/members${query({ key, limit: '500' })}`, undefined, (answer) =>
    records(answer.members).map((one) => ({
      id: numberOr(one.id, 0),
      name: text(one.name),
      login: text(one.login),
    })),
  )

export interface Communication {
  /** Which pupils a pupil finds: `classmates`, `school`, `nobody`. */
  readonly pupilsToPupils: string
  readonly pupilsToStaff: boolean
  readonly parentsToStaff: boolean
}

export const loadCommunication = (uai: string): Promise<Answer<Communication>> =>
  ask(`/admin/communication${query({ uai })}`, undefined, (answer) => ({
    pupilsToPupils: text(answer.pupilsToPupils),
    pupilsToStaff: answer.pupilsToStaff === true,
    parentsToStaff: answer.parentsToStaff === true,
  }))
