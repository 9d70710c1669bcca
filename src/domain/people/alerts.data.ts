/** Words of the messages about an account: what happened, and what to do. Plain, for people in a hurry. */

export interface AlertText {
  readonly subject: string
  /** One or two sentences: what happened. */
  readonly what: string
}

interface Alert {
  readonly fr: AlertText
  readonly en: AlertText
  /** False: nothing to be afraid of, so no "if it was not you". */
  readonly suspicious?: false
}

export const alerts = {
  'account-activated': {
    fr: { subject: 'Votre compte est activé', what: 'Votre compte vient d’être activé et son mot de passe choisi.' },
    en: { subject: 'Your account is active', what: 'Your account was activated and its password chosen.' },
  },
  'password-changed': {
    fr: { subject: 'Votre mot de passe a été changé', what: 'Le mot de passe de votre compte vient d’être changé. Les autres sessions ont été fermées.' },
    en: { subject: 'Your password was changed', what: 'The password of your account was changed. Your other sessions were ended.' },
  },
  'password-to-change': {
    fr: { subject: 'Choisissez un nouveau mot de passe', what: 'Votre mot de passe n’est plus assez sûr pour votre compte : un autre vous est demandé à la connexion sur le web. Dans quatorze jours, les programmes de courrier ne l’accepteront plus.' },
    en: { subject: 'Choose a new password', what: 'Your password is no longer strong enough for your account: you are asked for another one when you sign in on the web. In fourteen days mail programs will no longer be let in by it.' },
    suspicious: false,
  },
  'password-reset': {
    fr: { subject: 'Votre mot de passe a été réinitialisé', what: 'Un nouveau mot de passe vient d’être choisi sans l’ancien (oubli, ou aide de votre établissement).' },
    en: { subject: 'Your password was reset', what: 'A new password was chosen without the old one (forgotten, or with the help of your school).' },
  },
  'factor-added': {
    fr: { subject: 'Une protection a été ajoutée', what: 'Un nouveau moyen de prouver votre identité a été ajouté à votre compte.' },
    en: { subject: 'A protection was added', what: 'A new way to prove who you are was added to your account.' },
  },
  'factor-removed': {
    fr: { subject: 'Une protection a été retirée', what: 'Un moyen de prouver votre identité a été retiré de votre compte.' },
    en: { subject: 'A protection was removed', what: 'A way to prove who you are was removed from your account.' },
  },
  'recovery-codes-made': {
    fr: { subject: 'Codes de secours créés', what: 'De nouveaux codes de secours ont été créés. Les anciens ne valent plus rien.' },
    en: { subject: 'Recovery codes were made', what: 'New recovery codes were made. The earlier ones are worth nothing now.' },
  },
  'recovery-used': {
    fr: { subject: 'Récupération de votre compte', what: 'Un moyen de récupération de votre compte vient d’être utilisé.' },
    en: { subject: 'Your account was recovered', what: 'A way to recover your account was just used.' },
  },
  'recovery-asked': {
    fr: { subject: 'Demande de récupération', what: 'Quelqu’un a demandé à récupérer l’accès à votre compte.' },
    en: { subject: 'Recovery was asked for', what: 'Somebody asked to recover the access to your account.' },
  },
  'recovery-approved': {
    fr: { subject: 'La récupération de votre compte est acceptée', what: 'Une seconde personne de votre établissement vient d’accepter la récupération de votre compte. Un code peut maintenant vous être remis.' },
    en: { subject: 'The recovery of your account was approved', what: 'A second person of your school approved the recovery of your account. A code can be handed to you now.' },
  },
  'recovery-refused': {
    fr: { subject: 'La récupération de votre compte est refusée', what: 'Une seconde personne de votre établissement vient de refuser la récupération de votre compte. Rien n’a changé.' },
    en: { subject: 'The recovery of your account was refused', what: 'A second person of your school refused the recovery of your account. Nothing has changed.' },
  },
  'rescue-changed': {
    fr: { subject: 'Vos coordonnées de secours ont changé', what: 'L’adresse ou le téléphone de secours de votre compte vient de changer.' },
    en: { subject: 'Your rescue contact changed', what: 'The rescue address or telephone of your account was changed.' },
  },
  'trusted-contact-changed': {
    fr: { subject: 'Vos personnes de confiance ont changé', what: 'La liste des personnes qui peuvent vous aider à récupérer votre compte vient de changer.' },
    en: { subject: 'Your trusted contacts changed', what: 'The list of people who can help you recover your account was changed.' },
  },
  'app-password-created': {
    fr: { subject: 'Mot de passe d’application créé', what: 'Un mot de passe pour un programme ou un appareil vient d’être créé.' },
    en: { subject: 'An app password was made', what: 'A password for a program or a device was made.' },
  },
  'app-password-revoked': {
    fr: { subject: 'Mot de passe d’application retiré', what: 'Un mot de passe d’application vient d’être retiré : le programme ou l’appareil qui s’en servait n’a plus accès à votre compte.' },
    en: { subject: 'An app password was revoked', what: 'An app password was revoked: the program or device that used it has no access to your account any more.' },
  },
  'code-issued': {
    fr: { subject: 'Un code a été préparé pour votre compte', what: 'Votre établissement ou l’assistance vient de préparer un code qui permet de choisir un nouveau mot de passe pour votre compte. Il doit vous être remis en main propre.' },
    en: { subject: 'A code was made for your account', what: 'Your school or the helpdesk made a code with which a new password can be chosen for your account. It must be handed to you in person.' },
  },
  'identifier-told': {
    fr: { subject: 'Votre identifiant a été redonné', what: 'Votre identifiant vient d’être redonné à quelqu’un qui l’a demandé pour vous. Il n’ouvre rien sans votre mot de passe.' },
    en: { subject: 'Your identifier was given back', what: 'Your identifier was told to somebody who asked for it in your name. It opens nothing without your password.' },
  },
  'rights-changed': {
    fr: { subject: 'Vos droits d’administration ont changé', what: 'Des droits d’administration viennent de vous être donnés ou retirés.' },
    en: { subject: 'Your rights to administer changed', what: 'Rights to administer were given to you, or taken back.' },
  },
  'accounts-merged': {
    fr: { subject: 'Deux comptes à votre nom ont été réunis', what: 'Deux comptes à votre nom viennent d’être réunis, ou séparés de nouveau. Celui qui reste ouvre tout.' },
    en: { subject: 'Two accounts of yours were merged', what: 'Two accounts of yours were merged, or parted again. The one that stays opens everything.' },
  },
  'mailbox-access': {
    fr: { subject: 'L’accès à une boîte fonctionnelle a changé', what: 'L’accès à une boîte fonctionnelle dont vous êtes responsable vient de changer.' },
    en: { subject: 'Access to a shared mailbox changed', what: 'The access to a mailbox you are an owner of was changed.' },
  },
  'mailbox-yours': {
    fr: { subject: 'Votre accès à une boîte fonctionnelle a changé', what: 'Votre accès à une boîte fonctionnelle vient d’être ouvert, changé ou retiré. Elle s’ouvre avec votre propre compte, sans autre mot de passe.' },
    en: { subject: 'Your access to a shared mailbox changed', what: 'Your access to the mailbox of a function was given, changed or taken away. It opens with your own account, without another password.' },
    suspicious: false,
  },
  'service-allowed': {
    fr: { subject: 'Un service a accès à votre compte', what: 'Vous avez autorisé un service à utiliser votre compte.' },
    en: { subject: 'A service may use your account', what: 'You allowed a service to use your account.' },
  },
  'service-removed': {
    fr: { subject: 'Un service n’a plus accès à votre compte', what: 'Un service que vous aviez autorisé n’a plus accès à votre compte.' },
    en: { subject: 'A service has no access to your account any more', what: 'A service that you had allowed has no access to your account any more.' },
  },
  'provider-linked': {
    fr: { subject: 'Un service d’identité ouvre votre compte', what: 'Votre compte peut maintenant être ouvert par un service d’identité extérieur (EduConnect, ENT…).' },
    en: { subject: 'An identity service opens your account', what: 'Your account can now be opened through an outside identity service (EduConnect, an ENT…).' },
  },
  'provider-unlinked': {
    fr: { subject: 'Un service d’identité n’ouvre plus votre compte', what: 'Votre compte ne peut plus être ouvert par ce service d’identité extérieur.' },
    en: { subject: 'An identity service opens your account no more', what: 'Your account can no longer be opened through this outside identity service.' },
  },
  'new-device': {
    fr: { subject: 'Connexion depuis un nouvel appareil', what: 'Une connexion à votre compte a eu lieu depuis un appareil qui n’avait jamais servi.' },
    en: { subject: 'Sign-in from a new device', what: 'Your account was signed in to from a device that was never used before.' },
  },
  'new-country': {
    fr: { subject: 'Connexion depuis un autre pays', what: 'Une connexion à votre compte a eu lieu depuis un pays d’où vous ne veniez jamais.' },
    en: { subject: 'Sign-in from another country', what: 'Your account was signed in to from a country you never came from before.' },
  },
  'impossible-travel': {
    fr: { subject: 'Connexions depuis deux endroits éloignés', what: 'Votre compte a servi depuis deux endroits trop éloignés pour un seul voyage.' },
    en: { subject: 'Sign-ins from two distant places', what: 'Your account was used from two places too far apart for one journey.' },
  },
  'sign-in-refused': {
    fr: { subject: 'Connexion refusée', what: 'Une connexion à votre compte a été refusée.' },
    en: { subject: 'A sign-in was refused', what: 'A sign-in to your account was refused.' },
  },
  'sign-in-blocked': {
    fr: { subject: 'Essais de connexion ralentis', what: 'Trop de mots de passe faux ont été essayés sur votre compte : les essais sont ralentis. Vos appareils habituels ne sont pas gênés.' },
    en: { subject: 'Sign-in attempts are slowed down', what: 'Too many wrong passwords were tried on your account: further tries are slowed down. Your usual devices are not.' },
  },
  'session-revoked': {
    fr: { subject: 'Une session a été fermée', what: 'Une session ouverte sur votre compte a été fermée à distance.' },
    en: { subject: 'A session was ended', what: 'A session of your account was ended from elsewhere.' },
  },
  'device-forgotten': {
    fr: { subject: 'Un appareil a été oublié', what: 'Un appareil que votre compte connaissait vient d’être oublié : ses sessions sont fermées, et tout y sera redemandé.' },
    en: { subject: 'A device was forgotten', what: 'A device that your account knew was forgotten: its sessions are ended, and everything is asked for there again.' },
  },
  'account-blocked': {
    fr: { subject: 'Votre compte est bloqué', what: 'Votre compte vient d’être bloqué par votre établissement ou l’assistance. Personne ne peut s’y connecter.' },
    en: { subject: 'Your account is blocked', what: 'Your account was blocked by your school or the helpdesk. Nobody can sign in to it.' },
    suspicious: false,
  },
  'account-unblocked': {
    fr: { subject: 'Votre compte est débloqué', what: 'Vous pouvez de nouveau vous connecter à votre compte.' },
    en: { subject: 'Your account is unblocked', what: 'You can sign in to your account again.' },
    suspicious: false,
  },
  'diagnosis-entered': {
    fr: { subject: 'L’assistance regarde votre diagnostic', what: 'Avec le code que vous avez donné, l’assistance voit pendant une demi-heure le diagnostic de votre compte et le trajet de vos messages, jamais leur contenu. Vous pouvez y mettre fin à tout moment.' },
    en: { subject: 'The helpdesk looks at your diagnosis', what: 'With the code that you gave, the helpdesk sees for half an hour the diagnosis of your account and the path of your messages, never their content. You may end it at any time.' },
    suspicious: false,
  },
  'data-exported': {
    fr: { subject: 'Vos données ont été exportées', what: 'Une copie de toutes les données de votre compte vient d’être faite.' },
    en: { subject: 'Your data was exported', what: 'A copy of all the data of your account was made.' },
  },
  'erasure-asked': {
    fr: { subject: 'La suppression de votre compte est demandée', what: 'La suppression de votre compte est demandée. Il est suspendu, puis sera supprimé avec son courrier à la date indiquée.' },
    en: { subject: 'Your account is to be deleted', what: 'The deletion of your account was asked for. It is suspended, and will be deleted with its mail on the day below.' },
  },
  'erasure-canceled': {
    fr: { subject: 'Votre compte ne sera pas supprimé', what: 'La suppression de votre compte est annulée.' },
    en: { subject: 'Your account will not be deleted', what: 'The deletion of your account was called off.' },
    suspicious: false,
  },
} as const satisfies Readonly<Record<string, Alert>>

