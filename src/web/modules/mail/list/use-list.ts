import { useSyncExternalStore } from 'react'
import type { LiveList } from '../../../data/index.ts'

/** Renders again whenever the list changes. */
export const useList = (list: LiveList): number =>
  useSyncExternalStore(
    (fn) => list.subscribe(fn),
    () => list.version,
  )
