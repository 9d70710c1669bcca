/** The printed grid: a real table that a screen reader reads cell by cell, and that fits a small sheet of paper. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Grid } from '#domain/people/factors/grid.ts'
import { escapeXml } from '#format/xml/write.ts'
import { languageOf } from './failure.ts'
import type { Owner } from './owner.ts'
import { sendPage } from './sso-page.ts'

const words = {
  fr: {
    title: 'Grille de connexion',
    caption: (name: string, day: string) => `Grille de ${name}, faite le ${day}`,
    use: 'À la connexion, trois cases vous sont demandées, par exemple B3 : colonne B, ligne 3.',
    keep: 'Gardez cette feuille sur vous, jamais avec votre mot de passe. Si vous la perdez, faites-en une autre : celle-ci ne vaudra plus rien.',
    row: 'Ligne',
  },
  en: {
    title: 'Sign-in grid',
    caption: (name: string, day: string) => `Grid of ${name}, made on ${day}`,
    use: 'When you sign in you are asked for three cells, such as B3: column B, row 3.',
    keep: 'Keep this sheet on you, never with your password. If you lose it, make another one: this one will then be worth nothing.',
    row: 'Row',
  },
} as const

/** Sends the page; never cached. */
export const gridPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  owner: Pick<Owner, 'name'>,
  grid: Grid,
): FastifyReply => {
  const language = languageOf(request)
  const text = words[language]
  const day = new Date(grid.createdAt).toLocaleDateString(language === 'fr' ? 'fr-FR' : 'en-GB', {
    dateStyle: 'long',
    timeZone: 'Europe/Paris',
  })
  const head = grid.columns.map((name) => `<th scope="col">${name}</th>`).join('')
  const rows = grid.rows.map(
    ({ name, cells }) =>
      `<tr><th scope="row">${name}</th>${cells.map((cell) => `<td>${escapeXml(cell)}</td>`).join('')}</tr>`,
  )
  const body =
    `<p>${text.use}</p><table border="1" class="grid"><caption>${escapeXml(text.caption(owner.name, day))}</caption>` +
    `<thead><tr><th scope="col">${text.row}</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table><p>${text.keep}</p>`
  return sendPage(request, reply, { title: text.title, body })
}
