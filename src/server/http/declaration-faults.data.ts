/** What is wrong with the declaration of a service or an identity provider, by the field at fault. */

interface Words {
  readonly fr: string
  readonly en: string
}

export const faultsOfDeclarations: Readonly<Record<string, Words>> = {
  name: { fr: 'Il faut un nom, de cent caractères au plus.', en: 'A name is needed, of a hundred characters at most.' },
  key: { fr: 'L’adresse ou l’identifiant du service ne convient pas : une adresse CAS est complète (https://nom/chemin), un identifiant est sans espace.', en: 'The service’s address or identifier does not fit: a CAS address is complete (https://name/path), an identifier has no spaces.' },
  protocol: { fr: 'Choisissez un protocole.', en: 'Choose a protocol.' },
  attributes: { fr: 'Un des attributs demandés n’existe pas.', en: 'One of the attributes does not exist.' },
  profiles: { fr: 'Personne ne pourrait entrer : choisissez au moins un profil.', en: 'Nobody could enter: choose at least one profile.' },
  url: { fr: 'L’adresse d’ouverture n’est pas une adresse web.', en: 'The opening address is not a web address.' },
  acs: { fr: 'Une adresse de réponse du service n’est pas en https.', en: 'One of the service’s answer addresses is not https.' },
  certificates: { fr: 'Il manque un certificat : ses signatures ne pourraient pas être vérifiées.', en: 'A certificate is missing: its signatures could not be checked.' },
  logoutUrl: { fr: 'L’adresse de déconnexion ne convient pas.', en: 'The log-out address does not fit.' },
  callback: { fr: 'L’adresse de retour des tickets mandataires ne convient pas.', en: 'The callback of proxy tickets does not fit.' },
  redirects: { fr: 'Chaque adresse de retour doit être complète et en https.', en: 'Each return address must be complete and https.' },
  grants: { fr: 'Ce mode d’accès ne convient pas à ce service.', en: 'This grant does not fit this service.' },
  algorithm: { fr: 'Cet algorithme de signature n’est pas connu.', en: 'This signature algorithm is not known.' },
  scopes: { fr: 'Une des portées demandées n’existe pas.', en: 'One of the scopes does not exist.' },
  pkce: { fr: 'Un programme sans secret doit employer PKCE.', en: 'A program without a secret must use PKCE.' },
  secret: { fr: 'Un programme public n’a pas de secret.', en: 'A public program has no secret.' },
  metadata: { fr: 'Ces métadonnées SAML ne se lisent pas, ou ne décrivent pas ce qui est attendu.', en: 'These SAML metadata cannot be read, or do not describe what is expected.' },
  entity: { fr: 'Ces métadonnées sont celles d’un autre service.', en: 'These metadata are of another service.' },
  id: { fr: 'L’identifiant est fait de petites lettres, de chiffres et de traits d’union.', en: 'The identifier is of small letters, digits and hyphens.' },
  audience: { fr: 'Choisissez à qui ce fournisseur est proposé.', en: 'Choose who is offered this provider.' },
  claims: { fr: 'Il manque la revendication qui identifie la personne.', en: 'The claim that identifies the person is missing.' },
  names: { fr: 'Ces noms d’attributs ne conviennent pas : dix au plus par renseignement, de deux cents caractères chacun.', en: 'These attribute names do not fit: ten at most for each fact, of two hundred characters each.' },
  affiliations: { fr: 'Ces affiliations ne conviennent pas : cinquante au plus, chacune avec une valeur et un profil.', en: 'These affiliations do not fit: fifty at most, each with a value and a profile.' },
  logout: { fr: 'Cette façon de se déconnecter n’existe pas.', en: 'There is no such way to sign out.' },
  academy: { fr: 'Le code d’une académie est un nombre de trois chiffres au plus.', en: 'The code of an académie is a number of three digits at most.' },
  strongClasses: { fr: 'Ces niveaux ne conviennent pas : vingt au plus.', en: 'These levels do not fit: twenty at most.' },
  matching: { fr: 'Cette façon de retrouver un compte n’existe pas.', en: 'This way to find an account does not exist.' },
  issuer: { fr: 'L’émetteur doit être une adresse https.', en: 'The issuer must be an https address.' },
  clientId: { fr: 'Il manque l’identifiant que le fournisseur nous a donné.', en: 'The identifier that the provider gave us is missing.' },
  entityId: { fr: 'Il manque l’identifiant (entityID) du fournisseur.', en: 'The provider’s entityID is missing.' },
  sso: { fr: 'Le fournisseur n’annonce pas d’adresse de connexion en https par redirection.', en: 'The provider names no https sign-on address by redirect.' },
  preset: { fr: 'Ce modèle n’existe pas.', en: 'There is no such preset.' },
}
