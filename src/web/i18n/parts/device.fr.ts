/** What follows a person on their devices: notifications, palette, import and export of mail. */
export const texts = {
  device: {
    notifications: 'Notifications',
    notificationsIntro:
      'Cet appareil est prévenu même quand la messagerie est fermée. Le service de votre navigateur transporte un message chiffré qui ne dit ni qui écrit, ni de quoi.',
    turnOn: 'Activer sur cet appareil',
    turnOff: 'Désactiver sur cet appareil',
    isOn: 'Activées sur cet appareil.',
    isOff: 'Désactivées sur cet appareil.',
    denied:
      'Votre navigateur refuse les notifications de ce site. Autorisez-les dans ses réglages (le cadenas à gauche de l’adresse), puis revenez ici.',
    unsupported:
      'Pas possible ici : sur iPhone et iPad, ajoutez d’abord Convergence à l’écran d’accueil ; sur un ordinateur partagé ou en navigation privée, rien n’est gardé.',
    failed:
      'L’activation n’a pas abouti : le service de notifications du navigateur ne répond pas. Réessayez plus tard.',
    test: 'Envoyer une notification d’essai',
    tested: 'Une notification d’essai arrive dans un instant.',
    places: 'Me prévenir des messages',
    placesInbox: 'de la boîte de réception',
    placesChosen: 'de certains dossiers',
    placesAll: 'de tous les dossiers',
    mailboxes: 'Dossiers',
    senders: 'Venant',
    sendersEveryone: 'de tout le monde',
    sendersKnown: 'de personnes à qui j’ai écrit',
    sendersChosen: 'de mes favoris seulement',
    favourites: 'Favoris',
    favouritesHint: 'Une adresse par ligne. Leurs messages vous préviennent quel que soit le dossier.',
    quiet: 'Respecter mes heures de tranquillité',
    quietMore: 'Les heures elles-mêmes se choisissent une fois pour toutes les notifications.',
    preview: 'Montrer l’expéditeur et l’objet',
    previewMore: 'Décochez si d’autres personnes voient votre écran verrouillé.',
    saved: 'Vos choix valent pour tous vos appareils.',
  },
}
