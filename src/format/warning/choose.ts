/**
 * Which one warning a message gets. Findings are of three tones; the worst is shown, the others are its details. What is
 * said too often is not read: an ordinary message of somebody known gets nothing.
 */
import type { Reading } from '../jmap/reading.ts'
import type { AttachmentDanger } from './attachments.ts'
import { isWithin } from './domain.ts'
import type { LinkMismatch } from './links.ts'
import type { Pressure } from './wording.ts'

export type Tone = 'danger' | 'caution' | 'notice'

export type Finding =
  | { readonly kind: 'failed'; readonly own: boolean }
  | { readonly kind: 'look-alike'; readonly like: string }
  | { readonly kind: 'mixed' }
  | { readonly kind: 'judged' }
  | { readonly kind: 'imitates'; readonly who: 'address' | 'person' | 'platform'; readonly name: string }
  | { readonly kind: 'attachment'; readonly danger: AttachmentDanger; readonly name: string }
  | { readonly kind: 'link'; readonly shown: string; readonly target: string }
  | { readonly kind: 'pressure'; readonly about: Pressure }
  | { readonly kind: 'unproved-own' }
  | { readonly kind: 'first-time' }

export interface Evidence {
  readonly reading: Reading
  readonly links: readonly LinkMismatch[]
  /** Domains that are the reader's own: whoever writes their name over a link to elsewhere borrows it. */
  readonly domains: readonly string[]
  readonly pressure: Pressure | undefined
  readonly attachments: readonly { readonly name: string; readonly danger: AttachmentDanger }[]
}

export interface Warning {
  readonly tone: Tone
  /** Worst first; the first one is the banner's. */
  readonly findings: readonly Finding[]
}

/** Worth a word whoever sends it: our own name, letters of another alphabet or bare numbers. Accounts of friends are stolen. */
const isGrave = ({ shown, target }: LinkMismatch, { domains }: Evidence): boolean =>
  isWithin(shown, domains) || /(?:^|\.)xn--|^[\d.]+$|^\[/.test(target)

const toneOf = (finding: Finding, evidence: Evidence): Tone => {
  const { reading } = evidence
  switch (finding.kind) {
    case 'failed':
      return finding.own ? 'danger' : 'caution'
    case 'judged':
    case 'look-alike':
    case 'mixed':
      return 'danger'
    case 'imitates':
      return finding.who === 'person' ? 'caution' : 'danger'
    case 'attachment':
      return finding.danger === 'disguised' || !reading.known ? 'danger' : 'caution'
    case 'pressure':
      return finding.about === 'quota' && !reading.known ? 'danger' : 'caution'
    case 'link':
      // Mailings of known senders count the presses of their links: their texts differ from their targets.
      return !isGrave(finding, evidence) && reading.known && reading.proof === 'verified' ? 'notice' : 'caution'
    case 'unproved-own':
      return 'caution'
    case 'first-time':
      return 'notice'
  }
}

/** The order of what is equally grave. */
const order: readonly Finding['kind'][] = [
  'judged',
  'look-alike',
  'mixed',
  'imitates',
  'failed',
  'attachment',
  'pressure',
  'unproved-own',
  'link',
  'first-time',
]
const tones: readonly Tone[] = ['danger', 'caution', 'notice']

const byGravity = (evidence: Evidence) => (a: LinkMismatch, b: LinkMismatch) =>
  Number(isGrave(b, evidence)) - Number(isGrave(a, evidence))

const found = (evidence: Evidence): Finding[] => {
  const { reading, links, pressure, attachments } = evidence
  const { proof, external, known, lookAlike, mixed, imitates } = reading
  const findings: Finding[] = []
  if (reading.judged === 'fraud') findings.push({ kind: 'judged' })
  if (lookAlike !== null) findings.push({ kind: 'look-alike', like: lookAlike })
  if (mixed) findings.push({ kind: 'mixed' })
  if (imitates) findings.push({ kind: 'imitates', who: imitates.kind, name: imitates.name })
  if (proof === 'failed') findings.push({ kind: 'failed', own: !external })
  if (proof === 'unverified' && !external) findings.push({ kind: 'unproved-own' })
  // Colleagues send each other scripts and pages; their own mail is not warned of unless it hides what it is.
  for (const { name, danger } of attachments)
    if (proof !== 'own' || danger === 'disguised') findings.push({ kind: 'attachment', name, danger })
  const trusted = proof === 'own' || (known && proof === 'verified' && !external)
  if (!trusted) {
    if (pressure !== undefined) findings.push({ kind: 'pressure', about: pressure })
  }
  // What is grave first: three are enough to be warned.
  const told = trusted ? links.filter((link) => isGrave(link, evidence)) : [...links].sort(byGravity(evidence))
  for (const { shown, target } of told.slice(0, 3)) findings.push({ kind: 'link', shown, target })
  if (external && !known) findings.push({ kind: 'first-time' })
  return findings
}

/** The warning of a message, or undefined when there is nothing to say. */
export const chooseWarning = (evidence: Evidence): Warning | undefined => {
  if (evidence.reading.platform !== '') return undefined
  const findings = found(evidence)
    .map((finding) => ({ finding, tone: tones.indexOf(toneOf(finding, evidence)) }))
    .sort((a, b) => a.tone - b.tone || order.indexOf(a.finding.kind) - order.indexOf(b.finding.kind))
  const [worst] = findings
  if (!worst) return undefined
  // Alone, a link that counts its presses is not worth a word.
  if (worst.finding.kind === 'link' && tones[worst.tone] === 'notice') return undefined
  return { tone: tones[worst.tone] ?? 'notice', findings: findings.map(({ finding }) => finding) }
}
