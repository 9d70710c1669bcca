/** What the checks say, in plain words: first how it stands, then what it means. */
import type { AppPassword } from '../people/credentials.ts'
import { zone } from '../support/paris.ts'
import type { Waiting } from './facts.ts'
import type { RuleFact } from './rules.ts'
import type { TraceRow } from './trace.ts'

export type Language = 'fr' | 'en'

export interface Said {
  readonly title: string
  readonly text: string
}

const moments = {
  fr: new Intl.DateTimeFormat('fr-FR', { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' }),
  en: new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' }),
}

const programs = {
  fr: { web: 'page de connexion', imap: 'téléphone ou logiciel (lecture)', smtp: 'téléphone ou logiciel (envoi)', jmap: 'application' },
  en: { web: 'sign-in page', imap: 'phone or program (reading)', smtp: 'phone or program (sending)', jmap: 'application' },
} as const

const reasons = {
  fr: {
    'wrong-password': 'mot de passe incorrect',
    'no-password': 'ce compte n’a pas de mot de passe',
    'password-not-for-programs': 'un mot de passe d’application est nécessaire',
    'app-password-scope': 'ce mot de passe d’application n’est pas fait pour cela',
    'password-to-change': 'le mot de passe doit d’abord être changé',
    'wrong-factor': 'second code incorrect',
    throttled: 'trop d’essais, refusé sans être vérifié',
    disabled: 'compte désactivé',
    blocked: 'compte bloqué',
    ended: 'compte arrivé à sa fin',
  },
  en: {
    'wrong-password': 'wrong password',
    'no-password': 'this account has no password',
    'password-not-for-programs': 'an app password is needed',
    'app-password-scope': 'this app password is not for that',
    'password-to-change': 'the password has to be changed first',
    'wrong-factor': 'wrong second code',
    throttled: 'too many tries, refused unchecked',
    disabled: 'account disabled',
    blocked: 'account blocked',
    ended: 'account ended',
  },
} as const

const refusals = {
  fr: {
    mailboxFull: 'la boîte était pleine',
    largerThanMailbox: 'le message est plus grand que la boîte',
    tooLarge: 'le message est trop grand',
    dmarcPolicy: 'l’expéditeur n’a pas pu être vérifié',
    filtered: 'une de vos règles l’a refusé',
    disabledRecipient: 'le compte est désactivé',
    rateLimited: 'trop de messages à la fois',
    loop: 'le message tournait en rond',
  },
  en: {
    mailboxFull: 'the mailbox was full',
    largerThanMailbox: 'the message is larger than the mailbox',
    tooLarge: 'the message is too large',
    dmarcPolicy: 'the sender could not be verified',
    filtered: 'one of your rules refused it',
    disabledRecipient: 'the account is disabled',
    rateLimited: 'too many messages at once',
    loop: 'the message was going in circles',
  },
} as const

const componentStates = {
  fr: { degraded: 'perturbé', down: 'en panne', maintenance: 'en maintenance' },
  en: { degraded: 'degraded', down: 'down', maintenance: 'under maintenance' },
} as const

const found = (table: Readonly<Record<string, string>>, key: string): string => table[key] ?? key

const many = (count: number, one: string, others: string): string => `${count} ${count === 1 ? one : others}`

const fr = {
  signInGood: { title: 'Vos connexions', text: 'Aucune connexion refusée depuis une semaine.' },
  signInRefused: (count: number): Said => ({
    title: `${many(count, 'connexion refusée', 'connexions refusées')} depuis une semaine`,
    text: 'Voici les dernières et leur raison. Si ce n’était pas vous, changez votre mot de passe.',
  }),
  refusal: ({ at, counterpart, result, times, detail }: TraceRow): string =>
    `${moments.fr.format(at)}${times > 1 ? ` (${times} fois)` : ''} : ${found(reasons.fr, result)}, ${found(programs.fr, counterpart)}${detail.ip ? `, depuis ${detail.ip}` : ''}`,
  throttleGood: { title: 'Essais de mot de passe', text: 'Rien ne ralentit vos essais.' },
  throttled: (minutes: number): Said => ({
    title: 'Vos essais sont ralentis',
    text: `Trop de mots de passe incorrects : attendez ${many(minutes, 'minute', 'minutes')}, ou levez l’attente en prouvant que c’est vous.`,
  }),
  unlock: 'Lever l’attente',
  devicesGood: (count: number): Said => ({
    title: 'Vos appareils',
    text: count === 0 ? 'Aucun téléphone ni logiciel n’a de mot de passe d’application.' : `${many(count, 'mot de passe d’application', 'mots de passe d’application')} : tous fonctionnent.`,
  }),
  devicesFailing: (count: number): Said => ({
    title: count === 1 ? 'Un appareil est refusé' : `${count} appareils sont refusés`,
    text: 'Il utilise sans doute un ancien mot de passe : retirez celui-ci, puis donnez-lui-en un nouveau.',
  }),
  device: ({ label, lastFailedAt, failures }: AppPassword): string =>
    `${label} : ${many(failures, 'refus', 'refus')}, le dernier ${moments.fr.format(lastFailedAt ?? 0)}`,
  revoke: (label: string): string => `Retirer « ${label} »`,
  quotaNone: { title: 'Place dans la boîte', text: 'Votre boîte n’a pas de limite.' },
  quotaGood: (percent: number): Said => ({ title: 'Place dans la boîte', text: `Votre boîte est remplie à ${percent} %.` }),
  quotaNear: (percent: number): Said => ({
    title: 'Votre boîte est presque pleine',
    text: `Elle est remplie à ${percent} % : supprimez de grands messages et videz la corbeille.`,
  }),
  quotaFull: {
    title: 'Votre boîte est pleine',
    text: 'Les nouveaux messages sont refusés : supprimez de grands messages et videz la corbeille.',
  },
  rulesGood: { title: 'Vos règles', text: 'Aucune règle ne déplace vos messages.' },
  rulesMove: { title: 'Des règles déplacent vos messages', text: 'Un message attendu est peut-être dans un de ces dossiers.' },
  rulesLose: {
    title: 'Des règles suppriment ou refusent des messages',
    text: 'Un message attendu a pu être supprimé par une de ces règles.',
  },
  rule: ({ does, rule, line, to }: RuleFact): string => {
    const name = rule === '' ? `Règle de la ligne ${line}` : `« ${rule} »`
    if (does === 'file') return `${name} : classe dans ${to}`
    if (does === 'redirect') return `${name} : renvoie à ${to}`
    return `${name} : ${does === 'discard' ? 'supprime' : 'refuse'}`
  },
  pauseRules: 'Suspendre mes règles',
  forwardsGood: { title: 'Renvois', text: 'Vos messages ne sont renvoyés nulle part.' },
  forwards: (count: number): Said => ({
    title: count === 1 ? 'Des messages sont renvoyés à une autre adresse' : 'Des messages sont renvoyés à d’autres adresses',
    text: 'Un message renvoyé n’est gardé ici que si la règle le dit.',
  }),
  vacationGood: { title: 'Réponse d’absence', text: 'Elle est éteinte.' },
  vacationOn: (until: number | null): Said => ({
    title: 'Votre réponse d’absence est allumée',
    text: until === null ? 'Elle répond jusqu’à ce que vous l’éteigniez.' : `Elle répond jusqu’au ${moments.fr.format(until)}.`,
  }),
  stopVacation: 'Éteindre la réponse d’absence',
  mailGood: (at: number | undefined): Said => ({
    title: 'Arrivée des messages',
    text: at === undefined ? 'Aucun message n’est encore arrivé.' : `Le dernier message est arrivé le ${moments.fr.format(at)}. Aucun n’a été refusé.`,
  }),
  mailRefused: (count: number): Said => ({
    title: `${many(count, 'message refusé', 'messages refusés')} depuis une semaine`,
    text: 'Leurs expéditeurs ont été prévenus par leur propre messagerie.',
  }),
  traced: ({ at, counterpart, result, detail, times }: TraceRow): string => {
    const how =
      result === 'filed'
        ? `classé dans ${detail.mailbox ?? '?'}`
        : result === 'discarded'
          ? 'supprimé'
          : result === 'redirected'
            ? `renvoyé à ${detail.address ?? '?'}`
            : `refusé : ${found(refusals.fr, result.replace('refused:', ''))}`
    const rule = detail.rule ? ` par votre règle « ${detail.rule} »` : detail.line === undefined ? '' : ` par votre règle de la ligne ${detail.line}`
    return `${moments.fr.format(at)}, de ${counterpart} : ${how}${rule}${times > 1 ? ` (${times} fois)` : ''}`
  },
  sendingGood: { title: 'Vos envois', text: 'Aucun message n’attend, aucun n’est revenu.' },
  sendingFailed: (count: number): Said => ({
    title: `${many(count, 'envoi a échoué', 'envois ont échoué')}`,
    text: 'Le serveur du destinataire a refusé ; voici ce qu’il a répondu.',
  }),
  sendingLate: (count: number): Said => ({
    title: `${many(count, 'message attend', 'messages attendent')} de partir`,
    text: 'Le serveur du destinataire ne les prend pas encore ; l’envoi est réessayé.',
  }),
  sending: ({ address, reply, at }: Waiting): string => `${moments.fr.format(at)}, à ${address} : ${reply.slice(0, 200) || 'en attente'}`,
  servicesGood: { title: 'Nos services', text: 'Tout fonctionne.' },
  servicesBad: { title: 'Un service ne va pas bien', text: 'Nous le savons et y travaillons.' },
  component: (name: string, state: string): string => `${name} : ${found(componentStates.fr, state)}`,
  push: (count: number): Said => ({
    title: 'Notifications',
    text: count === 0 ? 'Aucun appareil ne reçoit vos notifications.' : `${many(count, 'appareil reçoit', 'appareils reçoivent')} vos notifications.`,
  }),
}

const en: typeof fr = {
  signInGood: { title: 'Your sign-ins', text: 'No sign-in was refused for a week.' },
  signInRefused: (count) => ({
    title: `${many(count, 'sign-in refused', 'sign-ins refused')} within a week`,
    text: 'These are the latest and their reason. If it was not you, change your password.',
  }),
  refusal: ({ at, counterpart, result, times, detail }) =>
    `${moments.en.format(at)}${times > 1 ? ` (${times} times)` : ''}: ${found(reasons.en, result)}, ${found(programs.en, counterpart)}${detail.ip ? `, from ${detail.ip}` : ''}`,
  throttleGood: { title: 'Password tries', text: 'Nothing slows your tries down.' },
  throttled: (minutes) => ({
    title: 'Your tries are slowed down',
    text: `Too many wrong passwords: wait ${many(minutes, 'minute', 'minutes')}, or lift the wait by proving that it is you.`,
  }),
  unlock: 'Lift the wait',
  devicesGood: (count) => ({
    title: 'Your devices',
    text: count === 0 ? 'No phone or program has an app password.' : `${many(count, 'app password', 'app passwords')}: all of them work.`,
  }),
  devicesFailing: (count) => ({
    title: count === 1 ? 'A device is refused' : `${count} devices are refused`,
    text: 'It probably uses an old password: remove this one, then give it a new one.',
  }),
  device: ({ label, lastFailedAt, failures }) =>
    `${label}: ${many(failures, 'refusal', 'refusals')}, the latest ${moments.en.format(lastFailedAt ?? 0)}`,
  revoke: (label) => `Remove “${label}”`,
  quotaNone: { title: 'Room in the mailbox', text: 'Your mailbox has no limit.' },
  quotaGood: (percent) => ({ title: 'Room in the mailbox', text: `Your mailbox is ${percent}% full.` }),
  quotaNear: (percent) => ({
    title: 'Your mailbox is nearly full',
    text: `It is ${percent}% full: delete large messages and empty the trash.`,
  }),
  quotaFull: {
    title: 'Your mailbox is full',
    text: 'New messages are refused: delete large messages and empty the trash.',
  },
  rulesGood: { title: 'Your rules', text: 'No rule moves your messages.' },
  rulesMove: { title: 'Rules move your messages', text: 'A message you wait for may be in one of these mailboxes.' },
  rulesLose: {
    title: 'Rules delete or refuse messages',
    text: 'A message you wait for may have been deleted by one of these rules.',
  },
  rule: ({ does, rule, line, to }) => {
    const name = rule === '' ? `Rule at line ${line}` : `“${rule}”`
    if (does === 'file') return `${name}: files into ${to}`
    if (does === 'redirect') return `${name}: forwards to ${to}`
    return `${name}: ${does === 'discard' ? 'deletes' : 'refuses'}`
  },
  pauseRules: 'Pause my rules',
  forwardsGood: { title: 'Forwarding', text: 'Your messages are forwarded nowhere.' },
  forwards: (count) => ({
    title: count === 1 ? 'Messages are forwarded to another address' : 'Messages are forwarded to other addresses',
    text: 'A forwarded message is kept here only when the rule says so.',
  }),
  vacationGood: { title: 'Vacation response', text: 'It is off.' },
  vacationOn: (until) => ({
    title: 'Your vacation response is on',
    text: until === null ? 'It answers until you turn it off.' : `It answers until ${moments.en.format(until)}.`,
  }),
  stopVacation: 'Turn the vacation response off',
  mailGood: (at) => ({
    title: 'Arrival of messages',
    text: at === undefined ? 'No message has arrived yet.' : `The latest message arrived on ${moments.en.format(at)}. None was refused.`,
  }),
  mailRefused: (count) => ({
    title: `${many(count, 'message refused', 'messages refused')} within a week`,
    text: 'Their senders were told by their own mail service.',
  }),
  traced: ({ at, counterpart, result, detail, times }) => {
    const how =
      result === 'filed'
        ? `filed into ${detail.mailbox ?? '?'}`
        : result === 'discarded'
          ? 'deleted'
          : result === 'redirected'
            ? `forwarded to ${detail.address ?? '?'}`
            : `refused: ${found(refusals.en, result.replace('refused:', ''))}`
    const rule = detail.rule ? ` by your rule “${detail.rule}”` : detail.line === undefined ? '' : ` by your rule at line ${detail.line}`
    return `${moments.en.format(at)}, from ${counterpart}: ${how}${rule}${times > 1 ? ` (${times} times)` : ''}`
  },
  sendingGood: { title: 'What you send', text: 'No message waits, none came back.' },
  sendingFailed: (count) => ({
    title: `${many(count, 'message', 'messages')} could not be sent`,
    text: 'The recipient’s server refused; this is what it answered.',
  }),
  sendingLate: (count) => ({
    title: `${many(count, 'message waits', 'messages wait')} to leave`,
    text: 'The recipient’s server does not take them yet; sending is tried again.',
  }),
  sending: ({ address, reply, at }) => `${moments.en.format(at)}, to ${address}: ${reply.slice(0, 200) || 'waiting'}`,
  servicesGood: { title: 'Our services', text: 'Everything works.' },
  servicesBad: { title: 'A service is not well', text: 'We know and are working on it.' },
  component: (name, state) => `${name}: ${found(componentStates.en, state)}`,
  push: (count) => ({
    title: 'Notifications',
    text: count === 0 ? 'No device receives your notifications.' : `${many(count, 'device receives', 'devices receive')} your notifications.`,
  }),
}

export const say = { fr, en }
