/** The words of messages about requests for help. */

/** What stands above our message: everything below it in an answer is ours, and is left out. */
export const cutLine = {
  fr: '— Répondez au-dessus de cette ligne —',
  en: '— Answer above this line —',
} as const

export const ticketMail = {
  fr: {
    from: 'Assistance',
    opened: 'Votre demande est bien arrivée. Quelqu’un va vous répondre ; la voici pour mémoire :',
    answered: 'L’assistance vous répond :',
    solved: 'Votre demande est considérée comme résolue. Si ce n’est pas le cas, répondez simplement.',
    reply: 'Pour répondre, répondez à ce message : ne changez pas l’adresse.',
    event: { escalated: 'Passée au niveau académique', solved: 'Résolue', closed: 'Fermée', taken: 'Prise en charge', given: 'Confiée à' },
    deskNew: 'Nouvelle demande d’aide',
    deskAnswer: 'Réponse à une demande d’aide',
    deskGiven: 'Demande d’aide confiée',
  },
  en: {
    from: 'Support',
    opened: 'Your request has arrived. Somebody will answer; here it is for the record:',
    answered: 'The helpdesk answers:',
    solved: 'Your request is considered solved. If it is not, just answer.',
    reply: 'To answer, reply to this message: do not change the address.',
    event: { escalated: 'Passed on to the académie', solved: 'Solved', closed: 'Closed', taken: 'Taken in hand', given: 'Given to' },
    deskNew: 'New request for help',
    deskAnswer: 'Answer to a request for help',
    deskGiven: 'Request for help given to you',
  },
} as const
