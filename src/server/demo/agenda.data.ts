/** What is in the agendas of the demonstration, always around today. */
export interface DemoEvent {
  readonly to: readonly string[]
  readonly title: string
  readonly place?: string
  readonly note?: string
  /** Days from today; a Saturday or a Sunday becomes the Monday after. */
  readonly inDays: number
  /** `17:30` in Paris; without it the whole day. */
  readonly at?: string
  readonly minutes?: number
  readonly rule?: string
  readonly remindMinutes?: number
}

const staff = ['anne.martin', 'karim.benali', 'samira.haddad', 'sophie.durand', 'fatima.ouali', 'marc.lefevre']
const pupils = ['lea.garnier']

export const events: readonly DemoEvent[] = [
  { to: ['anne.martin'], title: 'Français, 3e B', place: 'Salle 12', inDays: 1, at: '08:00', minutes: 55, rule: 'FREQ=WEEKLY', remindMinutes: 10 },
  { to: ['anne.martin'], title: 'Rendez-vous avec Mme Garnier', place: 'Salle des professeurs', inDays: 2, at: '17:15', minutes: 30, note: 'Orientation de Léa après la 3e.' },
  { to: staff, title: 'Conseil de classe de 3e B', place: 'Salle du conseil', inDays: 3, at: '17:30', minutes: 90, remindMinutes: 60 },
  { to: staff, title: 'Réunion parents-professeurs', place: 'Réfectoire', inDays: 6, at: '17:00', minutes: 180 },
  { to: [...staff, ...pupils, 'nathalie.garnier'], title: 'Journée portes ouvertes du collège', place: 'Collège des Tilleuls', inDays: 5 },
  { to: ['sophie.durand', 'fatima.ouali', 'marc.lefevre', 'claire.petit'], title: 'Réunion de direction', place: 'Bureau de la principale', inDays: 1, at: '09:00', minutes: 60, rule: 'FREQ=WEEKLY' },
  { to: ['sophie.durand'], title: 'Commission permanente', place: 'Rectorat, salle B', inDays: 4, at: '14:00', minutes: 120 },
  { to: ['marc.lefevre'], title: 'Point sur les absences', place: 'Vie scolaire', inDays: 1, at: '11:00', minutes: 30, rule: 'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR' },
  { to: pupils, title: 'Devoir de mathématiques', place: 'Salle 7', inDays: 2, at: '10:00', minutes: 55, remindMinutes: 1440 },
  { to: ['lea.garnier', 'nathalie.garnier'], title: 'Sortie au musée des Beaux-Arts', place: 'Besançon', inDays: 4, at: '13:30', minutes: 180 },
  { to: ['nathalie.garnier'], title: 'Rendez-vous avec Mme Martin', place: 'Collège des Tilleuls', inDays: 2, at: '17:15', minutes: 30 },
  { to: ['hugo.garnier'], title: 'Oral blanc de français', place: 'Salle 204', inDays: 3, at: '15:00', minutes: 40, remindMinutes: 60 },
  { to: ['paul.bernard'], title: 'Conseil d’administration', place: 'Salle polyvalente', inDays: 3, at: '18:00', minutes: 150 },
  { to: ['julie.faivre'], title: 'Conseil des maîtres', place: 'École', inDays: 2, at: '12:00', minutes: 60 },
  { to: ['helene.roux', 'thomas.girard'], title: 'Point hebdomadaire de l’assistance', place: 'Visioconférence', inDays: 1, at: '09:30', minutes: 45, rule: 'FREQ=WEEKLY' },
  { to: ['thomas.girard'], title: 'Maintenance des serveurs', place: 'Salle machines', inDays: 5, at: '19:00', minutes: 120 },
  { to: ['claire.petit', 'yann.moreau'], title: 'Commission hygiène et sécurité', place: 'Salle du conseil', inDays: 4, at: '10:00', minutes: 60 },
]
