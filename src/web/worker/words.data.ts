/** The few words of notifications; the page's own texts are not loaded here. */
export const words = {
  fr: {
    newMail: 'Nouveau message',
    newMails: (count: number) => `${count} nouveaux messages`,
    noSubject: '(sans objet)',
    hidden: 'Ouvrez la messagerie pour le lire.',
    ready: 'Notifications activées sur cet appareil',
    news: 'Du nouveau sur Convergence',
  },
  en: {
    newMail: 'New message',
    newMails: (count: number) => `${count} new messages`,
    noSubject: '(no subject)',
    hidden: 'Open your mail to read it.',
    ready: 'Notifications are on for this device',
    news: 'News on Convergence',
  },
} as const
