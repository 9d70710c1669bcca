/** The page of the demonstration services: plain, French, readable by everybody, and visibly not ours. */

import { escapeHtml } from '#format/html/escape.ts'

export const styleSheet = `
:root { color-scheme: light; --ink: #1d2433; --soft: #566076; --line: #d5dbe6; --paper: #fff; --ground: #f3f5f9; --accent: #23539c }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif }
body.pia { --accent: #7a2d63 }
body.pratic { --accent: #1c6b4a }
body.ent { --accent: #8a4b08 }
header { background: var(--accent); color: #fff; padding: 1.1rem 1.25rem }
header p { margin: 0; max-width: 62rem; margin-inline: auto }
header .name { font-size: 1.5rem; font-weight: 700; letter-spacing: .01em }
header .kind { font-size: .95rem }
main { max-width: 62rem; margin: 1.5rem auto; padding: 0 1.25rem }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem }
h2 { font-size: 1.125rem; margin: 0 0 .6rem }
section { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: 1.1rem 1.25rem; margin: 0 0 1.1rem }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .35rem 1.25rem; margin: 0 }
dt { color: var(--soft) }
dd { margin: 0; overflow-wrap: anywhere }
.actions { display: flex; flex-wrap: wrap; gap: .75rem }
form { margin: 0 }
button, a.button { display: inline-block; font: inherit; font-weight: 600; min-height: 2.75rem; padding: .55rem 1.1rem; border: 2px solid var(--accent); border-radius: .45rem; background: var(--paper); color: var(--accent); text-decoration: none; cursor: pointer }
button.main, a.button.main { background: var(--accent); color: #fff }
a { color: var(--accent) }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px }
ul.tiles { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .75rem }
ul.tiles li { border: 1px solid var(--line); border-radius: .45rem; padding: .75rem .9rem }
ul.tiles strong { display: block }
.note { color: var(--soft); font-size: .95rem }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .5rem } }
`

export interface PageParts {
  /** `arena`, `pia`, `pratic`, `ent`: its colour. */
  readonly id: string
  readonly service: string
  /** `Service de démonstration, protocole CAS 2.0`. */
  readonly kind: string
  readonly title: string
  /** HTML, escaped already. */
  readonly body: string
}

export const page = ({ id, service, kind, title, body }: PageParts): string =>
  `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>${escapeHtml(title)} — ${escapeHtml(service)}</title>` +
  '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css"></head>' +
  `<body class="${escapeHtml(id)}"><header><p class="name">${escapeHtml(service)}</p><p class="kind">${escapeHtml(kind)}</p></header>` +
  `<main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`

/** A list of names and values, in words. */
export const definitions = (pairs: readonly (readonly [string, string])[]): string =>
  `<dl>${pairs.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>`

export const section = (title: string, body: string): string =>
  `<section><h2>${escapeHtml(title)}</h2>${body}</section>`

export const tiles = (entries: readonly (readonly [string, string])[]): string =>
  `<ul class="tiles">${entries
    .map(([name, about]) => `<li><strong>${escapeHtml(name)}</strong><span>${escapeHtml(about)}</span></li>`)
    .join('')}</ul>`

/** Sign out of this service alone, or of everything; and the way back to the portal. */
export const exits = (service: string, provider: string): string =>
  section(
    'Se déconnecter',
    '<div class="actions">' +
      `<form method="post" action="/quitter"><button type="submit">Quitter ${escapeHtml(service)}</button></form>` +
      '<form method="post" action="/deconnexion"><button class="main" type="submit">Se déconnecter de partout</button></form>' +
      `<a class="button" href="${escapeHtml(provider)}/">Retour au portail</a></div>` +
      `<p class="note">« Quitter » ferme ce service seulement : y revenir ne redemande pas le mot de passe. « De partout » ferme Convergence et tous les services ouverts.</p>`,
  )

/** After leaving this service alone. */
export const leftPage = (parts: Omit<PageParts, 'title' | 'body'>, provider: string): string =>
  page({
    ...parts,
    title: `Vous avez quitté ${parts.service}`,
    body: section(
      'Et maintenant ?',
      '<p>Votre session Convergence reste ouverte.</p><div class="actions">' +
        `<a class="button main" href="/">Revenir dans ${escapeHtml(parts.service)}</a>` +
        `<a class="button" href="${escapeHtml(provider)}/">Retour au portail</a></div>`,
    ),
  })

/** When the provider's word was not good. */
export const failedPage = (parts: Omit<PageParts, 'title' | 'body'>, why: string): string =>
  page({
    ...parts,
    title: 'La connexion n’a pas abouti',
    body: section('Que faire ?', `<p>${escapeHtml(why)}</p><p><a class="button main" href="/">Recommencer</a></p>`),
  })
