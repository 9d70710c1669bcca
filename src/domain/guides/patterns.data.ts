/**
 * Errors of others that the decoder knows as it comes, as an editor reads them: where they come from, the exact codes,
 * sentences that they say (in any language, without accents or capitals; ` * ` stands for anything in between), the guide,
 * and what it means in one sentence. Editors change and add to them (errors.ts). Our own codes are not here: they are in
 * the heads of the guides.
 */
export interface ErrorPattern {
  /** Names it for ever: what editors wrote over it is found by it. */
  readonly id: string
  readonly from: string
  /** Exact, as they stand in a message; capitals do not matter. `5.*` is any code that begins so. */
  readonly codes?: readonly string[]
  /** What the message says. */
  readonly says?: readonly string[]
  readonly guide: string
  readonly fr: string
  readonly en: string
}

// biome-ignore format: a table, one error a line
export const errorPatterns: readonly ErrorPattern[] = [
  // -- EduConnect, ENT, FranceConnect
  { id: 'educonnect', from: 'EduConnect', guide: 'educonnect', says: ['identifiant ou mot de passe educonnect * incorrect', 'educonnect * mot de passe incorrect'],
    fr: 'EduConnect refuse l’identifiant ou le mot de passe du compte EduConnect.', en: 'EduConnect refuses the identifier or password of the EduConnect account.' },
  { id: 'educonnect-2', from: 'EduConnect', guide: 'educonnect', says: ['votre compte ne vous permet pas d acceder a ce service', 'vous n etes pas autorise a acceder a ce service avec ce compte', 'type de compte'],
    fr: 'Le compte EduConnect choisi n’est pas du bon type pour ce service.', en: 'The EduConnect account that was chosen is not of the right kind for this service.' },
  { id: 'educonnect-account-not-linked', from: 'EduConnect', guide: 'account-not-linked', says: ['aucun eleve n est rattache', 'aucun eleve rattache', 'aucun enfant * rattache', 'aucune correspondance', 'educonnect * aucun compte'],
    fr: 'Le compte est reconnu, mais aucune fiche de l’établissement ne lui correspond.', en: 'The account is known, but no record of the school corresponds to it.' },
  { id: 'educonnect-3', from: 'EduConnect', guide: 'educonnect', says: ['le numero de telephone * ne correspond pas', 'numero de telephone * inconnu', 'code recu par sms * incorrect'],
    fr: 'Le numéro de téléphone n’est pas celui que l’établissement a enregistré.', en: 'The telephone number is not the one that the school has on record.' },
  { id: 'educonnect-provider-trouble', from: 'EduConnect', guide: 'provider-trouble', says: ['educonnect * indisponible', 'educonnect * maintenance', 'educonnect * erreur technique', 'le service educonnect est momentanement'],
    fr: 'EduConnect ne fonctionne pas pour le moment.', en: 'EduConnect does not work at present.' },
  { id: 'ent-account-not-linked', from: 'ENT', guide: 'account-not-linked', says: ['ent * compte inconnu', 'utilisateur inconnu de l ent', 'eclat * compte non reconnu'],
    fr: 'L’ENT ne trouve pas de compte qui vous corresponde.', en: 'The ENT finds no account that corresponds to you.' },
  { id: 'ent-provider-trouble', from: 'ENT', guide: 'provider-trouble', says: ['ent * indisponible', 'ent * maintenance', 'eclat * indisponible'],
    fr: 'L’ENT ne fonctionne pas pour le moment.', en: 'The ENT does not work at present.' },

  // -- ProConnect
  { id: 'proconnect-stronger-sign-in', from: 'ProConnect', guide: 'stronger-sign-in', codes: ['Y020018'],
    fr: 'ProConnect : le service demande une connexion plus sûre.', en: 'ProConnect: the service wants a stronger sign-in.' },
  { id: 'proconnect', from: 'ProConnect', guide: 'proconnect', codes: ['Y020026'],
    fr: 'ProConnect : la réponse du fournisseur d’identité n’était pas signée.', en: 'ProConnect: the answer of the identity provider was not signed.' },
  { id: 'proconnect-2', from: 'ProConnect', guide: 'proconnect', codes: ['Y500006'],
    fr: 'ProConnect : une donnée de la réponse n’a pas la forme attendue.', en: 'ProConnect: a value of the answer does not have the expected form.' },
  { id: 'proconnect-3', from: 'ProConnect', guide: 'proconnect', codes: ['Y*'], says: ['proconnect * erreur', 'proconnect * error', 'agentconnect * erreur'],
    fr: 'ProConnect a rencontré une erreur pendant la connexion.', en: 'ProConnect met an error during the sign-in.' },

  // -- single sign-on: CAS, OpenID Connect, SAML
  { id: 'cas-service-request', from: 'CAS', guide: 'service-request', codes: ['INVALID_TICKET'], says: ['ticket * not recognized', 'ticket * non reconnu'],
    fr: 'Le ticket de connexion a déjà servi ou a expiré.', en: 'The sign-in ticket was used already or has expired.' },
  { id: 'cas-service-unknown', from: 'CAS', guide: 'service-unknown', codes: ['INVALID_SERVICE', 'UNAUTHORIZED_SERVICE', 'UNAUTHORIZED_SERVICE_PROXY', 'INVALID_PROXY_CALLBACK'], says: ['application not authorized to use cas', 'application non autorisee a utiliser cas'],
    fr: 'Le service n’est pas déclaré auprès de la connexion unique.', en: 'The service is not declared to single sign-on.' },
  { id: 'openid-service-unknown', from: 'OpenID', guide: 'service-unknown', codes: ['invalid_client', 'unauthorized_client', 'invalid_redirect_uri', 'redirect_uri_mismatch'], says: ['redirect uri did not match', 'redirect uri mismatch'],
    fr: 'Le service n’est pas inscrit, ou son adresse de retour a changé.', en: 'The service is not registered, or its way back has changed.' },
  { id: 'openid-service-request', from: 'OpenID', guide: 'service-request', codes: ['invalid_grant', 'invalid_request', 'SessionNotFound', 'invalid_state'], says: ['state mismatch', 'nonce mismatch', 'interaction session not found', 'state * does not match'],
    fr: 'La demande entre le service et nous a expiré ou a été interrompue.', en: 'The request between the service and us has expired or was interrupted.' },
  { id: 'openid-service-not-open', from: 'OpenID', guide: 'service-not-open', codes: ['access_denied', 'consent_required', 'interaction_required'],
    fr: 'L’accès au service a été refusé.', en: 'Access to the service was refused.' },
  { id: 'openid-session-ended', from: 'OpenID', guide: 'session-ended', codes: ['login_required'],
    fr: 'Le service demande de vous identifier de nouveau.', en: 'The service asks you to sign in again.' },
  { id: 'saml-service-request', from: 'SAML', guide: 'service-request', codes: ['urn:oasis:names:tc:SAML:2.0:status:Requester', 'urn:oasis:names:tc:SAML:2.0:status:RequestDenied'], says: ['saml * expired', 'assertion * expired', 'stale request', 'inresponseto * not valid', 'opensaml'],
    fr: 'L’échange SAML entre le service et nous a expiré ou n’est pas valable.', en: 'The SAML exchange between the service and us has expired or is not valid.' },
  { id: 'saml-provider-trouble', from: 'SAML', guide: 'provider-trouble', codes: ['urn:oasis:names:tc:SAML:2.0:status:Responder', 'urn:oasis:names:tc:SAML:2.0:status:AuthnFailed'],
    fr: 'Le service d’identité n’a pas confirmé qui vous êtes.', en: 'The identity service did not confirm who you are.' },
  { id: 'saml-stronger-sign-in', from: 'SAML', guide: 'stronger-sign-in', codes: ['urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext'],
    fr: 'Le service demande une connexion plus sûre.', en: 'The service wants a stronger sign-in.' },

  // -- signing in to mail from a program: IMAP and SMTP
  { id: 'imap-app-password', from: 'IMAP', guide: 'app-password', says: ['make an app password', 'this account has a second factor', 'application specific password required', 'mot de passe d application requis'], codes: ['5.7.9', '534'],
    fr: 'Ce compte a une seconde preuve : le logiciel a besoin d’un mot de passe d’appareil.', en: 'This account has a second proof: the program needs a device password.' },
  { id: 'imap-program-password-refused', from: 'IMAP', guide: 'program-password-refused', codes: ['AUTHENTICATIONFAILED', 'AUTHORIZATIONFAILED', '5.7.8', '535', '530', '5.7.0'],
    says: ['authentication failed', 'echec de l authentification', 'login failed', 'echec de la connexion au serveur * identifiant', 'invalid credentials', 'logon denied', 'authentication unsuccessful', 'wrong identifier or password', 'bad username or password', 'authentication credentials invalid', 'username and password not accepted'],
    fr: 'Le serveur de messagerie refuse l’identifiant ou le mot de passe donné par le logiciel.', en: 'The mail server refuses the identifier or password that the program gave.' },
  { id: 'imap-bounce-delayed', from: 'IMAP', guide: 'bounce-delayed', codes: ['4.7.0', '421', 'LIMIT', 'INUSE', '454'], says: ['too many connections', 'too many attempts', 'trop de connexions'],
    fr: 'Le logiciel se connecte trop souvent : le serveur le fait patienter.', en: 'The program connects too often: the server makes it wait.' },
  { id: 'imap-mailbox-full', from: 'IMAP', guide: 'mailbox-full', codes: ['OVERQUOTA', '4.2.2', '452'], says: ['quota exceeded', 'the mailbox is full', 'la boite est pleine', 'quota depasse', 'boite aux lettres pleine', 'espace de stockage * plein'],
    fr: 'La boîte est pleine.', en: 'The mailbox is full.' },
  { id: 'imap-try-again', from: 'IMAP', guide: 'try-again', codes: ['NONEXISTENT', 'TRYCREATE', 'CANNOT', 'ALREADYEXISTS', 'CLIENTBUG'], says: ['no such mailbox', 'mailbox does not exist', 'dossier inexistant'],
    fr: 'Le dossier demandé par le logiciel n’existe pas, ou existe déjà.', en: 'The folder that the program asked for does not exist, or exists already.' },
  { id: 'imap-not-allowed', from: 'IMAP', guide: 'not-allowed', codes: ['NOPERM'],
    fr: 'Le logiciel a demandé quelque chose que votre compte ne permet pas.', en: 'The program asked for something that your account may not do.' },
  { id: 'imap-server-trouble', from: 'IMAP', guide: 'server-trouble', codes: ['SERVERBUG', 'UNAVAILABLE', '4.3.0', '4.3.1', '4.3.2', '451'], says: ['temporarily unavailable', 'a passing difficulty', 'temporairement indisponible', 'service unavailable', 'internal server error', 'bad gateway', 'gateway timeout', 'erreur interne du serveur'],
    fr: 'Le serveur a une difficulté passagère.', en: 'The server has a passing difficulty.' },
  { id: 'imap-program-no-connection', from: 'IMAP', guide: 'program-no-connection', codes: ['PRIVACYREQUIRED', '5.7.11', '538', '5.7.10'], says: ['starttls first', 'encryption required', 'must issue a starttls', 'plaintext authentication disallowed'],
    fr: 'Le logiciel doit être réglé sur une connexion protégée (SSL/TLS).', en: 'The program must be set to a protected connection (SSL/TLS).' },
  { id: 'imap-too-large', from: 'IMAP', guide: 'too-large', codes: ['TOOBIG', '5.3.4', '5.2.3', '552'], says: ['message too large', 'message is too large', 'message size exceeds', 'exceeded storage allocation', 'message trop volumineux', 'piece jointe trop volumineuse', 'attachment too large', 'exceeds the maximum'],
    fr: 'Le message est trop volumineux.', en: 'The message is too large.' },

  // -- sending, and messages that come back
  { id: 'bounce-sender-refused', from: 'SMTP', guide: 'sender-refused', codes: ['553'], says: ['you may not send as', 'sender address rejected', 'not owned by user', 'send as denied', 'not allowed to send as', 'names an address that is not yours', 'adresse d expediteur refusee'],
    fr: 'Le serveur n’accepte pas que vous écriviez au nom de cette adresse.', en: 'The server does not let you write in the name of this address.' },
  { id: 'bounce-sender-refused-2', from: 'SMTP', guide: 'sender-refused', says: ['too many messages', 'too many recipients', 'trop de destinataires', 'sending limit'], codes: ['4.5.3', '5.5.3'],
    fr: 'Trop de messages ou de destinataires à la fois.', en: 'Too many messages or recipients at once.' },
  { id: 'bounce-refused', from: 'SMTP', guide: 'bounce-refused', says: ['relay access denied', 'relaying denied', 'unable to relay', 'relay not permitted'],
    fr: 'Le logiciel n’est pas identifié auprès du serveur d’envoi.', en: 'The program is not signed in to the outgoing server.' },
  { id: 'bounce-refused-2', from: 'SMTP', guide: 'bounce-refused', codes: ['5.7.1', '5.7.26', '5.7.25', '5.7.23', '5.7.27', '5.7.2', '554'],
    says: ['spamhaus', 'blacklist', 'block list', 'blocklist', 'blocked using', 'considered spam', 'detected as spam', 'spam message rejected', 'dmarc', 'spf check', 'spf fail', 'unauthenticated email', 'refused by the recipient', 'message refused', 'message rejected', 'poor reputation', 'policy reasons', 'liste noire'],
    fr: 'Un serveur a refusé le message pour une raison de sécurité.', en: 'A server refused the message for a reason of security.' },
  { id: 'bounce-full', from: 'SMTP', guide: 'bounce-full', codes: ['5.2.2', '5.2.1'], says: ['mailbox full', 'mailbox is full', 'over quota', 'out of storage', 'mailbox unavailable * full', 'boite du destinataire * pleine', 'takes no mail', 'account is disabled', 'mailbox disabled', 'inbox is full', 'larger than the mailbox'],
    fr: 'La boîte du destinataire est pleine ou fermée.', en: 'The recipient’s mailbox is full or closed.' },
  { id: 'bounce-unknown', from: 'SMTP', guide: 'bounce-unknown', codes: ['5.1.1', '5.1.0', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.4.1', '5.4.4', '550'],
    says: ['user unknown', 'no such user', 'unknown user', 'no such mailbox here', 'does not exist', 'recipient address rejected', 'recipient not found', 'address not found', 'adresse introuvable', 'destinataire inconnu', 'utilisateur inconnu', 'host not found', 'domain not found', 'nullmx', 'mailbox not found', 'n existe pas chez'],
    fr: 'L’adresse du destinataire n’existe pas, ou plus.', en: 'The recipient’s address does not exist, or no longer does.' },
  { id: 'bounce-delayed', from: 'SMTP', guide: 'bounce-delayed', codes: ['4.4.1', '4.4.2', '4.4.7', '4.7.1', '4.2.1', '4.1.1', '4.2.0', '4.7.4', '4.7.5', '450', '5.4.7'], says: ['greylist', 'delivery delayed', 'remise differee', 'message delayed', 'will be retried', 'try again later', 'delivery temporarily suspended', 'delivery time expired', 'could not be delivered for', 'warning message delayed', 'delivery status notification delay'],
    fr: 'Le message est retardé : le serveur continue d’essayer.', en: 'The message is delayed: the server goes on trying.' },
  { id: 'bounce-refused-3', from: 'SMTP', guide: 'bounce-refused', says: ['going round in circles', 'mail loop', 'too many hops', 'loop detected'], codes: ['5.4.6', '5.4.0'],
    fr: 'Le message tourne en rond entre des redirections.', en: 'The message goes round in circles between forwards.' },
  { id: 'bounce-refused-4', from: 'SMTP', guide: 'bounce-refused', codes: ['5.*'], says: ['undelivered mail returned to sender', 'delivery has failed', 'delivery status notification failure', 'undeliverable', 'message non remis', 'non remis', 'echec de la remise', 'your message wasn t delivered'],
    fr: 'Le message n’a pas été remis, et ne sera plus essayé.', en: 'The message was not delivered and will not be tried again.' },
  { id: 'bounce-delayed-2', from: 'SMTP', guide: 'bounce-delayed', codes: ['4.*'],
    fr: 'Difficulté passagère : le serveur réessaiera.', en: 'A passing difficulty: the server will try again.' },

  // -- iPhone, iPad, Mac
  { id: 'iphone-program-password-refused', from: 'iPhone', guide: 'program-password-refused', says: ['nom d utilisateur ou le mot de passe * incorrect', 'the user name or password * incorrect', 'username or password * incorrect', 'le mot de passe * est incorrect', 'enter the password for the account', 'saisissez le mot de passe du compte', 'compte verrouille'],
    fr: 'Le téléphone donne un mot de passe que le serveur refuse.', en: 'The phone gives a password that the server refuses.' },
  { id: 'iphone-certificate', from: 'iPhone', guide: 'certificate', says: ['impossible de verifier l identite du serveur', 'cannot verify server identity', 'identite du serveur * ne peut pas etre verifiee'],
    fr: 'Le téléphone n’a pas pu vérifier que c’est bien notre serveur.', en: 'The phone could not verify that it is our server.' },
  { id: 'iphone-program-no-connection', from: 'iPhone', guide: 'program-no-connection', says: ['impossible d obtenir le courrier', 'cannot get mail', 'la connexion au serveur a echoue', 'the connection to the server failed', 'le serveur de messagerie * ne repond pas', 'the mail server * is not responding', 'impossible de se connecter en ssl', 'cannot connect using ssl'],
    fr: 'Le téléphone ne joint pas le serveur de messagerie.', en: 'The phone does not reach the mail server.' },
  { id: 'iphone-bounce-refused', from: 'iPhone', guide: 'bounce-refused', says: ['l expediteur * a ete refuse', 'un destinataire a ete refuse', 'a copy has been placed in your outbox * rejected', 'ne permet pas le relais', 'does not allow relaying'],
    fr: 'Le serveur d’envoi n’a pas accepté le message : l’envoi n’est sans doute pas identifié.', en: 'The outgoing server did not take the message: sending is probably not signed in.' },

  // -- Android
  { id: 'android-program-no-connection', from: 'Android', guide: 'program-no-connection', says: ['impossible d ouvrir la connexion au serveur', 'couldn t open connection to server', 'unable to open connection', 'serveur ne repond pas', 'couldn t connect to server', 'sockettimeoutexception', 'unknownhostexception', 'unable to resolve host', 'connection refused', 'failed to connect'],
    fr: 'Le téléphone ne joint pas le serveur de messagerie.', en: 'The phone does not reach the mail server.' },
  { id: 'android-certificate', from: 'Android', guide: 'certificate', says: ['certificat non valide', 'certificate not valid', 'certificat du serveur * non approuve', 'sslhandshakeexception', 'trust anchor for certification path not found', 'certpathvalidatorexception'],
    fr: 'Le téléphone n’a pas pu vérifier le certificat du serveur.', en: 'The phone could not verify the server’s certificate.' },
  { id: 'android-program-password-refused', from: 'Android', guide: 'program-password-refused', says: ['impossible de se connecter * verifiez * mot de passe', 'authenticationfailedexception', 'probleme de connexion au compte', 'account action required', 'action requise', 'sign in failed', 'identifiants incorrects'],
    fr: 'Le téléphone donne un mot de passe que le serveur refuse.', en: 'The phone gives a password that the server refuses.' },

  // -- Thunderbird
  { id: 'thunderbird-program-password-refused', from: 'Thunderbird', guide: 'program-password-refused', says: ['login to server * failed', 'la connexion au serveur * avec l identifiant * a echoue', 'echec de l identification au serveur', 'sending of password * did not succeed', 'l envoi du mot de passe * n a pas reussi', 'verifiez votre identifiant et votre mot de passe', 'configuration could not be verified'],
    fr: 'Thunderbird donne un mot de passe que le serveur refuse.', en: 'Thunderbird gives a password that the server refuses.' },
  { id: 'thunderbird-program-no-connection', from: 'Thunderbird', guide: 'program-no-connection', says: ['failed to find the settings', 'thunderbird n a pas pu trouver les parametres', 'thunderbird failed to find', 'n a pas reussi a trouver les parametres', 'could not connect to mail server', 'la connexion au serveur * a expire', 'connection to server * timed out', 'impossible de se connecter au serveur', 'an error occurred while sending mail * outgoing server', 'le serveur sortant', 'unable to connect to server', 'refused the connection', 'connection was interrupted'],
    fr: 'Thunderbird ne joint pas le serveur, ou n’a pas trouvé ses réglages.', en: 'Thunderbird does not reach the server, or did not find its settings.' },
  { id: 'thunderbird-certificate', from: 'Thunderbird', guide: 'certificate', says: ['ajout d une exception de securite', 'add security exception', 'security exception'],
    fr: 'Thunderbird n’a pas pu vérifier le certificat du serveur.', en: 'Thunderbird could not verify the server’s certificate.' },

  // -- Outlook
  { id: 'outlook-program-password-refused', from: 'Outlook', guide: 'program-password-refused', codes: ['0x800CCC92', '0x800CCC18', '0x80040115', '0x8004011D', '0x800CCC91'], says: ['entrez votre nom d utilisateur et votre mot de passe pour le serveur suivant', 'enter your user name and password for the following server'],
    fr: 'Outlook donne un mot de passe que le serveur refuse.', en: 'Outlook gives a password that the server refuses.' },
  { id: 'outlook-program-no-connection', from: 'Outlook', guide: 'program-no-connection', codes: ['0x800CCC0E', '0x800CCC0D', '0x800CCC0F', '0x80042108', '0x80042109', '0x8004210A', '0x800CCC19', '0x800CCC1A', '0x80040600', '0x800CCC13', '0x8004010F', '0x800408FC'], says: ['outlook ne peut pas se connecter', 'outlook cannot connect', 'impossible d etablir une connexion chiffree', 'envoi recu a signale une erreur'],
    fr: 'Outlook ne joint pas le serveur : nom, port ou protection à vérifier.', en: 'Outlook does not reach the server: check name, port and protection.' },
  { id: 'outlook-bounce-refused', from: 'Outlook', guide: 'bounce-refused', codes: ['0x800CCC78', '0x800CCC79', '0x800CCC60'],
    fr: 'Le serveur d’envoi refuse : cochez que le serveur d’envoi demande une identification.', en: 'The outgoing server refuses: tick that the outgoing server needs authentication.' },
  { id: 'outlook-certificate', from: 'Outlook', guide: 'certificate', says: ['le nom du principal de la cible est incorrect', 'target principal name is incorrect', 'certificat de securite qui ne peut pas etre verifie', 'security certificate that cannot be verified'], codes: ['0x800B0109', '0x80090325'],
    fr: 'Outlook n’a pas pu vérifier le certificat du serveur.', en: 'Outlook could not verify the server’s certificate.' },

  // -- browsers
  { id: 'navigateur-no-network', from: 'Chrome, Firefox, Safari', guide: 'no-network', codes: ['ERR_INTERNET_DISCONNECTED', 'ERR_NAME_NOT_RESOLVED', 'ERR_CONNECTION_TIMED_OUT', 'ERR_CONNECTION_REFUSED', 'ERR_CONNECTION_RESET', 'ERR_TIMED_OUT', 'ERR_NETWORK_CHANGED', 'ERR_ADDRESS_UNREACHABLE', 'ERR_PROXY_CONNECTION_FAILED', 'DNS_PROBE_FINISHED_NXDOMAIN', 'DNS_PROBE_FINISHED_NO_INTERNET', 'ERR_EMPTY_RESPONSE'],
    says: ['vous n etes pas connecte a internet', 'you are not connected to the internet', 'ce site est inaccessible', 'this site can t be reached', 'hum nous ne parvenons pas a trouver ce site', 'we re having trouble finding that site', 'server not found', 'serveur introuvable', 'adresse introuvable * firefox', 'safari ne parvient pas a', 'safari can t open', 'failed to fetch', 'networkerror', 'le delai d attente est depasse'],
    fr: 'Le navigateur ne joint pas le serveur : c’est souvent le réseau.', en: 'The browser does not reach the server: it is often the network.' },
  { id: 'navigateur-certificate', from: 'Chrome, Firefox, Safari', guide: 'certificate', codes: ['ERR_CERT_AUTHORITY_INVALID', 'ERR_CERT_DATE_INVALID', 'ERR_CERT_COMMON_NAME_INVALID', 'ERR_SSL_PROTOCOL_ERROR', 'ERR_SSL_VERSION_OR_CIPHER_MISMATCH', 'SEC_ERROR_UNKNOWN_ISSUER', 'SEC_ERROR_EXPIRED_CERTIFICATE', 'SSL_ERROR_BAD_CERT_DOMAIN', 'MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT', 'PR_END_OF_FILE_ERROR', 'PR_CONNECT_RESET_ERROR', 'DLG_FLAGS_INVALID_CA', 'DLG_FLAGS_SEC_CERT_CN_INVALID', 'NET::ERR_CERT_AUTHORITY_INVALID', 'NET::ERR_CERT_DATE_INVALID'],
    says: ['votre connexion n est pas privee', 'your connection is not private', 'attention risque probable de securite', 'potential security risk ahead', 'this connection is not private', 'cette connexion n est pas privee', 'certificat * expire', 'certificate * expired', 'self signed certificate', 'certificate verify failed', 'la connexion n est pas securisee'],
    fr: 'Le navigateur n’a pas pu vérifier que c’est bien notre site.', en: 'The browser could not verify that it is our site.' },
  { id: 'navigateur-session-ended', from: 'Chrome, Firefox, Safari', guide: 'session-ended', codes: ['ERR_TOO_MANY_REDIRECTS', 'ERR_BLOCKED_BY_RESPONSE'], says: ['trop de redirections', 'redirected you too many times', 'redirection de page incorrecte', 'cookies * desactives', 'cookies are disabled', 'cookies * bloques'],
    fr: 'Le navigateur refuse les cookies, ou en garde d’anciens.', en: 'The browser refuses cookies, or keeps old ones.' },
  { id: 'navigateur-passkey', from: 'Chrome, Firefox, Safari', guide: 'passkey', codes: ['NotAllowedError', 'InvalidStateError', 'SecurityError'], says: ['no passkeys available', 'aucune cle d acces disponible', 'operation either timed out or was not allowed'],
    fr: 'Le navigateur n’a pas utilisé de clé d’accès : aucune sur cet appareil, ou demande abandonnée.', en: 'The browser used no passkey: none on this device, or the request was given up.' },
  { id: 'navigateur-not-allowed', from: 'Chrome, Firefox, Safari', guide: 'not-allowed', codes: ['403'], says: ['403 forbidden', 'acces refuse', 'access denied', 'acces interdit'],
    fr: 'La page refuse l’accès avec votre profil actuel.', en: 'The page refuses access with your present profile.' },
  { id: 'navigateur-page-not-found', from: 'Chrome, Firefox, Safari', guide: 'page-not-found', codes: ['404'], says: ['page not found', 'page introuvable', '404 not found'],
    fr: 'La page demandée n’existe pas.', en: 'The page asked for does not exist.' },
  { id: 'navigateur-server-trouble', from: 'Chrome, Firefox, Safari', guide: 'server-trouble', codes: ['500', '502', '503', '504'],
    fr: 'Le serveur a eu une erreur ou est trop occupé.', en: 'The server had an error or is too busy.' },
  { id: 'navigateur-too-many-tries', from: 'Chrome, Firefox, Safari', guide: 'too-many-tries', codes: ['429'], says: ['too many requests'],
    fr: 'Trop de demandes à la suite : il faut patienter.', en: 'Too many requests in a row: wait a little.' },
  { id: 'navigateur-too-large', from: 'Chrome, Firefox, Safari', guide: 'too-large', codes: ['413'], says: ['request entity too large', 'payload too large'],
    fr: 'Ce qui est envoyé est trop volumineux.', en: 'What is sent is too large.' },

  // -- messages that are traps
  { id: 'hameconnage-phishing', from: 'Phishing', guide: 'phishing', says: ['votre boite sera desactivee', 'votre compte sera suspendu', 'votre compte sera desactive', 'mettre a jour votre messagerie', 'augmenter votre quota', 'verify your account', 'votre mot de passe expire', 'your password expires', 'your mailbox has exceeded', 'cliquez ici pour confirmer', 'click here to verify', 'derniere relance', 'mettre a niveau votre boite', 'colis en attente', 'carte vitale'],
    fr: 'Ce texte ressemble à un hameçonnage : nous n’écrivons jamais cela.', en: 'This text looks like phishing: we never write this.' },
]
