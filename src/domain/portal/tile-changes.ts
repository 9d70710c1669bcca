/** What a save changes in a service of the portal, as the audit log keeps it: few characters, and to be read by people. */
import type { Words } from '#format/jmap/portal.ts'
import type { TileRule, TileRules } from './rules.ts'
import type { TileDraft } from './tiles.ts'

/** One property, what it was and what it is; empty: nothing. */
export type Change = readonly [property: string, from: string, to: string]

/** As long as the detail of a line of the log may be, in characters (`appendAudit`). */
const LONGEST = 500

const wordsText = ({ fr, en }: Words): string => (en === '' || en === fr ? fr : `${fr} / ${en}`)

const ruleText = ({ profiles, schools, departments, groups }: TileRule): string =>
  [profiles, schools, departments, groups]
    .filter(({ length }) => length > 0)
    .map((values) => values.join('|'))
    .join(' + ')

/** `teacher|head + 0250001R; -pupil`: rules after one another, what they except after a dash. */
const rulesText = ({ include, exclude }: TileRules): string =>
  [...include.map(ruleText), ...exclude.map((rule) => `-${ruleText(rule)}`)].join('; ')

const properties: Readonly<Record<string, (tile: TileDraft, party: string) => string>> = {
  name: ({ name }) => wordsText(name),
  description: ({ description }) => wordsText(description),
  category: ({ category }) => category,
  icon: ({ icon }) => icon,
  url: ({ url }) => url,
  service: (_tile, party) => party,
  state: ({ state }) => state,
  until: ({ until }) => (until === null ? '' : new Date(until).toISOString()),
  message: ({ message }) => (message === null ? '' : wordsText(message)),
  rules: ({ rules }) => rulesText(rules),
}

/** A tile and the name of the service it opens; a tile that is new changes whatever it says. */
export interface NamedTile {
  readonly tile: TileDraft
  readonly party: string
}

export const tileChanges = (before: NamedTile | undefined, after: NamedTile): Change[] =>
  Object.entries(properties).flatMap(([property, textOf]): Change[] => {
    const from = before === undefined ? '' : textOf(before.tile, before.party)
    const to = textOf(after.tile, after.party)
    return from === to ? [] : [[property, from, to]]
  })

/** The services whose place is another, in the order they had and in the one they have: those between the first and the last. */
export const orderChange = (before: readonly string[], after: readonly string[]): Change => {
  const first = after.findIndex((key, at) => key !== before[at])
  const last = after.findLastIndex((key, at) => key !== before[at])
  const between = (keys: readonly string[]) => keys.slice(first, last + 1).join(', ')
  return ['order', between(before), between(after)]
}

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most)}…`)

/** The changes as JSON (`{"changed":[[property, from, to]…]}`) that is whole within a line of the log: long texts are cut. */
export const changesDetail = (changes: readonly Change[]): string => {
  if (changes.length === 0) return ''
  for (let most = 200; ; most = Math.floor(most / 2)) {
    const detail = JSON.stringify({
      changed: changes.map(([what, from, to]) => [what, cut(from, most), cut(to, most)]),
    })
    if (detail.length <= LONGEST || most === 0) return detail
  }
}
