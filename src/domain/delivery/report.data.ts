/** Words of delivery reports, in French and English: plain, for people who do not know what a server is. */
export interface ReportWords {
  readonly subject: string
  readonly opening: string
  readonly closing: string
}

export type ReportAction = 'failed' | 'delayed' | 'delivered' | 'relayed'

export const reportWords: Record<ReportAction, { readonly fr: ReportWords; readonly en: ReportWords }> = {
  failed: {
    fr: {
      subject: 'Message non remis',
      opening: 'Votre message n’a pas pu être remis aux destinataires suivants :',
      closing:
        'Vérifiez les adresses et renvoyez le message, ou demandez de l’aide à votre assistance en lui transmettant ce rapport.',
    },
    en: {
      subject: 'Message not delivered',
      opening: 'Your message could not be delivered to these recipients:',
      closing: 'Check the addresses and send the message again, or ask your helpdesk and show them this report.',
    },
  },
  delayed: {
    fr: {
      subject: 'Message retardé',
      opening: 'Votre message n’a pas encore été remis aux destinataires suivants :',
      closing: 'Vous n’avez rien à faire : les essais continuent, et vous serez prévenu en cas d’abandon.',
    },
    en: {
      subject: 'Message delayed',
      opening: 'Your message has not been delivered yet to these recipients:',
      closing: 'There is nothing you need to do: we keep trying, and will tell you if we give up.',
    },
  },
  delivered: {
    fr: {
      subject: 'Message remis',
      opening: 'Votre message est arrivé dans la boîte des destinataires suivants :',
      closing: 'Cela ne dit pas qu’il a été lu.',
    },
    en: {
      subject: 'Message delivered',
      opening: 'Your message has arrived in the mailbox of these recipients:',
      closing: 'This does not mean that it has been read.',
    },
  },
  relayed: {
    fr: {
      subject: 'Message transmis',
      opening: 'Votre message a été transmis à un serveur qui ne confirme pas la remise, pour les destinataires suivants :',
      closing: 'Vous ne recevrez pas d’autre confirmation.',
    },
    en: {
      subject: 'Message relayed',
      opening: 'Your message was handed to a server that does not confirm delivery, for these recipients:',
      closing: 'There will be no further confirmation.',
    },
  },
}

/** The reason in plain words, by enhanced status code (RFC 3463); the longest prefix counts. */
export const reasons: Readonly<Record<string, readonly [fr: string, en: string]>> = {
  '5.1.1':  ['cette adresse n’existe pas', 'this address does not exist'],
  '5.1.2':  ['le domaine de cette adresse n’existe pas', 'the domain of this address does not exist'],
  '5.1.3':  ['cette adresse est mal écrite', 'this address is not written correctly'],
  '5.1.10': ['ce domaine ne reçoit pas de courrier', 'this domain does not take mail'],
  '5.2.1':  ['cette boîte aux lettres est désactivée', 'this mailbox is disabled'],
  '5.2.2':  ['la boîte aux lettres est pleine', 'the mailbox is full'],
  '5.2.3':  ['le message est trop volumineux', 'the message is too large'],
  '5.3.4':  ['le message est trop volumineux', 'the message is too large'],
  '5.4.4':  ['aucun serveur de courrier n’a été trouvé pour cette adresse', 'no mail server was found for this address'],
  '5.4.6':  ['le message tourne en boucle', 'the message goes round in circles'],
  '5.4.7':  ['le serveur du destinataire n’a pas répondu pendant plusieurs jours', 'the recipient’s server has not answered for several days'],
  '5.6':    ['le serveur du destinataire n’accepte pas la forme du message', 'the recipient’s server does not accept the form of the message'],
  '4.7.4':  ['le serveur du destinataire n’offre pas la connexion sûre que son domaine exige', 'the recipient’s server does not offer the secure connection that its domain asks for'],
  '4.7.5':  ['le serveur du destinataire ne prouve pas son identité, comme son domaine l’exige', 'the recipient’s server does not prove who it is, as its domain asks'],
  '5.7.30': ['le serveur du destinataire n’offre pas la sécurité demandée', 'the recipient’s server does not offer the security you asked for'],
  '5.7':    ['le serveur du destinataire refuse ce message', 'the recipient’s server refuses this message'],
  '5':      ['le serveur du destinataire refuse ce message', 'the recipient’s server refuses this message'],
  '4.2.2':  ['la boîte aux lettres est pleine', 'the mailbox is full'],
  '4':      ['le serveur du destinataire n’est pas disponible', 'the recipient’s server is not available'],
  '2':      ['', ''],
}
