/** What people read on the pages of OpenID Connect, and the errors of its JSON routes. */

type Words = { readonly fr: string; readonly en: string }

export const oidcErrors = {
  'SSO-22': {
    status: 404,
    message: {
      fr: 'Cette demande a expiré, ou elle a commencé dans un autre navigateur. Recommencez depuis le service.',
      en: 'This request has expired, or it began in another browser. Start again from the service.',
    },
  },
  'SSO-23': {
    status: 403,
    message: {
      fr: 'Ce service n’est pas ouvert à votre profil actuel. Si vous en avez un autre, changez de profil.',
      en: 'This service is not open to your present profile. If you have another one, switch profile.',
    },
  },
  'SSO-29': {
    status: 403,
    message: {
      fr: 'Ce service demande une connexion plus sûre : ajoutez un second facteur, puis connectez-vous avec lui.',
      en: 'This service wants a safer sign-in: add a second factor, then sign in with it.',
    },
  },
  'SSO-40': {
    status: 404,
    message: {
      fr: 'Ce code n’est pas reconnu, ou il a expiré. Vérifiez-le sur l’appareil, ou demandez-en un nouveau.',
      en: 'This code is not recognised, or it has expired. Check it on the device, or ask for a new one.',
    },
  },
} as const satisfies Readonly<Record<string, { status: number; message: Words }>>

export type OidcErrorCode = keyof typeof oidcErrors

export const oidcWords = {
  consent: { fr: 'Autoriser ce service ?', en: 'Allow this service?' },
  outside: {
    fr: 'n’est pas un service de l’académie. Il demande :',
    en: 'is not a service of the academy. It asks for:',
  },
  device: { fr: 'Relier un appareil', en: 'Connect a device' },
  typeCode: { fr: 'Code affiché par l’appareil', en: 'Code shown by the device' },
  next: { fr: 'Continuer', en: 'Continue' },
  beware: {
    fr: 'N’acceptez que si l’appareil est devant vous et si vous avez commencé vous-même. Personne ne doit vous dicter ce code.',
    en: 'Allow it only if the device is in front of you and you began this yourself. Nobody should dictate this code to you.',
  },
  askedFrom: { fr: 'Demandé depuis', en: 'Asked from' },
  allow: { fr: 'Autoriser', en: 'Allow' },
  deny: { fr: 'Refuser', en: 'Refuse' },
  allowed: { fr: 'L’appareil est relié', en: 'The device is connected' },
  allowedText: { fr: 'Vous pouvez fermer cette page.', en: 'You may close this page.' },
  denied: { fr: 'C’est refusé', en: 'Refused' },
  deniedText: { fr: 'L’appareil n’a rien reçu.', en: 'The device was given nothing.' },
  signedInAs: { fr: 'Vous êtes', en: 'You are' },
  sentTo: { fr: 'Vous serez ensuite renvoyé vers', en: 'You will then be sent to' },
  logout: { fr: 'Se déconnecter ?', en: 'Sign out?' },
  logoutBy: { fr: 'demande votre déconnexion.', en: 'asks to sign you out.' },
  logoutText: {
    fr: 'Vous quitterez aussi tous les services ouverts avec cette session.',
    en: 'You will also leave every service opened with this session.',
  },
  logoutYes: { fr: 'Me déconnecter', en: 'Sign me out' },
  logoutNo: { fr: 'Rester connecté', en: 'Stay signed in' },
  signedOut: { fr: 'Vous êtes déconnecté', en: 'You are signed out' },
  signedOutText: {
    fr: 'Les services ouverts avec cette session en sont avertis.',
    en: 'The services opened with this session are being told.',
  },
  home: { fr: 'Aller à l’accueil', en: 'Go to the start page' },
  signIn: { fr: 'Se connecter', en: 'Sign in' },
  going: { fr: 'Un instant…', en: 'One moment…' },
  refused: {
    profile: {
      fr: 'Ce service n’est pas ouvert à votre profil actuel. Si vous en avez un autre, changez de profil puis recommencez.',
      en: 'This service is not open to your present profile. If you have another one, switch profile and start again.',
    },
    disabled: { fr: 'Ce service est fermé pour le moment.', en: 'This service is closed at the moment.' },
    strength: {
      fr: 'Ce service demande une connexion plus sûre : ajoutez un second facteur, puis recommencez.',
      en: 'This service wants a safer sign-in: add a second factor, then start again.',
    },
    identifier: {
      fr: 'Ce service demande un identifiant que votre compte n’a pas. Votre assistance peut le compléter.',
      en: 'This service asks for an identifier that your account does not have. Your helpdesk can add it.',
    },
  },
  notOpen: { fr: 'Ce service ne vous est pas ouvert', en: 'This service is not open to you' },
  backTo: { fr: 'Retourner à', en: 'Back to' },
} as const
