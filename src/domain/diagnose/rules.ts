/** What the rules of a script may do to mail, told by their names. */
import type { Node, Program } from '#format/sieve/check.ts'
import { ruleNameAt } from './rule-at.ts'

export interface RuleFact {
  readonly does: 'file' | 'discard' | 'redirect' | 'refuse'
  /** As its owner named it; empty when it has none. */
  readonly rule: string
  readonly line: number
  /** The mailbox or the address. */
  readonly to: string
}

const doing: Readonly<Record<string, RuleFact['does']>> = {
  fileinto: 'file',
  discard: 'discard',
  redirect: 'redirect',
  reject: 'refuse',
  ereject: 'refuse',
}

const mostRules = 100

const firstText = ({ args }: Node): string => {
  const [value] = args
  if (typeof value === 'string') return value
  return Array.isArray(value) ? String(value[0] ?? '') : ''
}

/** Every command that takes mail away from the inbox, in the order of the script; never what text it would match. */
export const rulesOf = (program: Program, source: string): RuleFact[] => {
  const found: RuleFact[] = []
  const walk = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (found.length >= mostRules) return
      const does = doing[node.name]
      if (does !== undefined) {
        const to = does === 'file' || does === 'redirect' ? firstText(node) : ''
        found.push({ does, rule: ruleNameAt(source, node.at.line) ?? '', line: node.at.line, to })
      }
      walk(node.block)
    }
  }
  walk(program.commands)
  return found
}
