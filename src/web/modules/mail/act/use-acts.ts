import { createContext, useContext } from 'react'
import type { Acts } from './acts.ts'

export const ActsContext = createContext<Acts | undefined>(undefined)

export const useActs = (): Acts => {
  const acts = useContext(ActsContext)
  if (acts === undefined) throw new Error('useActs outside the mail screen')
  return acts
}
