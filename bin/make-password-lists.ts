/**
 * Makes the two lists of words about passwords again. Its sources are packages that only this script reads:
 * `npm i --prefix FOLDER @zxcvbn-ts/language-common @zxcvbn-ts/language-fr @scure/bip39`, then
 * `bin/node bin/make-password-lists.ts FOLDER/node_modules`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'

const [sources = ''] = process.argv.slice(2)
const list = (path: string): string[] => JSON.parse(readFileSync(join(sources, '@zxcvbn-ts', path), 'utf8'))
const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const leaked = list('language-common/src/passwords.json')
const words = ['commonWords', 'firstnames', 'lastnames'].flatMap((name) => list(`language-fr/src/${name}.json`))
const denied = new Set(
  [...leaked, ...words]
    .map((word) => fold(word).replace(/[^\x21-\x7e]/g, ''))
    .filter((word) => word.length >= 4 && word.length <= 40),
)
const text = `${[...denied].sort().join('\n')}\n`
const file = new URL('../src/domain/people/denied.txt.br', import.meta.url)
writeFileSync(file, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))

/** Not for the card of a pupil of six: rude, frightening, or too easily taken for another. */
const unfit = new Set(
  `jouissif excitant caresser intime ivresse tabac cigare arsenic cyanure munition missile torpille sevir
   arme armement armure matraque diable vampire monstre cruel tyran otage ogive brutal blessant chagrin crainte
   nuisible nuire toxine venimeux venger sinistre lugubre horrible sottise vilain maigre farouche furieux fureur
   hypnose menacer opprimer injure insulter offenser uranium virus gruger forcer ligoter ravager saboter sombre
   organe salive visqueux bobard bafouer barbier bombe bistouri biopsie scalpel embryon seance torse bustier 
   duper duperie`.split(/\s+/),
)
const { wordlist } = await import(pathToFileURL(join(sources, '@scure/bip39/wordlists/french.js')).href)
const plain = (wordlist as string[]).filter((word) => /^[a-z]{4,8}$/.test(word) && !unfit.has(word))
const rows: string[] = []
for (let i = 0; i < plain.length; i += 14) rows.push(`  ${plain.slice(i, i + 14).join(' ')}`)
writeFileSync(
  new URL('../src/format/password/phrase.data.ts', import.meta.url),
  `/**
 * Short French words for passphrases: without accents, elisions or plurals, no two alike in their first four letters
 * (BIP 39, French), without those unfit for a child. Made by bin/make-password-lists.ts.
 */
export const phraseWords: readonly string[] = \`
${rows.join('\n')}
\`.trim().split(/\\s+/)
`,
)
process.stdout.write(`${denied.size} denied words, ${plain.length} words for phrases\n`)