/** Why a sign-in was refused: told to the owner, never to whoever tried. */
export const refusalWords = {
  'wrong-password': { fr: 'le mot de passe était faux', en: 'the password was wrong' },
  'wrong-factor': { fr: 'le mot de passe était juste, mais pas le code ou la clé demandés ensuite', en: 'the password was right, but not the code or key asked for next' },
  disabled: { fr: 'le compte est désactivé', en: 'the account is disabled' },
  blocked: { fr: 'le compte est bloqué', en: 'the account is blocked' },
  ended: { fr: 'le compte a pris fin', en: 'the account has ended' },
  'not-activated': { fr: 'le compte n’est pas encore activé', en: 'the account is not activated yet' },
  'no-password': { fr: 'le compte n’a pas de mot de passe : il s’ouvre autrement', en: 'the account has no password: it is opened in another way' },
  throttled: { fr: 'trop d’essais faux l’ont précédée', en: 'too many wrong tries came before it' },
  'app-password-scope': { fr: 'le mot de passe d’application ne vaut pas pour cet usage', en: 'the app password is not for this use' },
  'password-not-for-programs': { fr: 'les programmes ont besoin d’un mot de passe d’application', en: 'programs need an app password' },
  'password-to-change': { fr: 'le mot de passe doit d’abord être changé sur le web', en: 'the password has to be changed on the web first' },
  federation: { fr: 'le service d’identité extérieur n’a pas donné ce qu’il fallait', en: 'the outside identity service did not give what was needed' },
} as const satisfies Readonly<Record<string, { readonly fr: string; readonly en: string }>>

