/**
 * Who may do what, as a table that an auditor can read. For a school: the tasks of a local administrator, which its head
 * has and gives to those who help, each exactly the tasks given. For the whole académie: what its staff may be given by
 * the platform's administrators, who alone keep what trust rests on.
 */

export interface TaskRule {
  readonly fr: string
  readonly en: string
  /** The head of the school may do it there. */
  readonly head: boolean
  /** The head may give it to somebody else. */
  readonly delegable: boolean
  /** The platform's administrators may give it to somebody of the académie, for all of it. */
  readonly academy: boolean
  /** Whoever does it could come to act as the person: only the school that answers for the person may. */
  readonly hold: boolean
}

const task = (fr: string, en: string, rule: Partial<Omit<TaskRule, 'fr' | 'en'>> = {}): TaskRule => ({
  fr,
  en,
  head: rule.head ?? true,
  delegable: rule.delegable ?? true,
  academy: rule.academy ?? false,
  hold: rule.hold ?? false,
})

const hold = { hold: true }
const headOnly = { delegable: false }
const platform = { head: false, delegable: false }
const academy = { ...platform, academy: true }

export const tasks = {
  sheets: task('Imprimer et remettre les fiches d’activation', 'Print and hand out activation sheets', hold),
  activation: task('Suivre le taux d’activation', 'Follow the activation rate'),
  identifier: task('Redonner un identifiant', 'Give back an identifier'),
  reset: task('Réinitialiser un mot de passe', 'Reset a password', hold),
  code: task('Régénérer un code d’activation', 'Make a new activation code', hold),
  contact: task('Corriger l’adresse ou le téléphone de secours', 'Correct the rescue address or telephone', hold),
  merge: task('Fusionner les comptes en double', 'Merge duplicate accounts', hold),
  attach: task('Rattacher et détacher des personnes', 'Attach and detach people'),
  'manual-accounts': task('Créer des comptes à date de fin', 'Create accounts that end at a date'),
  groups: task('Composer des groupes', 'Make groups'),
  communication: task('Régler qui trouve qui pour écrire', 'Set who finds whom when writing'),
  notices: task('Écrire les informations officielles', 'Write official notices', { academy: true }),
  block: task('Bloquer et débloquer un compte', 'Block and unblock an account', hold),
  tickets: task('Recevoir les demandes d’aide', 'Receive requests for help', { academy: true }),
  delegate: task('Nommer les administrateurs de l’établissement', 'Name the administrators of the school', headOnly),
  audit: task('Lire le journal de l’établissement', 'Read the log of the school', headOnly),
  schools: task('Tenir la liste des établissements', 'Keep the list of schools', academy),
  incidents: task('Annoncer les incidents et tenir l’état des services', 'Announce incidents and keep the status page', academy),
  contacts: task('Tenir les contacts d’assistance', 'Keep the support contacts', academy),
  portal: task('Tenir les services du portail', 'Keep the services of the portal', academy),
  guides: task('Écrire les guides', 'Write the guides', academy),
  official: task('Tenir les adresses officielles', 'Keep the official addresses', academy),
  practice: task('Mener les campagnes d’entraînement', 'Run the practice campaigns', academy),
  content: task('Exporter et importer les contenus', 'Export and import the content', academy),
  services: task('Déclarer les services', 'Declare services', platform),
  providers: task('Déclarer les fournisseurs d’identité', 'Declare identity providers', platform),
  provisioning: task('Autoriser l’approvisionnement', 'Authorise provisioning', platform),
} as const satisfies Readonly<Record<string, TaskRule>>

export type Task = keyof typeof tasks

export const taskNames = Object.keys(tasks) as readonly Task[]
