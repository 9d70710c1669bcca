/** What each failure is in HTTP, as a table: status, code of the guide, one plain sentence; more exactly by its property. */
import type { FailureCode } from '#base/failure.ts'
import { faultsOfDeclarations } from './declaration-faults.data.ts'

export interface Answer {
  readonly status: number
  /** Names the fault in the guides. */
  readonly code: string
  readonly message: { readonly fr: string; readonly en: string }
}

export const answers: Readonly<Record<FailureCode, Answer>> = {
  unauthenticated: {
    status: 401,
    code: 'AUTH-01',
    message: { fr: 'Identifiant ou mot de passe incorrect.', en: 'Wrong identifier or password.' },
  },
  stepUpRequired: {
    status: 403,
    code: 'AUTH-12',
    message: {
      fr: 'Confirmez d’abord que c’est bien vous.',
      en: 'First confirm that it is you.',
    },
  },
  appPasswordRequired: {
    status: 401,
    code: 'AUTH-09',
    message: {
      fr: 'Ce compte a un second facteur : créez un mot de passe d’application pour ce programme dans la sécurité du compte.',
      en: 'This account has a second factor: make an app password for this program in its security settings.',
    },
  },
  passwordChangeRequired: {
    status: 403,
    code: 'AUTH-17',
    message: {
      fr: 'Choisissez d’abord un nouveau mot de passe.',
      en: 'Choose a new password first.',
    },
  },
  throttled: {
    status: 429,
    code: 'AUTH-02',
    message: {
      fr: 'Trop d’essais : patientez un peu avant de recommencer.',
      en: 'Too many tries: wait a little before the next one.',
    },
  },
  forbidden: {
    status: 403,
    code: 'AUTH-03',
    message: { fr: 'Cette action n’est pas permise.', en: 'This is not allowed.' },
  },
  notFound: { status: 404, code: 'WEB-04', message: { fr: 'Cette page n’existe pas.', en: 'There is no such page.' } },
  invalid: {
    status: 400,
    code: 'WEB-01',
    message: { fr: 'La demande n’est pas comprise.', en: 'The request is not understood.' },
  },
  unsupported: {
    status: 501,
    code: 'WEB-02',
    message: { fr: 'Cela n’est pas pris en charge.', en: 'This is not supported.' },
  },
  tooLarge: { status: 413, code: 'WEB-03', message: { fr: 'C’est trop volumineux.', en: 'This is too large.' } },
  tooMany: { status: 400, code: 'WEB-05', message: { fr: 'Il y en a trop.', en: 'There are too many.' } },
  overQuota: { status: 507, code: 'MAIL-01', message: { fr: 'La boîte est pleine.', en: 'The mailbox is full.' } },
  conflict: {
    status: 409,
    code: 'WEB-06',
    message: { fr: 'Cela a changé entre-temps.', en: 'This changed meanwhile.' },
  },
  alreadyExists: { status: 409, code: 'WEB-07', message: { fr: 'Cela existe déjà.', en: 'This exists already.' } },
  cannotCalculateChanges: {
    status: 409,
    code: 'WEB-08',
    message: { fr: 'Il faut tout recharger.', en: 'Everything must be loaded again.' },
  },
  unavailable: {
    status: 503,
    code: 'WEB-09',
    message: {
      fr: 'Le service est très occupé : réessayez dans un instant.',
      en: 'The service is busy: try again in a moment.',
    },
  },
}

