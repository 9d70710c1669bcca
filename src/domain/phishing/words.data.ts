/** What is said to those who report, and to those whose mailbox a fraud was taken from. */

export const verdicts = ['fraud', 'legitimate', 'practice', 'unsure'] as const
export type Verdict = (typeof verdicts)[number]

type Language = 'fr' | 'en'

interface Told {
  readonly title: string
  readonly text: string
}

export const told: Readonly<Record<Language, Readonly<Record<Verdict, Told>>>> = {
  fr: {
    fraud: {
      title: 'C’était bien une fraude : merci',
      text: 'Le message que vous avez signalé est frauduleux. Grâce à vous, vos collègues en sont avertis. Si vous y avez donné votre mot de passe, agissez maintenant : « J’ai donné mon mot de passe ».',
    },
    legitimate: {
      title: 'Ce message était honnête',
      text: 'Le message que vous avez signalé a été vérifié : il est honnête. Vous le retrouvez dans les indésirables. Vous avez bien fait de demander.',
    },
    practice: {
      title: 'Bravo : c’était un entraînement',
      text: 'Le message que vous avez signalé faisait partie d’un entraînement annoncé. Vous l’avez reconnu.',
    },
    unsure: {
      title: 'Votre signalement a été examiné',
      text: 'Nous ne pouvons pas dire si ce message est honnête. Dans le doute, n’y répondez pas et n’ouvrez rien.',
    },
  },
  en: {
    fraud: {
      title: 'It was a fraud indeed: thank you',
      text: 'The message that you reported is fraudulent. Thanks to you, your colleagues are warned. If you gave your password there, act now: “I gave my password”.',
    },
    legitimate: {
      title: 'This message was honest',
      text: 'The message that you reported was checked: it is honest. You find it with the junk. You did well to ask.',
    },
    practice: {
      title: 'Well done: it was practice',
      text: 'The message that you reported was part of an announced practice. You recognised it.',
    },
    unsure: {
      title: 'Your report was looked at',
      text: 'We cannot say whether this message is honest. In doubt, do not answer it and open nothing.',
    },
  },
}

export const taken: Readonly<Record<Language, Told>> = {
  fr: {
    title: 'Un message frauduleux a été mis dans vos indésirables',
    text: 'Des collègues l’ont signalé, l’assistance l’a vérifié. Rien d’autre de votre boîte n’a été lu ni déplacé. Si vous y avez donné votre mot de passe, agissez maintenant : « J’ai donné mon mot de passe ».',
  },
  en: {
    title: 'A fraudulent message was put with your junk',
    text: 'Colleagues reported it, the helpdesk checked it. Nothing else in your mailbox was read or moved. If you gave your password there, act now: “I gave my password”.',
  },
}

/** The answer to a message forwarded to the reporting address. */
export const thanks = {
  fr: {
    from: 'Signalement',
    subject: 'Merci de votre signalement',
    filed: 'Votre signalement est bien arrivé. Il est rapproché des autres et examiné ; la réponse vous parviendra.',
    none: 'Nous n’avons pas trouvé de message transféré dans votre courriel. Transférez le message suspect en pièce jointe, ou utilisez « Signaler » dans la messagerie.',
    password: 'Vous y avez écrit votre mot de passe ? Agissez maintenant :',
  },
  en: {
    from: 'Reports',
    subject: 'Thank you for your report',
    filed: 'Your report has arrived. It is compared with the others and looked at; the answer will come to you.',
    none: 'We found no forwarded message in your mail. Forward the suspicious message as an attachment, or use “Report” in the mailbox.',
    password: 'Have you typed your password there? Act now:',
  },
} as const
