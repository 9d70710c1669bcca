/** The portal as a profile of a school sees it. */
import { type TileCategory, type TileState, tileCategories, tileStates, type Words } from '#format/jmap/portal.ts'
import { type Answer, ask, type Body, list, momentOf, numberOr, record, records, text } from '../../../shell/request.ts'
import { type Contact, readContact } from '../../gate/methods.ts'
import { wordsOf } from '../tiles/tile-requests.ts'

export interface PreviewTile {
  readonly id: number
  readonly name: Words
  readonly description: Words
  readonly category: TileCategory
  readonly icon: string
  readonly state: TileState
  readonly message: Words | null
  /** Why it is seen, or by whom. */
  readonly why: readonly Words[]
}

const readTile = (one: Body): PreviewTile => ({
  id: numberOr(one.id, 0),
  name: wordsOf(one.name),
  description: wordsOf(one.description),
  category: tileCategories.find((category) => category === one.category) ?? 'help',
  icon: text(one.icon),
  state: tileStates.find((state) => state === one.state) ?? 'service',
  message: one.message === null ? null : wordsOf(one.message),
  why: one.why === undefined ? list(one.for).map(wordsOf) : [wordsOf(one.why)],
})

export interface Told {
  readonly title: string
  readonly body: string
  readonly since: number | undefined
}

const readTold = (one: Body): Told => ({ title: text(one.title), body: text(one.body), since: momentOf(one.since) })

export interface Preview {
  readonly profile: Words
  readonly tiles: readonly PreviewTile[]
  readonly someTiles: readonly PreviewTile[]
  readonly notices: readonly {
    readonly title: Words
    readonly sender: string
    readonly publishedAt: number | undefined
    readonly isUrgent: boolean
    readonly isForAll: boolean
  }[]
  readonly contacts: readonly Contact[]
  readonly incidents: readonly Told[]
  readonly planned: readonly Told[]
  readonly guides: readonly { readonly id: string; readonly title: string }[]
}

export const loadPreview = (kind: string, uai: string): Promise<Answer<Preview>> =>
  ask('/admin/preview', { kind, uai }, (answer) => ({
    profile: wordsOf(record(answer.profile)),
    tiles: records(answer.tiles).map(readTile),
    someTiles: records(answer.someTiles).map(readTile),
    notices: records(answer.notices).map((one) => ({
      title: wordsOf(one.title),
      sender: text(one.sender),
      publishedAt: momentOf(one.publishedAt),
      isUrgent: one.urgent === true,
      isForAll: one.share === 'all',
    })),
    contacts: records(answer.contacts).map(readContact),
    incidents: records(answer.incidents).map(readTold),
    planned: records(answer.planned).map(readTold),
    guides: records(answer.guides).map((one) => ({ id: text(one.id), title: text(one.title) })),
  }))
