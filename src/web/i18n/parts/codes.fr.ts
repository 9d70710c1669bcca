/** What each code of the server means to a person, and what to do next. */
export const texts = {
  codes: {
    other: {
      what: 'La demande n’a pas abouti.',
      next: 'Réessayez dans un instant. Si cela persiste, donnez ce code à l’assistance.',
    },
    wait: { seconds: 'Patientez {{count}} s.', minutes: 'Patientez {{count}} min.' },
    'NET-01': { what: 'Le serveur ne répond pas.', next: 'Vérifiez votre connexion au réseau, puis réessayez.' },
    'AUTH-01': {
      what: 'Identifiant ou mot de passe incorrect.',
      next: 'Vérifiez la touche Verr. Maj et l’identifiant, puis réessayez ; ou choisissez « Mot de passe oublié ».',
    },
    'AUTH-02': { what: 'Trop d’essais.', next: 'C’est une protection : votre compte n’est pas bloqué.' },
    'AUTH-03': {
      what: 'Cette action n’est pas permise.',
      next: 'Revenez à la page précédente ; si vous pensez y avoir droit, demandez à l’assistance.',
    },
    'AUTH-04': { what: 'Votre session est terminée.', next: 'Identifiez-vous de nouveau.' },
    'AUTH-05': {
      what: 'Ce code n’est pas le bon.',
      next: 'Vérifiez que l’heure du téléphone est automatique, attendez le code suivant, ou utilisez un autre moyen.',
    },
    'AUTH-06': {
      what: 'Cette connexion a trop attendu.',
      next: 'Recommencez depuis le début : écrivez votre identifiant et votre mot de passe.',
    },
    'AUTH-07': {
      what: 'Ce compte ne peut pas être utilisé en ce moment.',
      next: 'Appelez l’assistance : elle vous dira pourquoi.',
    },
    'AUTH-08': {
      what: 'La clé d’accès n’a pas été acceptée.',
      next: 'Réessayez avec la bonne clé, ou utilisez votre mot de passe.',
    },
    'AUTH-09': {
      what: 'Un mot de passe d’appareil est nécessaire.',
      next: 'Créez-en un dans « Mon compte », puis recopiez-le dans le programme.',
    },
    'AUTH-10': {
      what: 'Ce profil n’est plus le vôtre.',
      next: 'Choisissez un autre profil, ou demandez à votre établissement.',
    },
    'AUTH-11': {
      what: 'Ce mot de passe n’est pas assez sûr.',
      next: 'Choisissez une phrase de plusieurs mots que personne ne connaît.',
    },
    'AUTH-12': {
      what: 'Il faut prouver à nouveau que c’est bien vous.',
      next: 'Recommencez l’action et confirmez votre identité.',
    },
    'AUTH-13': {
      what: 'Cette partie demande une seconde preuve.',
      next: 'Ajoutez une clé d’accès ou un code de téléphone dans « Mon compte », puis revenez.',
    },
    'AUTH-16': {
      what: 'Le mot de passe de ce compte est celui de l’annuaire de l’académie.',
      next: 'Changez-le là-bas : il vaudra aussi ici.',
    },
    'AUTH-17': {
      what: 'Il faut d’abord choisir un nouveau mot de passe.',
      next: 'Rechargez la page : elle vous le demandera.',
    },
    'AUTH-14': { what: 'Ce mot de passe a déjà servi.', next: 'Choisissez-en un nouveau.' },
    'REC-01': {
      what: 'Ce code d’activation ne convient pas.',
      next: 'Vérifiez l’identifiant, le code et la date de naissance. Une fiche sert une seule fois et vaut trois mois : demandez-en une autre au secrétariat.',
    },
    'REC-02': {
      what: 'Ce lien est trop ancien ou a déjà servi.',
      next: 'Demandez-en un autre : « Mot de passe oublié ».',
    },
    'REC-03': {
      what: 'Ce code ne convient pas.',
      next: 'Faites-le relire par la personne de confiance ; il ne vaut que quelques minutes.',
    },
    'HELP-01': {
      what: 'Ce code d’aide n’est pas le bon, ou il a expiré.',
      next: 'Demandez-en un autre à la personne : il est valable un quart d’heure.',
    },
    'HELP-02': {
      what: 'Cette personne n’a pas ouvert son diagnostic, ou la demi-heure est passée.',
      next: 'Demandez-lui un code d’aide : elle le trouve dans « Quelque chose ne va pas ».',
    },
    'REC-04': {
      what: 'Ce code ne convient pas.',
      next: 'Vérifiez le courriel reçu à l’adresse de secours, ou demandez un autre code.',
    },
    'REC-05': {
      what: 'Cette demande n’existe plus.',
      next: 'Rechargez la page : quelqu’un l’a peut-être déjà traitée.',
    },
    'REC-06': {
      what: 'Une seconde personne doit approuver.',
      next: 'Demandez à un collègue habilité : la même personne ne peut pas demander et approuver.',
    },
    'SSO-01': {
      what: 'Ce service n’est pas déclaré ici.',
      next: 'Revenez au portail et ouvrez le service de là, ou prévenez l’assistance.',
    },
    'SSO-02': { what: 'Votre profil actuel n’ouvre pas ce service.', next: 'Changez de profil, puis recommencez.' },
    'SSO-03': {
      what: 'Ce service est fermé pour le moment.',
      next: 'Réessayez plus tard ; l’état des services est sur la page de connexion.',
    },
    'SSO-04': {
      what: 'Ce service demande une connexion renforcée.',
      next: 'Connectez-vous avec une clé d’accès ou une seconde preuve.',
    },
    'SSO-05': {
      what: 'Votre compte n’a pas l’identifiant que ce service demande.',
      next: 'Demandez à votre établissement de compléter votre fiche.',
    },
    'SSO-10': {
      what: 'Le service d’identité n’a pas répondu comme il faut.',
      next: 'Recommencez ; s’il y a une panne, elle est annoncée sur la page de connexion.',
    },
    'SSO-11': {
      what: 'Cette identité n’est reliée à aucun compte ici.',
      next: 'Demandez au secrétariat de l’établissement : il peut rattacher le compte.',
    },
    'SSO-12': {
      what: 'Ce compte n’est pas du bon type.',
      next: 'Choisissez « Élève » ou « Parent » selon votre compte, puis recommencez.',
    },
    'SSO-13': { what: 'Cette connexion a trop attendu.', next: 'Recommencez depuis la page de connexion.' },
    'SSO-14': {
      what: 'Le service d’identité a refusé.',
      next: 'Recommencez, ou utilisez un autre moyen de connexion.',
    },
    'SSO-20': {
      what: 'Le service n’est pas enregistré, ou il est fermé.',
      next: 'Ouvrez le service depuis le portail, ou prévenez l’assistance.',
    },
    'SSO-21': { what: 'La demande du service n’est pas valable.', next: 'Revenez au service et recommencez.' },
    'SSO-22': { what: 'La demande a expiré ou a déjà servi.', next: 'Recommencez depuis le service.' },
    'SSO-23': {
      what: 'Ce service n’est pas ouvert à ce profil ou à ce compte.',
      next: 'Changez de profil si vous en avez un autre, puis recommencez.',
    },
    'SSO-24': {
      what: 'Votre compte n’a pas l’identifiant que ce service demande.',
      next: 'Demandez à votre établissement de compléter votre fiche.',
    },
    'ADM-01': {
      what: 'Personne ne vous a confié de tâche d’administration.',
      next: 'Demandez une délégation à votre chef d’établissement.',
    },
    'ADM-02': { what: 'Cette tâche ne vous est pas confiée ici.', next: 'Demandez-la à votre chef d’établissement.' },
    'ADM-03': {
      what: 'Cette personne est d’un autre établissement.',
      next: 'Adressez-vous à l’établissement de la personne.',
    },
    'ADM-04': {
      what: 'Cette personne a plus de droits que vous.',
      next: 'Demandez à la direction des systèmes d’information.',
    },
    'ADM-05': { what: 'Cela ne se fait pas sur soi-même.', next: 'Demandez à un collègue habilité.' },
    'ADM-06': {
      what: 'Introuvable.',
      next: 'La personne, l’établissement ou le groupe n’existe plus : relancez la recherche.',
    },
    'ADM-07': { what: 'Une valeur n’est pas correcte.', next: 'Corrigez le champ, puis recommencez.' },
    'ADM-08': { what: 'Cela existe déjà.', next: 'Cherchez-le avant de le créer.' },
    'ADM-09': { what: 'Cela a changé entre-temps.', next: 'Rechargez, puis recommencez.' },
    'ADM-10': {
      what: 'Une seconde personne doit approuver.',
      next: 'Demandez à un collègue habilité : la même personne ne peut pas demander et approuver.',
    },
    'DEV-01': {
      what: 'Ce lien de configuration a déjà servi, ou ses dix minutes sont passées.',
      next: 'Refaites un code sur l’ordinateur, puis visez-le de nouveau.',
    },
    'DEV-02': {
      what: 'La configuration de l’appareil n’a pas pu se faire.',
      next: 'Refaites un code sur l’ordinateur ; retirez d’abord les appareils que vous n’avez plus.',
    },
    'SVC-01': {
      what: 'La déclaration du service ou du fournisseur ne convient pas.',
      next: 'Corrigez le champ nommé, puis enregistrez de nouveau.',
    },
    'SVC-02': { what: 'Il est encore ouvert.', next: 'Fermez-le, puis retirez-le.' },
    'SVC-03': {
      what: 'Une tuile du portail mène à ce service.',
      next: 'Retirez la tuile dans « Services du portail », puis le service.',
    },
    'SVC-04': { what: 'Cette adresse ou cet identifiant est déjà déclaré.', next: 'Modifiez celui qui existe.' },
    'SSO-06': {
      what: 'L’adresse du service est trop longue.',
      next: 'Revenez au service et recommencez, ou prévenez l’assistance.',
    },
    'SSO-07': {
      what: 'La demande ne vient pas de notre page, ou son ticket n’est plus valable.',
      next: 'Revenez au service et recommencez.',
    },
    'SSO-25': {
      what: 'Vous êtes déconnecté ici, mais un service n’a pas répondu.',
      next: 'Fermez aussi le service, ou toutes les fenêtres du navigateur.',
    },
    'SSO-26': {
      what: 'L’adresse de retour du service n’est pas celle qu’il a déclarée.',
      next: 'Prévenez l’assistance : le service doit corriger son adresse.',
    },
    'SSO-28': {
      what: 'Une erreur est survenue de notre côté pendant le passage au service.',
      next: 'Réessayez dans un instant ; si cela dure, prévenez l’assistance.',
    },
    'SSO-29': {
      what: 'Ce service demande une connexion plus sûre.',
      next: 'Connectez-vous avec une clé d’accès ou une seconde preuve.',
    },
    'SSO-30': {
      what: 'Le fournisseur d’identité n’a pas confirmé qui vous êtes.',
      next: 'Recommencez, ou choisissez une autre façon de vous connecter.',
    },
    'SSO-31': {
      what: 'Le compte choisi n’ouvre pas ce service : il n’est pas du bon type.',
      next: 'Déconnectez-vous du fournisseur, puis choisissez le bon compte.',
    },
    'SSO-32': {
      what: 'Le fournisseur vous reconnaît, mais aucun compte d’ici ne vous correspond avec certitude.',
      next: 'Connectez-vous avec votre identifiant, puis rattachez ce compte, ou demandez à votre établissement.',
    },
    'SSO-33': {
      what: 'Le fournisseur d’identité ne répond pas.',
      next: 'Réessayez plus tard, ou choisissez une autre façon de vous connecter.',
    },
    'SSO-40': {
      what: 'Ce code n’est pas reconnu, ou il a expiré.',
      next: 'Recommencez sur l’appareil : il affichera un autre code.',
    },
    'NOTE-01': {
      what: 'Les destinataires ne sont pas complets.',
      next: 'Vérifiez chaque règle : un profil, un établissement, une classe ou une personne.',
    },
    'NOTE-02': { what: 'Un rappel par jour au plus.', next: 'Recommencez demain : les autres ont déjà été prévenus.' },
    'DOC-01': {
      what: 'Ce type de fichier n’est pas accepté pour cette demande.',
      next: 'Enregistrez le document dans un des formats indiqués, en PDF par exemple.',
    },
    'DOC-02': {
      what: 'La date limite est passée.',
      next: 'Demandez un délai à l’établissement qui attend le document.',
    },
    'WEB-01': { what: 'La demande n’est pas comprise.', next: 'Vérifiez ce qui est écrit, puis recommencez.' },
    'WEB-02': { what: 'Cela n’est pas pris en charge.', next: 'Essayez autrement, ou demandez à l’assistance.' },
    'WEB-03': { what: 'C’est trop volumineux.', next: 'Envoyez moins à la fois.' },
    'WEB-04': { what: 'Introuvable.', next: 'Revenez à la page précédente.' },
    'WEB-05': { what: 'Il y en a trop.', next: 'Retirez-en d’abord un.' },
    'WEB-06': { what: 'Cela a changé entre-temps.', next: 'Rechargez, puis recommencez.' },
    'WEB-07': { what: 'Cela existe déjà.', next: 'Choisissez un autre nom.' },
    'WEB-08': { what: 'Il faut tout recharger.', next: 'Rechargez la page.' },
    'WEB-09': { what: 'Le service est très occupé.', next: 'Réessayez dans un instant.' },
    'WEB-10': {
      what: 'Une erreur est survenue de notre côté.',
      next: 'Réessayez ; si cela persiste, donnez ce code à l’assistance.',
    },
    'FILE-01': {
      what: 'Vos fichiers partagés occupent toute la place prévue.',
      next: 'Retirez-en un dans les réglages, « Fichiers envoyés par lien ».',
    },
    'FILE-02': { what: 'Ce lien ne mène plus à rien.', next: 'Demandez un nouveau lien à la personne qui partageait.' },
    'FILE-03': {
      what: 'Ce fichier est trop volumineux pour un lien.',
      next: 'Compressez-le ou partagez-le autrement.',
    },
    'FILE-04': { what: 'Vous partagez déjà trop de fichiers.', next: 'Retirez-en un dans les réglages.' },
    'FILE-05': {
      what: 'Les fichiers envoyés par lien ne sont pas ouverts aux élèves.',
      next: 'Joignez un fichier plus petit, ou déposez-le dans l’ENT.',
    },
    'BOX-01': {
      what: 'Votre rôle dans cette boîte ne le permet pas.',
      next: 'Demandez à l’un de ses responsables de changer votre rôle.',
    },
    'BOX-02': {
      what: 'La boîte n’aurait plus de responsable.',
      next: 'Nommez d’abord un autre responsable, puis recommencez.',
    },
    'BOX-03': {
      what: 'L’accès se donne à une personne ou à un groupe qui existe.',
      next: 'Vérifiez l’identifiant ou l’adresse.',
    },
    'BOX-04': {
      what: 'Cette date de fin est passée.',
      next: 'Choisissez une date à venir, ou laissez la date vide.',
    },
    'MAIL-01': { what: 'La boîte est pleine.', next: 'Supprimez ou archivez des messages, puis réessayez.' },
  },
}
