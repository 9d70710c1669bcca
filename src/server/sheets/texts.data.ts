/** The words of the sheets. */
export interface SheetTexts {
  readonly title: string
  readonly login: string
  readonly code: string
  readonly until: (day: string) => string
  readonly scan: string
  readonly check: string
  readonly qr: (address: string) => string
  readonly how: string
  readonly steps: (birthDate: boolean) => readonly string[]
  readonly secret: string
  readonly help: string
}

export const sheetTexts: Readonly<Record<'fr' | 'en', SheetTexts>> = {
  fr: {
    title: 'Activer votre compte',
    login: 'Votre identifiant',
    code: 'Votre code d’activation',
    until: (day) => `Ce code sert une seule fois, jusqu’au ${day}.`,
    scan: 'Visez ce carré avec un téléphone, ou écrivez cette adresse dans un navigateur :',
    check: 'Vérifiez l’adresse avant d’écrire le code : elle commence exactement ainsi.',
    qr: (address) => `Code QR qui mène à ${address}`,
    how: 'Comment faire',
    steps: (birthDate) => [
      'Ouvrez la page d’activation à l’adresse ci-dessus.',
      birthDate
        ? 'Écrivez votre identifiant, le code et votre date de naissance.'
        : 'Écrivez votre identifiant et le code.',
      'Choisissez une phrase de passe que vous seul connaissez : la page vous aide.',
      'Indiquez si possible une adresse ou un contact de secours, pour le jour où vous l’oublieriez.',
    ],
    secret: 'Ne prêtez cette feuille à personne. Personne ne vous demandera jamais ce code par message ou par téléphone.',
    help: 'Besoin d’aide ?',
  },
  en: {
    title: 'Activate your account',
    login: 'Your identifier',
    code: 'Your activation code',
    until: (day) => `This code works once, until ${day}.`,
    scan: 'Point a telephone at this square, or type this address into a browser:',
    check: 'Check the address before you type the code: it begins exactly like this.',
    qr: (address) => `QR code that leads to ${address}`,
    how: 'What to do',
    steps: (birthDate) => [
      'Open the activation page at the address above.',
      birthDate ? 'Type your identifier, the code and your date of birth.' : 'Type your identifier and the code.',
      'Choose a passphrase that only you know: the page helps you.',
      'If you can, give a rescue address or a trusted contact, for the day you forget it.',
    ],
    secret: 'Lend this sheet to nobody. Nobody will ever ask you for this code by message or by telephone.',
    help: 'Need help?',
  },
}
