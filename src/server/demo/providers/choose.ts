/** The page of a simulated provider: who do you want to be? */
import { escapeHtml } from '#format/html/escape.ts'
import { page, section } from '../services/page.ts'
import type { ProviderPerson } from './people.data.ts'

/** `action` is posted with `person` and the hidden fields. */
export const choosePage = (
  provider: { readonly id: string; readonly name: string },
  people: readonly ProviderPerson[],
  action: string,
  hidden: Readonly<Record<string, string>>,
): string => {
  const fields = Object.entries(hidden)
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('')
  const buttons = people
    .map(
      ({ id, givenName, familyName, about }) =>
        `<form method="post" action="${escapeHtml(action)}">${fields}<input type="hidden" name="person" value="${id}">` +
        `<p><button type="submit">${escapeHtml(`${givenName} ${familyName}`)}</button> ${escapeHtml(about)}</p></form>`,
    )
    .join('')
  return page({
    id: provider.id,
    service: provider.name,
    kind: 'Fournisseur d’identité simulé, pour la démonstration',
    title: 'Qui êtes-vous ?',
    body: section(
      'Choisir une personne fictive',
      `<p>Ce programme tient la place du vrai ${escapeHtml(provider.name)}, par le même protocole. Aucun mot de passe n’est demandé.</p>${buttons}`,
    ),
  })
}

export const signedOutPage = (provider: { readonly id: string; readonly name: string }, back: string): string =>
  page({
    id: provider.id,
    service: provider.name,
    kind: 'Fournisseur d’identité simulé, pour la démonstration',
    title: 'Vous êtes déconnecté',
    body: section('Et maintenant ?', `<p><a class="button main" href="${escapeHtml(back)}">Retour au portail</a></p>`),
  })
