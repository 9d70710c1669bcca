/** Words of the pages that a phone opens to be set up. */

export const setUpWords = {
  fr: {
    title: 'Configurer la messagerie',
    ask: (name: string, address: string) =>
      `Cet appareil va recevoir la messagerie de ${name} (${address}), avec un mot de passe rien que pour lui.`,
    go: (device: string) => `Configurer cet appareil (${device})`,
    notYou: 'Ce n’est pas vous\u00a0? Fermez cette page\u00a0: rien n’a été fait.',
    ready: (device: string) => `Votre appareil est prêt (${device})`,
    install: 'Installer le profil',
    apple: [
      'Touchez «\u00a0Installer le profil\u00a0», puis «\u00a0Autoriser\u00a0».',
      'Ouvrez Réglages\u00a0: «\u00a0Profil téléchargé\u00a0» est en haut. Touchez-le, puis «\u00a0Installer\u00a0».',
      'Ouvrez Mail\u00a0: vos messages arrivent.',
    ],
    android: [
      'Installez Thunderbird, ou ouvrez votre programme de messagerie.',
      'Ajoutez un compte\u00a0: écrivez l’adresse ci-dessous.',
      'Au mot de passe, écrivez celui qui est ci-dessous, pas celui de votre compte.',
    ],
    other: [
      'Ouvrez votre programme de messagerie et ajoutez un compte.',
      'Écrivez l’adresse ci-dessous\u00a0: les réglages se trouvent souvent tout seuls.',
      'Au mot de passe, écrivez celui qui est ci-dessous, pas celui de votre compte.',
    ],
    password: 'Mot de passe de cet appareil',
    passwordMore: 'Montré cette fois seulement. Perdu\u00a0? Recommencez depuis l’ordinateur\u00a0: cela ne coûte rien.',
    settings: 'Réglages à la main',
    address: 'Adresse',
    incoming: 'Réception (IMAP) : serveur, port, sécurité',
    outgoing: 'Envoi (SMTP) : serveur, port, sécurité',
    contacts: 'Contacts (CardDAV)\u00a0: adresse',
    login: 'Identifiant, partout le même',
    watch: 'Regardez l’ordinateur\u00a0: il dit dès que cet appareil est connecté.',
    gone: 'Ce lien a déjà servi, ou ses dix minutes sont passées. Refaites un code sur l’ordinateur.',
    failed: 'La configuration n’a pas pu se faire. Refaites un code sur l’ordinateur.',
  },
  en: {
    title: 'Set up your mail',
    ask: (name: string, address: string) =>
      `This device is about to get the mail of ${name} (${address}), with a password of its own.`,
    go: (device: string) => `Set up this device (${device})`,
    notYou: 'Is this not you? Close this page: nothing has been done.',
    ready: (device: string) => `Your device is ready (${device})`,
    install: 'Install the profile',
    apple: [
      'Tap “Install the profile”, then “Allow”.',
      'Open Settings: “Profile Downloaded” is at the top. Tap it, then “Install”.',
      'Open Mail: your messages arrive.',
    ],
    android: [
      'Install Thunderbird, or open your mail program.',
      'Add an account: write the address below.',
      'As password write the one below, not the one of your account.',
    ],
    other: [
      'Open your mail program and add an account.',
      'Write the address below: the settings are often found by themselves.',
      'As password write the one below, not the one of your account.',
    ],
    password: 'Password of this device',
    passwordMore: 'Shown this once. Lost? Begin again on the computer: it costs nothing.',
    settings: 'Settings by hand',
    address: 'Address',
    incoming: 'Incoming (IMAP): server, port, security',
    outgoing: 'Outgoing (SMTP): server, port, security',
    contacts: 'Contacts (CardDAV): address',
    login: 'User name, the same everywhere',
    watch: 'Look at the computer: it says when this device is connected.',
    gone: 'This link has been used already, or its ten minutes are over. Make another code on the computer.',
    failed: 'The set-up could not be done. Make another code on the computer.',
  },
} as const
