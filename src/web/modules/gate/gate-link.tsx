import type { ReactNode } from 'react'
import { go } from '../../shell/gate-place.ts'

/** A link to another page of the gate, without loading the document again. */
export const GateLink = ({ to, className, children }: { to: string; className?: string; children: ReactNode }) => (
  <a
    href={to}
    className={className}
    onClick={(event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
      event.preventDefault()
      go(to)
    }}
  >
    {children}
  </a>
)