/** What exactly could not be proved, by the failure's property: the page says what to do about each. */
const unproved: Readonly<Record<string, Answer>> = {
  'device-link': {
    status: 410,
    code: 'DEV-01',
    message: {
      fr: 'Ce lien a déjà servi, ou il a expiré.',
      en: 'This link has been used already, or has expired.',
    },
  },
  session: {
    status: 401,
    code: 'AUTH-04',
    message: {
      fr: 'Votre session est terminée : identifiez-vous de nouveau.',
      en: 'Your session has ended: sign in again.',
    },
  },
  code: {
    status: 401,
    code: 'AUTH-05',
    message: {
      fr: 'Ce code n’est pas le bon. Vérifiez-le, ou attendez le suivant.',
      en: 'This code is not right. Check it, or wait for the next one.',
    },
  },
  'sign-in': {
    status: 401,
    code: 'AUTH-06',
    message: {
      fr: 'Cette connexion a expiré ou a été essayée trop souvent : recommencez.',
      en: 'This sign-in has expired or was tried too often: start again.',
    },
  },
  passkey: {
    status: 401,
    code: 'AUTH-08',
    message: {
      fr: 'Cette clé d’accès n’est pas acceptée ici. Essayez-en une autre, ou un autre moyen.',
      en: 'This passkey is not accepted here. Try another one, or another way.',
    },
  },
  activation: {
    status: 401,
    code: 'REC-01',
    message: {
      fr: 'Cet identifiant, ce code et cette date de naissance ne vont pas ensemble, ou le code a déjà servi.',
      en: 'This identifier, code and birth date do not belong together, or the code was used already.',
    },
  },
  reset: {
    status: 401,
    code: 'REC-02',
    message: {
      fr: 'Ce lien a déjà servi ou n’est plus valable : demandez-en un autre.',
      en: 'This link was used already or is too old: ask for another one.',
    },
  },
  contact: {
    status: 401,
    code: 'REC-03',
    message: {
      fr: 'Cet identifiant, ce code et cette date de naissance ne vont pas ensemble, ou le code a expiré.',
      en: 'This identifier, code and birth date do not belong together, or the code has expired.',
    },
  },
  diagnosis: {
    status: 401,
    code: 'HELP-01',
    message: {
      fr: 'Ce code d’aide n’est pas le bon, ou il a expiré : demandez-en un autre à la personne.',
      en: 'This help code is wrong or has expired: ask the person for another one.',
    },
  },
  rescue: {
    status: 401,
    code: 'REC-04',
    message: {
      fr: 'Ce code n’est pas le bon, ou il a expiré : demandez-en un autre.',
      en: 'This code is wrong or has expired: ask for another one.',
    },
  },
}

/** Why somebody may not do a task of administration, by the failure's property (domain/directory/delegation.ts). */
const refused: Readonly<Record<string, Answer>> = {
  enrol: {
    status: 403,
    code: 'AUTH-13',
    message: {
      fr: 'L’administration demande un second facteur fort : ajoutez une clé d’accès ou une application de codes.',
      en: 'Administration needs a strong second factor: add a passkey or a code app.',
    },
  },
  none: {
    status: 403,
    code: 'ADM-01',
    message: { fr: 'Aucune tâche d’administration ne vous est confiée.', en: 'No task of administration is yours.' },
  },
  task: {
    status: 403,
    code: 'ADM-02',
    message: { fr: 'Cette tâche ne vous est pas confiée.', en: 'This task is not yours.' },
  },
  scope: {
    status: 403,
    code: 'ADM-03',
    message: { fr: 'Cela ne relève pas de vos établissements.', en: 'This is not in your schools.' },
  },
  privilege: {
    status: 403,
    code: 'ADM-04',
    message: {
      fr: 'Cette personne a autant de droits que vous, ou plus.',
      en: 'This person has as many rights as you.',
    },
  },
  self: {
    status: 403,
    code: 'ADM-05',
    message: { fr: 'Personne n’administre son propre compte.', en: 'Nobody administers their own account.' },
  },
  elsewhere: {
    status: 403,
    code: 'AUTH-16',
    message: {
      fr: 'Le mot de passe de ce compte est celui de l’annuaire de l’académie : changez-le là-bas.',
      en: 'The password of this account is the one of the directory of the académie: change it there.',
    },
  },
  consent: {
    status: 403,
    code: 'HELP-02',
    message: {
      fr: 'Cette personne n’a pas ouvert son diagnostic, ou le temps est passé : demandez-lui un code d’aide.',
      en: 'This person has not opened their diagnosis, or the time is over: ask them for a help code.',
    },
  },
  mailbox: {
    status: 403,
    code: 'BOX-01',
    message: {
      fr: 'Votre rôle dans cette boîte ne le permet pas.',
      en: 'Your role in this mailbox does not allow it.',
    },
  },
  second: {
    status: 403,
    code: 'ADM-10',
    message: {
      fr: 'Une seconde personne de l’établissement doit approuver.',
      en: 'A second person of the school must approve.',
    },
  },
}

