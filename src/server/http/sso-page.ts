/** Plain pages of single sign-on: what went wrong, in one sentence, and what to do; and the page that posts a form. */
import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isFailure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { typeset } from '#format/html/typeset.ts'
import { escapeXml } from '#format/xml/write.ts'
import { languageOf } from './failure.ts'

type Words = { readonly fr: string; readonly en: string }

/** What a person reads; the code leads to the guide. */
export const ssoErrors = {
  'SSO-20': {
    title: { fr: 'Service inconnu', en: 'Unknown service' },
    text: {
      fr: 'Le service qui vous envoie ici n’est pas enregistré, ou il est fermé.',
      en: 'The service that sent you here is not registered, or it is closed.',
    },
  },
  'SSO-21': {
    title: { fr: 'Demande refusée', en: 'Request refused' },
    text: {
      fr: 'La demande du service n’est pas valable : par prudence, rien ne lui a été transmis.',
      en: 'The request of the service is not valid: to be safe, nothing was passed on.',
    },
  },
  'SSO-22': {
    title: { fr: 'Demande expirée', en: 'Request expired' },
    text: {
      fr: 'La demande a expiré ou a déjà servi. Retournez au service et recommencez.',
      en: 'The request has expired or was used already. Go back to the service and start again.',
    },
  },
  'SSO-23': {
    title: { fr: 'Service non ouvert à ce profil', en: 'Not open to this profile' },
    text: {
      fr: 'Ce service n’est pas ouvert à votre profil actuel. Si vous en avez un autre, changez de profil puis recommencez.',
      en: 'This service is not open to your present profile. If you have another one, switch profile and start again.',
    },
  },
  'SSO-24': {
    title: { fr: 'Identifiant manquant', en: 'Missing identifier' },
    text: {
      fr: 'Le service demande un identifiant que votre compte n’a pas. Votre assistance peut le compléter.',
      en: 'The service asks for an identifier that your account does not have. Your helpdesk can add it.',
    },
  },
  'SSO-25': {
    title: { fr: 'Déconnexion incomplète', en: 'Sign-out incomplete' },
    text: {
      fr: 'Vous êtes déconnecté ici, mais un service n’a pas répondu. Fermez votre navigateur pour être tranquille.',
      en: 'You are signed out here, but a service did not answer. Close your browser to be safe.',
    },
  },
  'SSO-30': {
    title: { fr: 'Connexion refusée par le fournisseur', en: 'Refused by the provider' },
    text: {
      fr: 'Le fournisseur d’identité n’a pas confirmé qui vous êtes. Recommencez depuis la page de connexion.',
      en: 'The identity provider did not confirm who you are. Start again from the sign-in page.',
    },
  },
  'SSO-31': {
    title: { fr: 'Ce compte n’ouvre pas ce service', en: 'This account does not open this service' },
    text: {
      fr: 'Le compte choisi n’est pas du bon type (parent, élève, agent). Déconnectez-vous du fournisseur pour en choisir un autre.',
      en: 'The account you chose is not of the right kind (parent, pupil, staff). Sign out of the provider to choose another.',
    },
  },
  'SSO-32': {
    title: { fr: 'Compte non rattaché', en: 'Account not linked' },
    text: {
      fr: 'Nous vous avons reconnu chez le fournisseur, mais aucun compte d’ici ne vous correspond avec certitude.',
      en: 'The provider knows you, but no account here is certainly yours.',
    },
  },
  'SSO-33': {
    title: { fr: 'Fournisseur indisponible', en: 'Provider unavailable' },
    text: {
      fr: 'Le fournisseur d’identité ne répond pas. Réessayez dans un instant, ou utilisez un autre moyen.',
      en: 'The identity provider does not answer. Try again in a moment, or use another way.',
    },
  },
} as const satisfies Readonly<Record<string, { title: Words; text: Words }>>

export type SsoCode = keyof typeof ssoErrors

export interface PageLink {
  readonly href: string
  readonly text: string
}

export interface Page {
  readonly title: string
  /** HTML, escaped already. */
  readonly body: string
  readonly status?: number
  /** Origins that forms of the page may go to besides our own. */
  readonly formAction?: string
  /** A script of ours. */
  readonly script?: string
}