export const labels = {
  fr: {
    greeting: (name: string) => `Bonjour ${name},`,
    when: 'Quand',
    from: 'D’où',
    device: 'Avec',
    detail: 'Détail',
    notYou: 'Si ce n’est pas vous, agissez maintenant : ouvrez la page Sécurité de votre compte, fermez les sessions que vous ne reconnaissez pas et changez votre mot de passe.',
    wasYou: 'Si c’est vous, il n’y a rien à faire.',
    page: 'Sécurité de votre compte',
    help: 'Sans accès à votre compte, adressez-vous à l’assistance de votre académie. Nous ne demandons jamais un mot de passe par courrier.',
    automatic: 'Ce message est envoyé automatiquement : inutile d’y répondre.',
    unknownPlace: 'lieu inconnu',
    ownNetwork: 'réseau interne',
    address: 'adresse',
  },
  en: {
    greeting: (name: string) => `Hello ${name},`,
    when: 'When',
    from: 'Where from',
    device: 'With',
    detail: 'Detail',
    notYou: 'If this was not you, act now: open the Security page of your account, end the sessions you do not know and change your password.',
    wasYou: 'If it was you, there is nothing to do.',
    page: 'Security of your account',
    help: 'If you cannot get into your account, ask the helpdesk. We never ask for a password by mail.',
    automatic: 'This message was sent automatically: there is no need to answer.',
    unknownPlace: 'unknown place',
    ownNetwork: 'internal network',
    address: 'address',
  },
} as const