/** What in a request is not taken, where there is more to say than that. */
const notTaken: Readonly<Record<string, Answer>> = {
  'mailbox.person': {
    status: 400,
    code: 'BOX-03',
    message: {
      fr: 'L’accès se donne à une personne ou à un groupe qui existe.',
      en: 'Access is given to a person or a group that exists.',
    },
  },
  'mailbox.expiry': {
    status: 400,
    code: 'BOX-04',
    message: { fr: 'Cette date de fin est passée.', en: 'This end is in the past.' },
  },
  'same-password': {
    status: 400,
    code: 'AUTH-14',
    message: {
      fr: 'C’est le mot de passe qu’il faut changer : choisissez-en un autre.',
      en: 'This is the password that has to be changed: choose another one.',
    },
  },
  ...Object.fromEntries(
    Object.entries(faultsOfDeclarations).map(([field, message]) => [
      `service.${field}`,
      { status: 400, code: 'SVC-01', message },
    ]),
  ),
}

/** Why something cannot be done as things are. */
const inTheWay: Readonly<Record<string, Answer>> = {
  'mailbox.owner': {
    status: 409,
    code: 'BOX-02',
    message: {
      fr: 'La boîte n’aurait plus de responsable : nommez-en d’abord un autre.',
      en: 'The mailbox would have no owner: name another one first.',
    },
  },
  'service.open': {
    status: 409,
    code: 'SVC-02',
    message: { fr: 'Fermez-le d’abord : il est encore ouvert.', en: 'Close it first: it is still open.' },
  },
  'service.tile': {
    status: 409,
    code: 'SVC-03',
    message: {
      fr: 'Une tuile du portail mène à ce service : retirez-la d’abord.',
      en: 'A tile of the portal leads to this service: remove it first.',
    },
  },
}

const thereAlready: Readonly<Record<string, Answer>> = {
  service: {
    status: 409,
    code: 'SVC-04',
    message: {
      fr: 'Cette adresse ou cet identifiant est déjà déclaré.',
      en: 'This address or identifier is declared already.',
    },
  },
}

/** Files sent as links. */
export const files: Partial<Record<FailureCode, Answer>> = {
  overQuota: {
    status: 507,
    code: 'FILE-01',
    message: {
      fr: 'Vos fichiers partagés occupent toute la place prévue.',
      en: 'Your shared files fill the room that there is.',
    },
  },
  tooLarge: {
    status: 413,
    code: 'FILE-03',
    message: { fr: 'Ce fichier est trop volumineux pour un lien.', en: 'This file is too large for a link.' },
  },
  tooMany: {
    status: 400,
    code: 'FILE-04',
    message: { fr: 'Vous partagez déjà trop de fichiers.', en: 'You share too many files already.' },
  },
  forbidden: {
    status: 403,
    code: 'FILE-05',
    message: {
      fr: 'Les fichiers envoyés par lien ne sont pas ouverts aux élèves.',
      en: 'Pupils cannot send files as links.',
    },
  },
}

/** What of a notice or a request for documents is not as it must be. */
const notSent: Readonly<Record<string, Answer>> = {
  audience: {
    status: 400,
    code: 'NOTE-01',
    message: {
      fr: 'Ces destinataires ne sont pas complets : vérifiez chaque règle.',
      en: 'These recipients are not complete: check each rule.',
    },
  },
  'file-kind': {
    status: 400,
    code: 'DOC-01',
    message: {
      fr: 'Ce type de fichier n’est pas accepté pour cette demande.',
      en: 'This kind of file is not taken for this request.',
    },
  },
}

/** What comes too late, or too soon. */
const notNow: Readonly<Record<string, Answer>> = {
  dueAt: {
    status: 409,
    code: 'DOC-02',
    message: { fr: 'La date limite est passée.', en: 'The date has passed.' },
  },
}
const tooSoon: Readonly<Record<string, Answer>> = {
  reminder: {
    status: 429,
    code: 'NOTE-02',
    message: { fr: 'Un rappel par jour au plus.', en: 'One reminder a day at most.' },
  },
}

/** What a failure with a property says more exactly. */
export const exactly: Partial<Record<FailureCode, Readonly<Record<string, Answer>>>> = {
  unauthenticated: unproved,
  forbidden: refused,
  invalid: { ...notTaken, ...notSent },
  throttled: tooSoon,
  conflict: { ...inTheWay, ...notNow },
  alreadyExists: thereAlready,
}

export const unknown: Answer = {
  status: 500,
  code: 'WEB-10',
  message: { fr: 'Une erreur est survenue de notre côté.', en: 'Something went wrong on our side.' },
}