const pagePolicy = (page: Page): string =>
  [
    "default-src 'none'",
    "style-src 'self'",
    page.script === undefined ? '' : "script-src 'self'",
    `form-action ${page.formAction ?? "'self'"}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
    .filter(Boolean)
    .join('; ')

/** French typography in the words of a page; what its tags hold (values that go on) stays as it is. */
const typesetWords = (html: string): string =>
  html.replace(/(^|>)([^<]+)/g, (_all, tag: string, words: string) => tag + typeset(words))

/** Sends a plain page, never cached. */
export const sendPage = (request: FastifyRequest, reply: FastifyReply, page: Page): FastifyReply => {
  const language = languageOf(request)
  const set = language === 'fr' ? typesetWords : (html: string) => html
  const title = set(escapeXml(page.title))
  const script = page.script === undefined ? '' : `<script src="${escapeXml(page.script)}" defer></script>`
  return reply
    .code(page.status ?? 200)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-security-policy', pagePolicy(page))
    .send(
      `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${title} — Convergence</title>` +
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">' +
        `<link rel="stylesheet" href="/plain.css">${script}</head>` +
        `<body><main><h1>${title}</h1>${set(page.body)}</main></body></html>`,
    )
}

export const linkTo = ({ href, text }: PageLink): string => `<p><a href="${escapeXml(href)}">${escapeXml(text)}</a></p>`

/** A code, as a link to its guide; HTML. */
export const codeLink = (code: string, language: 'fr' | 'en'): string =>
  `<a href="${language === 'fr' ? '/aide' : '/help'}/code/${encodeURIComponent(code)}">Code ${escapeXml(code)}</a>`

/** Sends the page of an error. */
export const sendSsoError = (
  request: FastifyRequest,
  reply: FastifyReply,
  code: SsoCode,
  links: readonly PageLink[] = [],
  status = 400,
): FastifyReply => {
  const language = languageOf(request)
  const { title, text } = ssoErrors[code]
  const home = { href: '/', text: language === 'fr' ? 'Aller à l’accueil' : 'Go to the start page' }
  const body =
    `<p>${escapeXml(text[language])}</p>${[...links, home].map(linkTo).join('')}` +
    `<p><small>${codeLink(code, language)}</small></p>`
  return sendPage(request, reply, { title: title[language], body, status })
}

/** The page of a failure: what is the partner's fault is told in one sentence, the reason goes to the log. */
export const sendSsoFailure = (
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
  code: SsoCode = 'SSO-21',
): FastifyReply => {
  if (isFailure(error)) {
    log.info('sso.refused', { code, reason: error.message, ip: request.ip })
    return sendSsoError(request, reply, error.code === 'notFound' ? 'SSO-20' : code)
  }
  const id = randomBytes(6).toString('hex')
  log.error('sso.error', { id, route: request.routeOptions.url ?? '' }, error)
  return sendSsoError(request, reply, code, [], 500)
}

/** A page that posts a form to a partner by itself, or at a click when there is no script (saml-bindings §3.5.4). */
export const sendPost = (
  request: FastifyRequest,
  reply: FastifyReply,
  action: string,
  fields: Readonly<Record<string, string | undefined>>,
): FastifyReply => {
  const fr = languageOf(request) === 'fr'
  const inputs = Object.entries(fields)
    .map(([name, value]) =>
      value === undefined ? '' : `<input type="hidden" name="${escapeXml(name)}" value="${escapeXml(value)}">`,
    )
    .join('')
  // Some services look where a form comes from; our origin is no secret to them.
  reply.header('referrer-policy', 'origin')
  return sendPage(request, reply, {
    title: fr ? 'Passage au service' : 'Going to the service',
    body:
      `<form method="post" action="${escapeXml(action)}" id="post">${inputs}` +
      `<p>${fr ? 'Un instant : vous êtes conduit au service.' : 'One moment: you are taken to the service.'}</p>` +
      `<button type="submit">${fr ? 'Continuer' : 'Continue'}</button></form>`,
    formAction: new URL(action).origin,
    script: '/saml/post.js',
  })
}

/** The script of that page. */
export const postScript = "document.getElementById('post').submit()\n"
