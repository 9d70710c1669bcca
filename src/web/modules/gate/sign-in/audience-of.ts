import { type Audience, audiences } from '../../../shell/preferences.ts'

const byKind: Readonly<Record<string, Audience>> = {
  teacher: 'staff',
  head: 'staff',
  'school-life': 'staff',
  academy: 'administrative',
  technical: 'administrative',
}

/** Who signs in, from the kind of profile that a service asks for. */
export const audienceOf = (kind: string): Audience | undefined =>
  audiences.find((audience) => audience === kind) ?? (Object.hasOwn(byKind, kind) ? byKind[kind] : undefined)
