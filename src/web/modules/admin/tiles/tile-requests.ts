/** The portal's services as the administration reads and writes them. */
import { type TileCategory, type TileState, tileCategories, tileStates, type Words } from '#format/jmap/portal.ts'
import {
  type Answer,
  ask,
  type Body,
  list,
  momentOf,
  nothing,
  numberOr,
  record,
  records,
  text,
} from '../../../shell/request.ts'
import { act } from '../requests.ts'

export interface Rule {
  readonly profiles: readonly string[]
  readonly schools: readonly string[]
  readonly departments: readonly string[]
  readonly groups: readonly string[]
}

export interface Rules {
  readonly include: readonly Rule[]
  readonly exclude: readonly Rule[]
}

export const emptyRule: Rule = { profiles: [], schools: [], departments: [], groups: [] }

export interface RuleWords {
  readonly include: readonly Words[]
  readonly exclude: readonly Words[]
}

/** What an editor changes; the server's own names. */
export interface TileDraft {
  readonly key: string
  readonly name: Words
  readonly description: Words
  readonly category: TileCategory
  readonly icon: string
  readonly url: string
  readonly partyId: number | null
  /** The service that it came with by a file, and that is not declared here. */
  readonly awaits: { readonly protocol: string; readonly key: string } | null
  readonly state: TileState
  readonly message: Words | null
  readonly until: number | null
  readonly sortOrder: number
  readonly rules: Rules
}

export interface AdminTile extends TileDraft {
  readonly id: number
  readonly updatedAt: number
  readonly ruleWords: RuleWords
}

export interface Party {
  readonly id: number
  readonly name: string
  readonly isOpen: boolean
}

export interface Tiles {
  readonly tiles: readonly AdminTile[]
  readonly parties: readonly Party[]
}

export const wordsOf = (value: unknown): Words => {
  const words = record(value)
  return { fr: text(words.fr), en: text(words.en) || text(words.fr) }
}

const texts = (value: unknown): readonly string[] => list(value).map(text)

const readRule = (one: Body): Rule => ({
  profiles: texts(one.profiles),
  schools: texts(one.schools),
  departments: texts(one.departments),
  groups: texts(one.groups),
})

const readRuleWords = (value: unknown): RuleWords => {
  const words = record(value)
  return { include: list(words.include).map(wordsOf), exclude: list(words.exclude).map(wordsOf) }
}

const readAwaits = (value: unknown): TileDraft['awaits'] => {
  const { protocol, key } = record(value)
  return text(key) === '' ? null : { protocol: text(protocol), key: text(key) }
}

const readTile = (one: Body): AdminTile => {
  const rules = record(one.rules)
  return {
    id: numberOr(one.id, 0),
    updatedAt: numberOr(one.updatedAt, 0),
    key: text(one.key),
    name: wordsOf(one.name),
    description: wordsOf(one.description),
    category: tileCategories.find((category) => category === one.category) ?? 'help',
    icon: text(one.icon),
    url: text(one.url),
    partyId: numberOr(one.partyId, undefined) ?? null,
    awaits: readAwaits(one.awaits),
    state: tileStates.find((state) => state === one.state) ?? 'service',
    message: one.message === null ? null : wordsOf(one.message),
    until: momentOf(one.until) ?? null,
    sortOrder: numberOr(one.sortOrder, 1000),
    rules: { include: records(rules.include).map(readRule), exclude: records(rules.exclude).map(readRule) },
    ruleWords: readRuleWords(one.ruleWords),
  }
}

export const loadTiles = (): Promise<Answer<Tiles>> =>
  ask('/admin/portal/tiles', undefined, (answer) => ({
    tiles: records(answer.tiles).map(readTile),
    parties: records(answer.parties).map((one) => ({
      id: numberOr(one.id, 0),
      name: text(one.name),
      isOpen: one.status === 'active',
    })),
  }))

/** How many people see each, by number. */
export const loadReach = (): Promise<Answer<ReadonlyMap<number, number>>> =>
  ask(
    '/admin/portal/reach',
    undefined,
    (answer) => new Map(records(answer.reach).map((one) => [numberOr(one.id, 0), numberOr(one.count, 0)])),
  )

export interface Reach {
  readonly count: number
  readonly words: RuleWords
}

export const countReach = ({ rules, partyId, url }: Pick<TileDraft, 'rules' | 'partyId' | 'url'>) =>
  ask(
    '/admin/portal/reach',
    { rules, partyId, url },
    (answer): Reach => ({
      count: numberOr(answer.count, 0),
      words: readRuleWords(answer.words),
    }),
  )

export interface GroupChoice {
  readonly key: string
  readonly name: Words
}

export const loadGroups = (uai: string): Promise<Answer<readonly GroupChoice[]>> =>
  ask(`/admin/portal/choices?uai=${encodeURIComponent(uai)}`, undefined, (answer) =>
    records(answer.groups).map((one) => ({ key: text(one.key), name: wordsOf(one) })),
  )

/** `known`: the version that was read, that it is new, or (to take a change back) whatever is there. */
export const saveTile = (draft: TileDraft, known: number | 'new' | 'any') => {
  const expected = known === 'new' ? { isNew: true } : known === 'any' ? {} : { updatedAt: known }
  return act('portal/tiles', { ...draft, ...expected }, (answer) => numberOr(answer.id, 0))
}

export const orderTiles = (ids: readonly number[]) => act('portal/order', { ids }, nothing)
export const removeTile = (id: number) => act(`portal/tiles/${id}/remove`, {}, nothing)

export interface Why {
  readonly person: string
  readonly reasons: readonly { readonly profile: Words; readonly words: Words; readonly isShown: boolean }[]
}

export const loadWhy = (id: number, login: string): Promise<Answer<Why>> =>
  ask(`/admin/portal/tiles/${id}/why?login=${encodeURIComponent(login)}`, undefined, (answer) => ({
    person: text(record(answer.person).name),
    reasons: records(answer.reasons).map((one) => ({
      profile: wordsOf(one.profile),
      words: wordsOf(one.words),
      isShown: one.shown === true,
    })),
  }))
