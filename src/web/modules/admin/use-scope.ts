/** What the viewer may administer, known to every part. */
import { createContext, useContext } from 'react'
import type { Scope } from './requests.ts'

const none: Scope = { isStrong: true, isPlatform: false, schools: [], tasks: [], academy: [], kinds: [], frauds: [] }

export const ScopeContext = createContext<Scope>(none)

export const useScope = (): Scope => useContext(ScopeContext)

/** True when the viewer has the task in some school (or everywhere). */
export const hasTask = ({ isPlatform, academy, schools }: Scope, task: string): boolean =>
  isPlatform || academy.includes(task) || schools.some(({ tasks }) => tasks.includes(task))
