/** What a school may be: written once for the directory, SCIM and the screens. */
export const schoolKinds = ['ecole', 'college', 'lycee', 'lycee-pro', 'service', 'other'] as const
export type SchoolKind = (typeof schoolKinds)[number]
