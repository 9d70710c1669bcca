/** The words of recovery messages. Codes and addresses stand alone on their line, to be copied. */
export interface RecoveryText {
  readonly subject: string
  readonly paragraphs: readonly string[]
}

interface Texts {
  readonly reset: (about: { login: string; link: string }) => RecoveryText
  readonly identifiers: (about: { logins: readonly string[]; link: string }) => RecoveryText
  readonly rescue: (about: { name: string; code: string }) => RecoveryText
  readonly contact: (about: { name: string; code: string }) => RecoveryText
  readonly contactAsked: (about: { name: string; link: string }) => RecoveryText
}

export const recoveryTexts: Readonly<Record<'fr' | 'en', Texts>> = {
  fr: {
    reset: ({ login, link }) => ({
      subject: 'Choisir un nouveau mot de passe',
      paragraphs: [
        `Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour le compte ${login}.`,
        'Pour le choisir, ouvrez cette adresse dans les 30 minutes. Elle sert une seule fois.',
        link,
        'Si ce n’était pas vous, ne faites rien : votre mot de passe reste le même, et cette adresse ne servira bientôt plus.',
      ],
    }),
    identifiers: ({ logins, link }) => ({
      subject: 'Votre identifiant',
      paragraphs: [
        logins.length === 1
          ? 'Vous avez demandé à retrouver votre identifiant. Le voici :'
          : 'Vous avez demandé à retrouver vos identifiants. Les voici :',
        ...logins,
        'Pour vous connecter, ouvrez cette adresse :',
        link,
        'Si ce n’était pas vous, ne faites rien.',
      ],
    }),
    rescue: ({ name, code }) => ({
      subject: `${code} : code pour confirmer cette adresse`,
      paragraphs: [
        `${name} veut se servir de cette adresse pour retrouver l’accès à son compte. Voici le code à écrire sur la page :`,
        code,
        'Il sert une seule fois, dans les 15 minutes. Si vous ne savez pas de quoi il s’agit, ne faites rien : cette adresse ne sera pas retenue.',
      ],
    }),
    contact: ({ name, code }) => ({
      subject: `${name} a besoin de vous pour retrouver son compte`,
      paragraphs: [
        `${name} vous a choisi comme personne de confiance et demande à retrouver l’accès à son compte.`,
        'Appelez cette personne, ou voyez-la. Assurez-vous que c’est bien elle, de vive voix. Puis dictez-lui ce code, valable 15 minutes :',
        code,
        'Ne donnez jamais ce code par message, ni à quelqu’un qui vous appelle sans que vous ayez reconnu sa voix. En cas de doute, ne donnez rien.',
      ],
    }),
    contactAsked: ({ name, link }) => ({
      subject: `${name} vous demande d’être sa personne de confiance`,
      paragraphs: [
        `${name} voudrait que vous l’aidiez, un jour, à retrouver l’accès à son compte : vous recevriez alors un code à lui dicter de vive voix.`,
        'Pour accepter ou refuser, ouvrez la page « Mon compte », rubrique « Personnes de confiance » :',
        link,
      ],
    }),
  },
  en: {
    reset: ({ login, link }) => ({
      subject: 'Choose a new password',
      paragraphs: [
        `Somebody, probably you, asked for a new password for the account ${login}.`,
        'To choose it, open this address within 30 minutes. It works once.',
        link,
        'If it was not you, do nothing: your password stays the same, and this address will soon be worth nothing.',
      ],
    }),
    identifiers: ({ logins, link }) => ({
      subject: 'Your identifier',
      paragraphs: [
        logins.length === 1
          ? 'You asked for your identifier. Here it is:'
          : 'You asked for your identifiers. Here they are:',
        ...logins,
        'To sign in, open this address:',
        link,
        'If it was not you, do nothing.',
      ],
    }),
    rescue: ({ name, code }) => ({
      subject: `${code}: code to confirm this address`,
      paragraphs: [
        `${name} wants to use this address to recover access to an account. This is the code to type on the page:`,
        code,
        'It works once, within 15 minutes. If this means nothing to you, do nothing: the address will not be kept.',
      ],
    }),
    contact: ({ name, code }) => ({
      subject: `${name} needs you to recover an account`,
      paragraphs: [
        `${name} chose you as a trusted contact and asks to recover access to an account.`,
        'Call this person, or meet them. Make sure by voice that it is really them. Then read out this code, good for 15 minutes:',
        code,
        'Never send this code in a message, nor give it to a caller whose voice you do not know. If in doubt, give nothing.',
      ],
    }),
    contactAsked: ({ name, link }) => ({
      subject: `${name} asks you to be a trusted contact`,
      paragraphs: [
        `${name} would like you to help, one day, to recover access to an account: you would then receive a code to read out.`,
        'To accept or refuse, open the page “My account”, section “Trusted contacts”:',
        link,
      ],
    }),
  },
}
