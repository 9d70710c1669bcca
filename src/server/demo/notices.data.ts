/** Official notices and requests for documents of the demonstration: all fictional, written for Besançon. */
import type { AudienceRule } from '#domain/directory/audience-rules.ts'
import type { Words } from '#format/jmap/portal.ts'

const college = '0250001R'

export interface DemoNotice {
  readonly by: string
  /** Empty: the académie. */
  readonly uai: string
  readonly title: Words
  readonly body: Words
  readonly to: Partial<AudienceRule>
  readonly urgent?: true
  readonly acknowledge?: true
  /** Left as a draft, or scheduled for so many days from now. */
  readonly state?: 'draft' | number
  /** Logins of those who have read it, and of those who have confirmed. */
  readonly seen?: readonly string[]
  readonly acknowledged?: readonly string[]
}

const staff = ['teacher', 'head', 'school-life', 'administrative', 'technical', 'academy'] as const

export const notices: readonly DemoNotice[] = [
  {
    by: 'thomas.girard',
    uai: '',
    title: {
      fr: 'Campagne d’hameçonnage en cours : ne donnez jamais votre mot de passe',
      en: 'Phishing under way: never give your password',
    },
    body: {
      fr: 'Des messages imitent en ce moment l’académie et annoncent une **boîte pleine**. Ils sont faux.\n\n- L’académie ne demande jamais un mot de passe par messagerie.\n- La vraie place qui reste dans votre boîte est affichée dans votre messagerie.\n- Un doute ? Utilisez le bouton « Signaler » du message.\n\nSi vous avez déjà répondu, changez votre mot de passe aussitôt et prévenez l’assistance : personne ne vous le reprochera.',
      en: 'Messages that imitate the académie announce a **full mailbox** at present. They are false.\n\n- The académie never asks for a password by mail.\n- The room really left is shown in your mailbox.\n- In doubt? Use the “Report” button of the message.\n\nIf you have answered already, change your password at once and tell the helpdesk: nobody will blame you.',
    },
    to: {},
    urgent: true,
    seen: ['karim.benali', 'paul.bernard', 'claire.petit', 'helene.roux'],
  },
  {
    by: 'thomas.girard',
    uai: '',
    title: { fr: 'Interruption de la messagerie samedi de 6 h à 8 h', en: 'Mail interrupted on Saturday from 6 to 8' },
    body: {
      fr: 'La messagerie sera **interrompue samedi de 6 h à 8 h** pour une mise à jour. Rien ne sera perdu : les messages reçus pendant ce temps arriveront après l’intervention.\n\nL’avancement sera visible sur la page d’état des services.',
      en: 'Mail will be **interrupted on Saturday from 6 to 8** for an update. Nothing will be lost: what arrives meanwhile is delivered afterwards.',
    },
    to: { profiles: [...staff] },
    seen: ['anne.martin', 'karim.benali', 'yann.moreau'],
  },
  {
    by: 'sophie.durand',
    uai: college,
    title: { fr: 'Conseils de classe du premier trimestre', en: '' },
    body: {
      fr: 'Les conseils de classe se tiennent en **salle polyvalente**. Les appréciations sont à saisir deux jours avant.\n\n| Classe | Jour | Heure |\n|---|---|---|\n| 6e A | lundi | 17 h |\n| 4e C | mardi | 17 h |\n| 3e B | jeudi | 17 h 30 |\n\nMerci de confirmer votre présence aux représentants des parents.',
      en: '',
    },
    to: { profiles: ['teacher', 'school-life'], schools: [college] },
    acknowledge: true,
    seen: ['karim.benali', 'marc.lefevre'],
    acknowledged: ['karim.benali'],
  },
  {
    by: 'sophie.durand',
    uai: college,
    title: { fr: 'Sortie au musée du Temps le jeudi 10', en: 'Visit to the Museum of Time' },
    body: {
      fr: 'La classe de 3e B visite le **musée du Temps** à Besançon. Départ du collège à 13 h 30, retour à 16 h 30.\n\nLes élèves viennent avec leur carte de bus. La sortie est gratuite.',
      en: 'Class 3e B visits the **Museum of Time** in Besançon. They leave school at 13:30 and are back at 16:30.\n\nPupils bring their bus card. The visit is free.',
    },
    to: { profiles: ['parent', 'pupil'], classes: [`${college}:3e B`] },
    acknowledge: true,
  },
  {
    by: 'fatima.ouali',
    uai: college,
    title: { fr: 'Portes ouvertes : appel aux volontaires', en: '' },
    body: { fr: 'Qui peut tenir un stand le samedi des portes ouvertes ?', en: '' },
    to: { profiles: ['teacher'], schools: [college] },
    state: 'draft',
  },
  {
    by: 'sophie.durand',
    uai: college,
    title: { fr: 'Remise des bulletins', en: '' },
    body: { fr: 'Les bulletins sont remis aux familles en main propre, sur rendez-vous.', en: '' },
    to: { profiles: ['parent'], schools: [college] },
    state: 7,
  },
]

export interface DemoRequest {
  readonly by: string
  readonly uai: string
  readonly title: string
  readonly text: string
  readonly to: Partial<AudienceRule>
  readonly days: number
  readonly maxFiles: number
}

export const requests: readonly DemoRequest[] = [
  {
    by: 'sophie.durand',
    uai: college,
    title: 'Fiche d’urgence et attestation d’assurance',
    text: 'La fiche d’urgence signée et l’attestation d’assurance scolaire de l’année. Une photo lisible suffit.',
    to: { profiles: ['parent'], schools: [college] },
    days: 12,
    maxFiles: 2,
  },
  {
    by: 'sophie.durand',
    uai: college,
    title: 'Attestation de formation aux premiers secours',
    text: 'Pour les accompagnateurs du voyage à Strasbourg.',
    to: { profiles: ['teacher'], schools: [college] },
    days: 20,
    maxFiles: 1,
  },
]
