/** What people read when a CAS service cannot be opened; the code leads to the guide. */
type Words = { readonly fr: string; readonly en: string }

export interface CasPageWords {
  readonly code: string
  readonly status: number
  readonly title: Words
  readonly text: Words
  /** Where the link leads that is the next step: start page, back to the service's door, account security. */
  readonly next: 'home' | 'again' | 'security'
  readonly link: Words
}

const home: Words = { fr: 'Aller à l’accueil', en: 'Go to the start page' }

export const casPages = {
  unknown: {
    code: 'SSO-01',
    status: 403,
    title: { fr: 'Service non reconnu', en: 'Service not recognised' },
    text: {
      fr: 'Le site qui vous envoie ici n’est pas déclaré : par prudence, rien ne lui est transmis. Vérifiez son adresse ; si elle est juste, signalez-le à votre assistance.',
      en: 'The site that sent you here is not declared: to be safe, nothing is passed on. Check its address; if it is right, tell your helpdesk.',
    },
    next: 'home',
    link: home,
  },
  profile: {
    code: 'SSO-02',
    status: 403,
    title: { fr: 'Service non ouvert à ce profil', en: 'Not open to this profile' },
    text: {
      fr: 'Ce service n’est pas ouvert à votre profil actuel. Si vous en avez un autre, choisissez-le puis recommencez.',
      en: 'This service is not open to your present profile. If you have another one, choose it and start again.',
    },
    next: 'home',
    link: { fr: 'Changer de profil', en: 'Switch profile' },
  },
  disabled: {
    code: 'SSO-03',
    status: 403,
    title: { fr: 'Service fermé', en: 'Service closed' },
    text: {
      fr: 'Ce service est fermé pour le moment. Votre assistance sait quand il rouvrira.',
      en: 'This service is closed for now. Your helpdesk knows when it will open again.',
    },
    next: 'home',
    link: home,
  },
  strength: {
    code: 'SSO-04',
    status: 403,
    title: { fr: 'Connexion renforcée nécessaire', en: 'A stronger sign-in is needed' },
    text: {
      fr: 'Ce service demande un second facteur (clé d’accès, application, grille). Ajoutez-en un à votre compte, puis recommencez.',
      en: 'This service asks for a second factor (passkey, app, grid). Add one to your account, then start again.',
    },
    next: 'security',
    link: { fr: 'Sécurité de mon compte', en: 'Security of my account' },
  },
  identifier: {
    code: 'SSO-05',
    status: 403,
    title: { fr: 'Identifiant manquant', en: 'Missing identifier' },
    text: {
      fr: 'Le service demande un identifiant que votre compte n’a pas. Votre assistance peut le compléter.',
      en: 'The service asks for an identifier that your account does not have. Your helpdesk can add it.',
    },
    next: 'home',
    link: home,
  },
  'too-long': {
    code: 'SSO-06',
    status: 400,
    title: { fr: 'Adresse trop longue', en: 'Address too long' },
    text: {
      fr: 'L’adresse du service est trop longue. Revenez à l’accueil du service et recommencez.',
      en: 'The address of the service is too long. Go back to the start page of the service and try again.',
    },
    next: 'home',
    link: home,
  },
  foreign: {
    code: 'SSO-07',
    status: 403,
    title: { fr: 'Demande refusée', en: 'Request refused' },
    text: {
      fr: 'La demande ne vient pas de notre page : par prudence, rien n’a été transmis. Recommencez depuis le service.',
      en: 'The request does not come from our page: to be safe, nothing was passed on. Start again from the service.',
    },
    next: 'home',
    link: home,
  },
} as const satisfies Readonly<Record<string, CasPageWords>>

export const signedOut = {
  title: { fr: 'Vous êtes déconnecté', en: 'You are signed out' },
  text: {
    fr: 'Les services que vous aviez ouverts sont prévenus et se ferment. Sur un ordinateur partagé, fermez aussi le navigateur.',
    en: 'The services you had opened are being told and close too. On a shared computer, close the browser as well.',
  },
  link: { fr: 'Se connecter de nouveau', en: 'Sign in again' },
} as const
