/**
 * How lists and conversations look: kept on this machine for the first paint (shell/preferences.ts) and by the server for
 * the person, so that it is the same on the next machine.
 */
import type { MailView } from '#format/jmap/organising.ts'
import type { MailClient } from '../../../data/index.ts'
import { matches, SINGLE_PANE, useMedia } from '../../../shell/media.ts'
import { type Preferences, preferences, setPreferences } from '../../../shell/preferences.ts'
import { useLive } from '../../../shell/value.ts'
import { organiseData, organised } from '../organise/organised.ts'

/** Under this height a list with a conversation below it shows neither. */
const TOO_LOW = '(max-height: 33.99rem)'
/** A list as wide as the window puts each conversation on one line. */
const WIDE = '(min-width: 62rem)'

export const viewOf = (all: Preferences): MailView => {
  const { layout, density, previewLines, listOrder, threadOrder, flat } = all
  return { layout, density, previewLines, listOrder, threadOrder, flat }
}

const same = (a: MailView, b: MailView): boolean => JSON.stringify(a) === JSON.stringify(b)

/** What was chosen here and has not reached the server. */
let untold: { readonly accountId: string; readonly view: MailView } | undefined
let telling = false

const tell = async (client: MailClient): Promise<void> => {
  if (untold === undefined || telling || untold.accountId !== client.session.get()?.accountId) return
  const { view } = untold
  telling = true
  let told = true
  try {
    const data = await organiseData(client)
    await data.set('MailPreferences', { update: { singleton: { view } } })
  } catch (error) {
    // Refused is for good; without a network it is told when there is one.
    told = error instanceof Error && 'type' in error
  } finally {
    telling = false
  }
  if (!told) return
  if (untold?.view === view) untold = undefined
  else await tell(client)
}

/** Shown at once, also without a network. */
export const chooseView = (client: MailClient, part: Partial<MailView>): void => {
  setPreferences(part)
  const accountId = client.session.get()?.accountId
  if (accountId === undefined) return
  untold = { accountId, view: viewOf(preferences.get()) }
  void tell(client)
}

/** What the person chose elsewhere is shown here too. Returns how to stop. */
export const followView = (client: MailClient): (() => void) => {
  const take = () => {
    const theirs = organised.get().preferences?.view
    if (untold !== undefined || !theirs || same(viewOf(preferences.get()), theirs)) return
    setPreferences({ ...theirs, previewLines: theirs.previewLines })
  }
  take()
  const stops = [
    organised.subscribe(take),
    client.status.subscribe(() => {
      if (client.status.get() === 'online') void tell(client)
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

export type Layout = MailView['layout']

/** The layout there is room for: on a narrow window one pane, whatever was chosen. */
export const useLayout = (): Layout => {
  const { layout } = useLive(preferences)
  const isNarrow = useMedia(SINGLE_PANE)
  const isLow = useMedia(TOO_LOW)
  if (isNarrow) return 'alone'
  return layout === 'below' && isLow ? 'beside' : layout
}

export const isOnePane = (): boolean => matches(SINGLE_PANE) || preferences.get().layout === 'alone'

/** True where a conversation of the list is one line. */
export const useWideRows = (): boolean => {
  const isWide = useMedia(WIDE)
  return useLayout() !== 'beside' && isWide
}
