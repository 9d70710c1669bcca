/** The directory of the demonstration: who is what, where, in which class, and who answers for whom. All fictional. */
import type { ClassMembership } from '#domain/directory/classes.ts'
import type { NewProfile } from '#domain/directory/profiles.ts'
import type { SchoolKind } from '#format/uai/school-kinds.data.ts'
import type { School } from '#domain/directory/uai.ts'

/** The kinds of schools as the directory writes them. */
export const kindOf: Readonly<Record<School['kind'], SchoolKind>> = {
  école: 'ecole',
  collège: 'college',
  lycée: 'lycee',
}

const college = '0250001R'
const lycee = '0390001P'
const ecole = '0900001M'

type Class = Pick<ClassMembership, 'class' | 'role'> & Partial<Pick<ClassMembership, 'kind' | 'subject'>>

export interface DemoFacts {
  readonly birthDate?: string
  /** ENTPersonJointure with its académie. */
  readonly joinKey?: string
  /** Already confirmed. */
  readonly rescueMail?: string
  readonly phone?: string
  readonly profiles: readonly NewProfile[]
  /** In the school of the first profile. */
  readonly classes?: readonly Class[]
}

const teacher = (functionCode: string, discipline: string): NewProfile => ({ kind: 'teacher', uai: college, functionCode, discipline, title: `Enseignement — ${discipline}` })
const pupil = (uai: string): NewProfile => ({ kind: 'pupil', uai })
const parent = (uai: string, title: string): NewProfile => ({ kind: 'parent', uai, title })

export const facts: Readonly<Record<string, DemoFacts>> = {
  'anne.martin': { birthDate: '1981-03-14', joinKey: '03|10001', rescueMail: 'anne.martin@famille.example', phone: '+33612340001',
    profiles: [teacher('ENS', 'Lettres modernes')],
    classes: [{ class: '3e B', role: 'main-teacher', subject: 'Français' }, { class: '4e A', role: 'teacher', subject: 'Français' }] },
  'karim.benali': { birthDate: '1986-11-02', joinKey: '03|10002', profiles: [teacher('ENS', 'Mathématiques')],
    classes: [{ class: '3e B', role: 'teacher', subject: 'Mathématiques' }, { class: 'Club robotique', kind: 'group', role: 'teacher' }] },
  'sophie.durand': { birthDate: '1972-06-21', joinKey: '03|10003', rescueMail: 'sophie.durand@famille.example',
    profiles: [{ kind: 'head', uai: college, functionCode: 'DIR', title: 'Principale' }] },
  'fatima.ouali': { birthDate: '1979-09-09', joinKey: '03|10013',
    profiles: [{ kind: 'administrative', uai: college, functionCode: 'ADF', title: 'Principale adjointe' }] },
  'marc.lefevre': { birthDate: '1983-01-30', joinKey: '03|10004',
    profiles: [{ kind: 'school-life', uai: college, functionCode: 'EDU', title: 'Conseiller principal d’éducation' }] },
  'claire.petit': { birthDate: '1977-12-12', joinKey: '03|10005',
    profiles: [{ kind: 'administrative', uai: college, functionCode: 'ADF', title: 'Secrétaire de direction' }] },
  'yann.moreau': { birthDate: '1990-04-05', joinKey: '03|10006',
    profiles: [{ kind: 'technical', uai: lycee, functionCode: 'OUV', title: 'Agent technique' }] },
  'paul.bernard': { birthDate: '1968-02-17', joinKey: '03|10007', profiles: [{ kind: 'head', uai: lycee, functionCode: 'DIR', title: 'Proviseur' }] },
  'julie.faivre': { birthDate: '1985-08-25', joinKey: '03|10008', profiles: [{ kind: 'head', uai: ecole, functionCode: 'DIR', title: 'Directrice' }],
    classes: [{ class: 'CM2', role: 'main-teacher' }] },
  'samira.haddad': { birthDate: '1984-05-19', joinKey: '03|10009', profiles: [teacher('ENS', 'Sciences de la vie et de la Terre'), parent(ecole, 'Parent d’Inès')],
    classes: [{ class: '3e B', role: 'teacher', subject: 'SVT' }, { class: '4e A', role: 'teacher', subject: 'SVT' }] },
  'lea.garnier': { birthDate: '2012-02-08', joinKey: '03|20001', profiles: [pupil(college)],
    classes: [{ class: '3e B', role: 'pupil' }, { class: 'Club robotique', kind: 'group', role: 'pupil' }] },
  'hugo.garnier': { birthDate: '2010-10-23', joinKey: '03|20002', profiles: [pupil(lycee)], classes: [{ class: '2de 4', role: 'pupil' }] },
  'ines.haddad': { birthDate: '2016-07-01', joinKey: '03|20003', profiles: [pupil(ecole)], classes: [{ class: 'CM2', role: 'pupil' }] },
  'emma.roy': { birthDate: '2012-05-30', joinKey: '03|20004', profiles: [pupil(college)], classes: [{ class: '3e B', role: 'pupil' }] },
  'lucas.viennot': { birthDate: '2012-09-17', joinKey: '03|20005', profiles: [pupil(college)], classes: [{ class: '3e B', role: 'pupil' }] },
  'camille.perrin': { birthDate: '2013-03-03', joinKey: '03|20006', profiles: [pupil(college)], classes: [{ class: '4e A', role: 'pupil' }] },
  'camille.perrin2': { birthDate: '2013-03-03', profiles: [pupil(college)], classes: [{ class: '4e A', role: 'pupil' }] },
  'nathalie.garnier': { birthDate: '1982-12-04', joinKey: '03|30001', rescueMail: 'nathalie.garnier@famille.example', phone: '+33612340002',
    profiles: [parent(college, 'Parent de Léa'), parent(lycee, 'Parent de Hugo')] },
  'helene.roux': { birthDate: '1988-03-27', joinKey: '03|10010', profiles: [{ kind: 'academy', title: 'Assistance aux utilisateurs' }] },
  'thomas.girard': { birthDate: '1980-07-15', joinKey: '03|10011', profiles: [{ kind: 'academy', title: 'Direction des systèmes d’information' }] },
}

/** Adult, child. */
export const relations: readonly (readonly [adult: string, child: string])[] = [
  ['nathalie.garnier', 'lea.garnier'],
  ['nathalie.garnier', 'hugo.garnier'],
  ['samira.haddad', 'ines.haddad'],
]

/** Tasks that the head of the school has given. */
export const delegations: readonly { readonly login: string; readonly uai: string; readonly by: string; readonly tasks: readonly string[] }[] = [
  { login: 'fatima.ouali', uai: college, by: 'sophie.durand',
    tasks: ['sheets', 'activation', 'identifier', 'reset', 'code', 'contact', 'merge', 'attach', 'manual-accounts', 'groups', 'block', 'notices', 'tickets'] },
  { login: 'claire.petit', uai: college, by: 'sophie.durand',
    tasks: ['sheets', 'activation', 'identifier', 'reset', 'code', 'contact', 'manual-accounts'] },
  // The helpdesk of the académie answers for every school, and looks at reported frauds.
  ...[college, lycee, ecole].map((uai) => ({ login: 'helene.roux', uai, by: 'thomas.girard', tasks: ['tickets'] })),
]
