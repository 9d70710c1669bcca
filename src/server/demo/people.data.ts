/** The people and schools of the demonstration: all fictional, on a domain reserved for tests (RFC 6761). */
import type { MailboxRole } from '#domain/access/mailboxes/roles.data.ts'
import type { School } from '#domain/directory/uai.ts'

export const academyName = 'Académie de démonstration (Besançon)'

export const schools: readonly School[] = [
  { uai: '0250001R', name: 'Collège des Tilleuls', town: 'Besançon', kind: 'collège' },
  { uai: '0390001P', name: 'Lycée du Val d’Amour', town: 'Dole', kind: 'lycée' },
  { uai: '0900001M', name: 'École des Remparts', town: 'Belfort', kind: 'école' },
  { uai: '0250002S', name: 'Lycée professionnel des Salines', town: 'Besançon', kind: 'lycée' },
  { uai: '0700001W', name: 'Collège du Pont-de-Pierre', town: 'Vesoul', kind: 'collège' },
]

export interface DemoPerson {
  readonly login: string
  readonly name: string
  /** Shown on the sign-in page. */
  readonly profile: string
  /** UAI, when the person belongs to a school. */
  readonly school?: string
  readonly admin?: boolean
  readonly kind?: 'function'
  /** Of a function's mailbox: who opens it with their own sign-in, and how. */
  readonly members?: Readonly<Record<string, MailboxRole>>
  /** Has never signed in: no password, an activation sheet to be handed out. */
  readonly pending?: true
  readonly aliases?: readonly string[]
  readonly quotaMegabytes?: number
  readonly signature: string
}

export const people: readonly DemoPerson[] = [
  { login: 'anne.martin', name: 'Anne Martin', profile: 'Enseignante de lettres, collège', school: '0250001R', aliases: ['a.martin'], quotaMegabytes: 2000,
    signature: 'Anne Martin\nProfesseure de lettres modernes — professeure principale de 3e B' },
  { login: 'karim.benali', name: 'Karim Benali', profile: 'Enseignant de mathématiques, référent numérique', school: '0250001R',
    signature: 'Karim Benali\nMathématiques — référent numérique' },
  { login: 'sophie.durand', name: 'Sophie Durand', profile: 'Principale du collège', school: '0250001R',
    signature: 'Sophie Durand\nPrincipale' },
  { login: 'marc.lefevre', name: 'Marc Lefèvre', profile: 'Conseiller principal d’éducation', school: '0250001R',
    signature: 'Marc Lefèvre\nConseiller principal d’éducation — vie scolaire' },
  { login: 'claire.petit', name: 'Claire Petit', profile: 'Secrétaire de direction', school: '0250001R',
    signature: 'Claire Petit\nSecrétariat de direction' },
  { login: 'yann.moreau', name: 'Yann Moreau', profile: 'Agent technique', school: '0390001P',
    signature: 'Yann Moreau\nService technique' },
  { login: 'paul.bernard', name: 'Paul Bernard', profile: 'Proviseur du lycée', school: '0390001P',
    signature: 'Paul Bernard\nProviseur' },
  { login: 'julie.faivre', name: 'Julie Faivre', profile: 'Directrice d’école', school: '0900001M',
    signature: 'Julie Faivre\nDirectrice — classe de CM2' },
  { login: 'lea.garnier', name: 'Léa Garnier', profile: 'Élève de 3e B', school: '0250001R', quotaMegabytes: 500,
    signature: 'Léa Garnier, 3e B' },
  { login: 'nathalie.garnier', name: 'Nathalie Garnier', profile: 'Parent d’élève', quotaMegabytes: 500,
    signature: 'Nathalie Garnier' },
  { login: 'helene.roux', name: 'Hélène Roux', profile: 'Assistance aux utilisateurs',
    signature: 'Hélène Roux\nAssistance académique' },
  { login: 'thomas.girard', name: 'Thomas Girard', profile: 'Direction des systèmes d’information (administrateur)', admin: true,
    signature: 'Thomas Girard\nDirection des systèmes d’information' },
  { login: 'fatima.ouali', name: 'Fatima Ouali', profile: 'Principale adjointe, administre l’établissement', school: '0250001R',
    signature: 'Fatima Ouali\nPrincipale adjointe' },
  { login: 'samira.haddad', name: 'Samira Haddad', profile: 'Enseignante de SVT et parent d’élève (deux profils)', school: '0250001R',
    signature: 'Samira Haddad\nProfesseure de sciences de la vie et de la Terre' },
  { login: 'hugo.garnier', name: 'Hugo Garnier', profile: 'Élève de seconde', school: '0390001P', quotaMegabytes: 500,
    signature: 'Hugo Garnier, 2de 4' },
  { login: 'ines.haddad', name: 'Inès Haddad', profile: 'Élève de CM2', school: '0900001M', quotaMegabytes: 500, pending: true,
    signature: 'Inès Haddad' },
  { login: 'emma.roy', name: 'Emma Roy', profile: 'Élève de 3e B, compte à activer', school: '0250001R', quotaMegabytes: 500, pending: true,
    signature: 'Emma Roy, 3e B' },
  { login: 'lucas.viennot', name: 'Lucas Viennot', profile: 'Élève de 3e B, compte à activer', school: '0250001R', quotaMegabytes: 500, pending: true,
    signature: 'Lucas Viennot, 3e B' },
  { login: 'camille.perrin', name: 'Camille Perrin', profile: 'Élève de 4e A', school: '0250001R', quotaMegabytes: 500, pending: true,
    signature: 'Camille Perrin, 4e A' },
  { login: 'camille.perrin2', name: 'Camille Perrin', profile: 'Élève de 4e A, compte en double', school: '0250001R', quotaMegabytes: 500, pending: true,
    signature: 'Camille Perrin, 4e A' },
  { login: 'ce.0250001r', name: 'Collège des Tilleuls (secrétariat)', profile: 'Boîte fonctionnelle de l’établissement', school: '0250001R', kind: 'function',
    members: { 'sophie.durand': 'owner', 'claire.petit': 'send-as', 'fatima.ouali': 'on-behalf' },
    signature: 'Collège des Tilleuls — 12, rue des Tilleuls, 25000 Besançon' },
]

/** Correspondents who are not ours. */
export const strangers: Readonly<Record<string, { readonly name: string; readonly address: string }>> = {
  librairie: { name: 'Librairie La Boucle', address: 'commandes@librairie-laboucle.example' },
  musee: { name: 'Musée du Temps — service des publics', address: 'reservations@musee-temps.example' },
  autocars: { name: 'Autocars du Doubs', address: 'devis@autocars-doubs.example' },
  gazette: { name: 'La Gazette des lettres', address: 'lettre@gazette-lettres.example' },
  fraude: { name: 'Service Messagerie', address: 'alerte@securite-messagerie.example' },
  parent: { name: 'Olivier Sandoz', address: 'olivier.sandoz@famille.example' },
  theatre: { name: 'Scène nationale Les Deux Rives', address: 'scolaires@deuxrives.example' },
  editeur: { name: 'Éditions du Lion', address: 'specimens@editions-lion.example' },
}
