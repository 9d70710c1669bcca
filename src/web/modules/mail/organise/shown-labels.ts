/** The labels of the list on the screen: those of its account, and in a list of several also those of the others. */
import { useMemo } from 'react'
import type { MailLabel } from '#format/jmap/organising.ts'
import { createValue, useLive } from '../../../shell/value.ts'
import { organised } from './organised.ts'

/** By account; empty but in a list of several accounts (all/all-labels.ts). */
export const otherLabels = createValue<ReadonlyMap<string, readonly MailLabel[]>>(new Map())

/** A keyword is made of the name: labels of several accounts that have the same one are one label to their reader. */
export const joinLabels = (
  own: readonly MailLabel[],
  others: ReadonlyMap<string, readonly MailLabel[]>,
): readonly MailLabel[] => {
  if (others.size === 0) return own
  const byKeyword = new Map<string, MailLabel>()
  for (const label of [...own, ...[...others.values()].flat()])
    if (!byKeyword.has(label.keyword)) byKeyword.set(label.keyword, label)
  return [...byKeyword.values()]
}

export const useShownLabels = (): readonly MailLabel[] => {
  const { labels } = useLive(organised)
  const others = useLive(otherLabels)
  return useMemo(() => joinLabels(labels, others), [labels, others])
}
