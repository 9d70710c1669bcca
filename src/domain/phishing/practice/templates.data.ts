/**
 * Practice messages, as they are offered to whoever writes a campaign, and what could have been noticed in each. Their
 * senders are of `.example`: nobody's, now and for ever (RFC 2606). `{lien}` is where the link stands.
 */

interface Text {
  readonly fr: string
  readonly en: string
}

export interface PracticeTemplate {
  readonly name: Text
  readonly senderName: Text
  /** Address it comes from. */
  readonly sender: string
  readonly subject: Text
  readonly body: Text
  readonly link: Text
  /** What gives it away, for the learning page. */
  readonly signs: { readonly fr: readonly string[]; readonly en: readonly string[] }
}

export const practiceTemplates = {
  quota: {
    name: { fr: 'Boîte pleine', en: 'Mailbox full' },
    senderName: { fr: 'Service messagerie', en: 'Mail service' },
    sender: 'alerte@verification-boite.example',
    subject: { fr: 'Votre boîte atteint 98 % : action requise', en: 'Your mailbox is 98% full: action required' },
    body: {
      fr: 'Bonjour,\n\nVotre boîte de messagerie atteint 98 % de sa capacité. Sans action de votre part sous 24 heures, les nouveaux messages seront refusés.\n\nConfirmez votre compte pour obtenir plus d’espace :\n\n{lien}\n\nLe service messagerie',
      en: 'Hello,\n\nYour mailbox is 98% full. Unless you act within 24 hours, new messages will be refused.\n\nConfirm your account to get more room:\n\n{lien}\n\nThe mail service',
    },
    link: { fr: 'Confirmer mon compte', en: 'Confirm my account' },
    signs: {
      fr: [
        'L’adresse de l’expéditeur finit par « verification-boite.example » : ce n’est pas une adresse de l’académie.',
        'Le message presse : « sous 24 heures ».',
        'L’espace de votre boîte se lit dans la messagerie elle-même ; il ne se « confirme » jamais.',
      ],
      en: [
        'The sender’s address ends in “verification-boite.example”: that is no address of the académie.',
        'The message hurries you: “within 24 hours”.',
        'The room of your mailbox is shown in the mailbox itself; it is never “confirmed”.',
      ],
    },
  },
  parcel: {
    name: { fr: 'Colis en attente', en: 'Parcel waiting' },
    senderName: { fr: 'Livraison', en: 'Delivery' },
    sender: 'suivi@colis-livraison.example',
    subject: { fr: 'Votre colis n’a pas pu être remis', en: 'Your parcel could not be delivered' },
    body: {
      fr: 'Bonjour,\n\nVotre colis est en attente : il manque 1,95 € de frais. Sans règlement aujourd’hui, il sera retourné.\n\n{lien}\n\nLe service de livraison',
      en: 'Hello,\n\nYour parcel is waiting: €1.95 of costs are missing. If they are not paid today it will be returned.\n\n{lien}\n\nThe delivery service',
    },
    link: { fr: 'Choisir une nouvelle livraison', en: 'Choose another delivery' },
    signs: {
      fr: [
        'Un transporteur n’écrit pas à une adresse professionnelle qu’on ne lui a pas donnée.',
        'Une petite somme à payer tout de suite sert à obtenir une carte bancaire.',
        'Ni nom, ni numéro de colis, ni expéditeur.',
      ],
      en: [
        'A carrier does not write to a professional address that it was not given.',
        'A small sum to pay at once is a way to get a bank card.',
        'No name, no parcel number, no shop.',
      ],
    },
  },
  payslip: {
    name: { fr: 'Prime à valider', en: 'Bonus to confirm' },
    senderName: { fr: 'Ressources humaines', en: 'Human resources' },
    sender: 'rh@paie-agents.example',
    subject: { fr: 'Prime exceptionnelle : validez vos coordonnées', en: 'Exceptional bonus: confirm your details' },
    body: {
      fr: 'Bonjour,\n\nVous bénéficiez d’une prime exceptionnelle. Pour qu’elle figure sur votre prochaine paie, validez vos coordonnées avant ce soir :\n\n{lien}\n\nLes ressources humaines',
      en: 'Hello,\n\nYou are granted an exceptional bonus. For it to be on your next payslip, confirm your details before tonight:\n\n{lien}\n\nHuman resources',
    },
    link: { fr: 'Valider mes coordonnées', en: 'Confirm my details' },
    signs: {
      fr: [
        'L’adresse de l’expéditeur finit par « paie-agents.example ».',
        'Une bonne nouvelle inattendue, et un délai très court.',
        'La paie se lit dans les services officiels, depuis le portail.',
      ],
      en: [
        'The sender’s address ends in “paie-agents.example”.',
        'Unexpected good news, and a very short delay.',
        'Pay is read in the official services, from the portal.',
      ],
    },
  },
} as const satisfies Readonly<Record<string, PracticeTemplate>>

export type TemplateId = keyof typeof practiceTemplates
export const templateIds = Object.keys(practiceTemplates) as readonly TemplateId[]

/** The official notice that announces a campaign, offered to whoever begins one. */
export const announcement = {
  fr: {
    title: 'Entraînement contre l’hameçonnage : dans les prochaines semaines',
    body: 'Dans les prochaines semaines, vous pourrez recevoir un faux message d’entraînement. Il ne vous veut aucun mal : si vous l’ouvrez, une page vous montre à quoi le reconnaître. Signalez-le avec « Signaler », comme tout message suspect. Personne ne saura ce que vous avez fait : seuls des totaux sont comptés, et ils sont effacés de tout détail à la fin.',
  },
  en: {
    title: 'Practice against phishing: in the coming weeks',
    body: 'In the coming weeks you may receive a false message for practice. It means no harm: if you open it, a page shows what gives it away. Report it with “Report”, like any suspicious message. Nobody will know what you did: only totals are counted, and all detail is erased at the end.',
  },
} as const

/** The official notice of a campaign that only informs, offered likewise. */
export const awareness = {
  fr: {
    title: 'Hameçonnage : la campagne de vigilance de l’année',
    body: 'Comme chaque année, nous rappelons les bons réflexes contre l’hameçonnage.\n\n- Lisez l’adresse de l’expéditeur, pas seulement son nom.\n- Méfiez-vous de ce qui presse, menace ou promet.\n- Un doute sur un lien ? Collez-le dans [Cette adresse est-elle officielle ?](/aide/address).\n- Un message suspect : « Signaler », en un geste.\n- Mot de passe donné ? Ouvrez sans attendre « J’ai donné mon mot de passe » dans votre compte : personne ne vous le reprochera.\n\nLe guide : [Reconnaître l’hameçonnage](/aide/phishing).',
  },
  en: {
    title: 'Phishing: this year’s awareness campaign',
    body: 'As every year, here is what to keep in mind about phishing.\n\n- Read the sender’s address, not only the name.\n- Beware of what hurries, threatens or promises.\n- A doubt about a link? Paste it into [Is this address official?](/help/address).\n- A suspicious message: “Report”, in one press.\n- Gave your password? Open “I gave my password” in your account at once: nobody will blame you.\n\nThe guide: [Recognising phishing](/help/phishing).',
  },
} as const
