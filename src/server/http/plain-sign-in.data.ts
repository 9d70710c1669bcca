/** The words of the pages that sign in without script. */
export const plainWords = {
  fr: {
    title: 'Connexion',
    intro: 'Cette page fonctionne sans JavaScript.',
    login: 'Identifiant ou adresse académique',
    password: 'Mot de passe',
    shared: 'Cet ordinateur est partagé',
    enter: 'Se connecter',
    next: 'Que faire maintenant :',
    factorTitle: 'Second facteur',
    totp: 'Code à six chiffres de votre application',
    recovery: 'Un de vos codes de secours',
    grid: 'Les trois cases de votre grille',
    cell: (name: string) => `Case ${name} (trois chiffres)`,
    remember: 'Ne plus demander sur cet ordinateur pendant 30 jours',
    go: 'Continuer',
    passkeyOnly: 'Votre clé d’accès a besoin de JavaScript : activez-le, ou utilisez un code de secours.',
    again: 'Recommencer la connexion',
    profileTitle: 'Sous quel profil ?',
    wait: 'Vous êtes connecté.',
    onward: 'Continuer vers le service',
  },
  en: {
    title: 'Sign in',
    intro: 'This page works without JavaScript.',
    login: 'Identifier or academic address',
    password: 'Password',
    shared: 'This computer is shared',
    enter: 'Sign in',
    next: 'What to do now:',
    factorTitle: 'Second factor',
    totp: 'Six-digit code of your app',
    recovery: 'One of your recovery codes',
    grid: 'The three cells of your grid',
    cell: (name: string) => `Cell ${name} (three digits)`,
    remember: 'Do not ask on this computer for 30 days',
    go: 'Continue',
    passkeyOnly: 'Your passkey needs JavaScript: allow it, or use a recovery code.',
    again: 'Start signing in again',
    profileTitle: 'Under which profile?',
    wait: 'You are signed in.',
    onward: 'Go on to the service',
  },
} as const

/** Profiles in words. */
export const profileWords = {
  fr: {
    teacher: 'Enseignant',
    head: 'Direction',
    'school-life': 'Vie scolaire',
    administrative: 'Administratif',
    technical: 'Technique',
    pupil: 'Élève',
    parent: 'Parent',
    academy: 'Académie',
  },
  en: {
    teacher: 'Teacher',
    head: 'Head of school',
    'school-life': 'School life',
    administrative: 'Administrative',
    technical: 'Technical',
    pupil: 'Pupil',
    parent: 'Parent',
    academy: 'Académie',
  },
} as const

/** The page of a password that has to be changed. */
export const plainPasswordWords = {
  fr: {
    title: 'Choisissez un nouveau mot de passe',
    why: {
      reset: 'Le mot de passe que vous avez reçu ne sert qu’à vous connecter une fois : choisissez le vôtre.',
      weak: 'Votre mot de passe n’est plus assez sûr pour votre compte : choisissez-en un autre.',
      old: 'Votre compte administre la plateforme, et son mot de passe est ancien : choisissez-en un autre.',
    },
    current: 'Mot de passe actuel',
    password: 'Nouveau mot de passe',
    hint: (least: number) =>
      `Au moins ${least} caractères. Une phrase de quelques mots est plus sûre, et plus facile à retenir.`,
    save: 'Enregistrer et continuer',
    leave: 'Se déconnecter',
  },
  en: {
    title: 'Choose a new password',
    why: {
      reset: 'The password you were given is good for signing in once: choose your own.',
      weak: 'Your password is no longer strong enough for your account: choose another one.',
      old: 'Your account administers the platform, and its password is old: choose another one.',
    },
    current: 'Current password',
    password: 'New password',
    hint: (least: number) => `At least ${least} characters. A phrase of a few words is safer, and easier to remember.`,
    save: 'Save and go on',
    leave: 'Sign out',
  },
} as const

/** What surrounds the form: ways in, incidents, who helps. */
export const plainHelpWords = {
  fr: {
    who: 'Vous êtes',
    audiences: { staff: 'Personnel', administrative: 'Administratif', pupil: 'Élève', parent: 'Parent' },
    methods: { password: 'identifiant et mot de passe', passkey: 'clé d’accès' },
    trouble: 'Un souci en ce moment',
    maintenance: 'Maintenance',
    status: 'État des services',
    others: 'Ou par un autre service',
    with: (name: string) => `Continuer avec ${name}`,
    address: 'Vous êtes à la bonne adresse si le navigateur montre',
    addressCheck: 'Sinon, n’écrivez pas votre mot de passe.',
    help: 'Qui peut vous aider',
    forgotten: 'Mot de passe ou identifiant oublié, compte à activer : ces pages ont besoin de JavaScript.',
    guides: 'Guides d’aide',
  },
  en: {
    who: 'You are',
    audiences: { staff: 'Staff', administrative: 'Administrative', pupil: 'Pupil', parent: 'Parent' },
    methods: { password: 'identifier and password', passkey: 'passkey' },
    trouble: 'A problem at present',
    maintenance: 'Maintenance',
    status: 'Status of the services',
    others: 'Or by another service',
    with: (name: string) => `Go on with ${name}`,
    address: 'You are at the right address if the browser shows',
    addressCheck: 'Otherwise do not type your password.',
    help: 'Who can help you',
    forgotten: 'Forgotten password or identifier, account to activate: those pages need JavaScript.',
    guides: 'Guides',
  },
} as const
