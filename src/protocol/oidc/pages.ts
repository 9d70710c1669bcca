/**
 * Pages that the provider shows by itself: errors, and consent, device and sign-out for browsers without script. Plain
 * documents, French and English, with a policy that lets nothing run and nothing load.
 */

import type { ErrorOut, errors, KoaContextWithOIDC } from 'oidc-provider'
import { escapeHtml } from '#format/html/escape.ts'

export type Language = 'fr' | 'en'
export type Texts = { readonly [L in Language]: string }

/**
 * The policy of these pages. `goesTo`: the origin that a form may end at after our redirection; browsers check the whole
 * chain against `form-action`.
 */
export const pagePolicy = (goesTo?: string): string =>
  [
    "default-src 'none'",
    "style-src 'self'",
    `form-action 'self'${goesTo === undefined ? '' : ` ${goesTo}`}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

export interface Page {
  readonly language: Language
  readonly title: string
  /** HTML. */
  readonly body: string
  /** Go there at once. */
  readonly refresh?: string
}

export const renderPage = ({ language, title, body, refresh }: Page): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">${
  refresh === undefined ? '' : `\n<meta http-equiv="refresh" content="0;url=${escapeHtml(refresh)}">`
}
<title>${escapeHtml(title)} – Convergence</title>${
  // A page that is left at once waits for nothing.
  refresh === undefined ? '\n<link rel="stylesheet" href="/plain.css">' : ''
}
</head>
<body>
<main class="plain">
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`

/** The person's language, of the two we speak; French first. */
export const languageFrom = (header: string | undefined, asked?: unknown): Language => {
  const wanted = `${typeof asked === 'string' ? `${asked} ` : ''}${header ?? ''}`.toLowerCase()
  const fr = wanted.search(/\bfr\b/)
  const en = wanted.search(/\ben\b/)
  return en >= 0 && (fr < 0 || en < fr) ? 'en' : 'fr'
}

interface Explanation {
  readonly code: string
  readonly title: Texts
  readonly text: Texts
}

/** What a person can do about it; the service's own mistakes are told to its maker by the protocol's word below. */
const explanations: Readonly<Record<string, Explanation>> = {
  expired: {
    code: 'SSO-22',
    title: { fr: 'Cette demande a expiré', en: 'This request has expired' },
    text: {
      fr: 'Elle est trop ancienne, ou elle a commencé dans un autre navigateur. Retournez au service et recommencez.',
      en: 'It is too old, or it began in another browser. Go back to the service and start again.',
    },
  },
  client: {
    code: 'SSO-20',
    title: { fr: 'Ce service n’est pas reconnu', en: 'This service is not recognised' },
    text: {
      fr: 'Il n’est pas inscrit ici, ou plus. Vérifiez l’adresse d’où vous venez, ou prévenez l’assistance.',
      en: 'It is not registered here, or not any more. Check the address you come from, or tell the helpdesk.',
    },
  },
  redirect: {
    code: 'SSO-26',
    title: { fr: 'L’adresse de retour n’est pas la bonne', en: 'The way back is not the right one' },
    text: {
      fr: 'Le service demande à vous renvoyer vers une adresse qu’il n’a pas inscrite : nous refusons, par prudence.',
      en: 'The service wants you sent to an address that it did not register: we refuse, to be safe.',
    },
  },
  denied: {
    code: 'SSO-23',
    title: { fr: 'L’accès n’est pas possible', en: 'Access is not possible' },
    text: {
      fr: 'Ce service n’est pas ouvert à ce compte ou à ce profil.',
      en: 'This service is not open to this account or profile.',
    },
  },
  fault: {
    code: 'SSO-28',
    title: { fr: 'Une erreur est survenue de notre côté', en: 'Something went wrong on our side' },
    text: { fr: 'Réessayez dans un instant.', en: 'Try again in a moment.' },
  },
  request: {
    code: 'SSO-21',
    title: { fr: 'La demande du service n’est pas correcte', en: 'The request of the service is not right' },
    text: {
      fr: 'Retournez au service et recommencez ; si cela se répète, prévenez l’assistance de ce service.',
      en: 'Go back to the service and start again; if it happens again, tell the helpdesk of that service.',
    },
  },
}

const explain = (name: string, error: string): Explanation => {
  const kinds: Readonly<Record<string, string>> = {
    SessionNotFound: 'expired',
    InvalidClient: 'client',
    InvalidRedirectUri: 'redirect',
    AccessDenied: 'denied',
  }
  const kind = kinds[name] ?? (error === 'invalid_client' ? 'client' : error === 'server_error' ? 'fault' : 'request')
  return explanations[kind] as Explanation
}

export interface ErrorWords {
  readonly name: string
  readonly error: string
  readonly description?: string | undefined
}

/** The page of an error: a code, a sentence, a next step; the protocol's words in small, for the service's maker. */
export const errorPage = (language: Language, { name, error, description }: ErrorWords): string => {
  const { code, title, text } = explain(name, error)
  const technical = description === undefined ? error : `${error}: ${description}`
  const home = language === 'fr' ? 'Aller à l’accueil' : 'Go to the start page'
  return renderPage({
    language,
    title: title[language],
    body: `<p>${escapeHtml(text[language])}</p>
<p><a class="button" href="/">${home}</a></p>
<p class="note"><a href="${language === 'fr' ? '/aide' : '/help'}/code/${code}">${escapeHtml(code)}</a> · ${escapeHtml(technical.slice(0, 300))}</p>`,
  })
}

/** For `oidc-provider`: its errors, as our page. */
export const renderError = async (
  ctx: KoaContextWithOIDC,
  out: ErrorOut,
  error: errors.OIDCProviderError | Error,
): Promise<void> => {
  ctx.type = 'html'
  ctx.set('content-security-policy', pagePolicy())
  const language = languageFrom(ctx.get('accept-language'), ctx.oidc?.params?.ui_locales)
  ctx.body = errorPage(language, { name: error.name, error: out.error, description: out.error_description })
}
