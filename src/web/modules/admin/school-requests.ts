/** The list of schools over plain HTTP. */
import { type SchoolKind, schoolKinds } from '#format/uai/school-kinds.data.ts'
import { type Answer, ask, nothing, records, text } from '../../shell/request.ts'
import { act, query } from './requests.ts'

export interface ListedSchool {
  readonly uai: string
  readonly name: string
  readonly kind: SchoolKind
  readonly department: string
  readonly city: string
  /** `manual`: kept here; otherwise the register that vouches for it. */
  readonly source: string
  readonly isOpen: boolean
}

export interface SchoolsPage {
  readonly schools: readonly ListedSchool[]
  /** Where the next page begins, empty at the end. */
  readonly next: string
}

export const loadSchools = (q: string, after: string): Promise<Answer<SchoolsPage>> =>
  ask(`/admin/schools${query({ q, after, limit: '50' })}`, undefined, (answer) => ({
    schools: records(answer.schools).map((one) => ({
      uai: text(one.uai),
      name: text(one.name),
      kind: schoolKinds.find((kind) => kind === one.kind) ?? 'other',
      department: text(one.department),
      city: text(one.city),
      source: text(one.source),
      isOpen: one.status !== 'closed',
    })),
    next: text(answer.next),
  }))

export const saveSchool = ({ uai, name, kind, city, isOpen }: Omit<ListedSchool, 'department' | 'source'>) =>
  act(
    'schools',
    { uai: uai.trim().toUpperCase(), name: name.trim(), kind, city: city.trim(), status: isOpen ? 'open' : 'closed' },
    nothing,
  )
