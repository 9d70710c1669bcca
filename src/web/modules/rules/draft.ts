/** A rule as a form holds it while it is written: one line a condition, one line an action, texts as they are typed. */
import {
  addressFields,
  type Comparison,
  type Condition,
  type Rule,
  type RuleAction,
  ruleLimits,
} from '#format/sieve/rules/rule.ts'

export const subjects = [
  'from',
  'recipient',
  'subject',
  'sender',
  'body',
  'attachment',
  'list',
  'size',
  'day',
  'header',
] as const
export type Subject = (typeof subjects)[number]

export type How =
  | Comparison
  | 'notContains'
  | 'notIs'
  | 'notMatches'
  | 'notDomain'
  | 'exists'
  | 'missing'
  | 'correspondents'
  | 'stranger'
  | 'internal'
  | 'external'
  | 'has'
  | 'hasNot'
  | 'over'
  | 'under'
  | 'from'
  | 'until'

const ofText: readonly How[] = ['contains', 'notContains', 'is', 'notIs', 'matches', 'notMatches']

/** What can be said of each subject. */
export const hows: Readonly<Record<Subject, readonly How[]>> = {
  from: [...ofText, 'domain', 'notDomain'],
  recipient: [...ofText, 'domain', 'notDomain'],
  subject: ofText,
  sender: ['correspondents', 'stranger', 'internal', 'external'],
  body: ['contains', 'notContains'],
  attachment: ['has', 'hasNot'],
  list: ['exists', 'missing', ...ofText],
  size: ['over', 'under'],
  day: ['from', 'until'],
  header: [...ofText, 'exists', 'missing'],
}

/** Those that say all by themselves. */
const wordless: readonly How[] = [
  'exists',
  'missing',
  'has',
  'hasNot',
  'correspondents',
  'stranger',
  'internal',
  'external',
]
export const needsText = (how: How): boolean => !wordless.includes(how)

export interface ConditionDraft {
  readonly key: number
  readonly subject: Subject
  readonly how: How
  /** Names of header fields, for `header`. */
  readonly header: string
  /** Words, one a line; a day; megabytes. */
  readonly text: string
  /** What it was read from: returned as it is when nothing was changed. */
  readonly origin: Condition | undefined
}

export const actionKinds = [
  'file',
  'copy',
  'read',
  'star',
  'label',
  'forward',
  'redirect',
  'keep',
  'reject',
  'discard',
] as const
export type ActionKind = (typeof actionKinds)[number]

export interface ActionDraft {
  readonly key: number
  readonly kind: ActionKind
  readonly mailboxId: string
  /** The path that the script named, where no mailbox of today has it. */
  readonly path: string
  readonly create: boolean
  /** An address, a keyword, the words of a refusal. */
  readonly text: string
}

export interface RuleDraft {
  readonly name: string
  readonly enabled: boolean
  readonly match: Rule['match']
  readonly conditions: readonly ConditionDraft[]
  readonly actions: readonly ActionDraft[]
  readonly stop: boolean
}

/** A mailbox as rules name it. */
export interface Place {
  readonly id: string
  readonly path: string
}

let keys = 0

const megabyte = 1024 * 1024

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

const fieldSubjects: Readonly<Partial<Record<Subject, readonly string[]>>> = {
  from: ['from'],
  recipient: ['to', 'cc'],
  subject: ['subject'],
  list: ['list-id'],
}

const subjectOf = (fields: readonly string[]): Subject =>
  (Object.keys(fieldSubjects) as Subject[]).find((subject) => fieldSubjects[subject]?.join() === fields.join()) ??
  'header'

const negated = { contains: 'notContains', is: 'notIs', matches: 'notMatches', domain: 'notDomain' } as const

type Bare = Omit<ConditionDraft, 'key' | 'origin'>

const bareOf = (condition: Condition): Bare => {
  const { not } = condition
  switch (condition.kind) {
    case 'field': {
      const { fields, how, values } = condition
      return {
        subject: subjectOf(fields),
        how: not ? negated[how] : how,
        header: fields.join(', '),
        text: values.join('\n'),
      }
    }
    case 'exists':
      return {
        subject: subjectOf(condition.fields) === 'list' ? 'list' : 'header',
        how: not ? 'missing' : 'exists',
        header: condition.fields.join(', '),
        text: '',
      }
    case 'body':
      return { subject: 'body', how: not ? 'notContains' : 'contains', header: '', text: condition.values.join('\n') }
    case 'attachment':
      return { subject: 'attachment', how: not ? 'hasNot' : 'has', header: '', text: '' }
    case 'sender': {
      const [yes, no] =
        condition.list === 'internal' ? (['internal', 'external'] as const) : (['correspondents', 'stranger'] as const)
      return { subject: 'sender', how: not ? no : yes, header: '', text: '' }
    }
    case 'size': {
      const text = String(Math.round((condition.octets / megabyte) * 1000) / 1000)
      return { subject: 'size', how: (condition.how === 'over') !== not ? 'over' : 'under', header: '', text }
    }
    case 'day':
      return {
        subject: 'day',
        how: (condition.how === 'from') !== not ? 'from' : 'until',
        header: '',
        text: condition.day,
      }
  }
}

export const draftCondition = (condition: Condition): ConditionDraft => ({
  key: ++keys,
  ...bareOf(condition),
  origin: condition,
})

/** A line to begin with. */
export const newCondition = (subject: Subject = 'from'): ConditionDraft => ({
  key: ++keys,
  subject,
  how: hows[subject][0] ?? 'contains',
  header: '',
  text: '',
  origin: undefined,
})

/** The same line about something else: what was typed is kept where it still means something. */
export const withSubject = (draft: ConditionDraft, subject: Subject): ConditionDraft => {
  const how = hows[subject].includes(draft.how) ? draft.how : (hows[subject][0] ?? 'contains')
  const isText = !['size', 'day'].includes(subject) && !['size', 'day'].includes(draft.subject)
  return { ...draft, subject, how, text: isText ? draft.text : '' }
}

const isNegative = (how: How): boolean => how.startsWith('not') || how === 'missing'

const fieldCondition = ({ subject, how, header, text }: Bare): Condition | undefined => {
  const fields =
    fieldSubjects[subject] ??
    header
      .toLowerCase()
      .split(/[\s,;:]+/)
      .filter(Boolean)
  if (fields.length === 0 || !fields.every((field) => /^[!-9;-~]{1,100}$/.test(field))) return
  const not = isNegative(how)
  if (how === 'exists' || how === 'missing') return { kind: 'exists', fields, not }
  const values = linesOf(text)
  const comparison = (Object.keys(negated) as Comparison[]).find((one) => one === how || negated[one] === how)
  if (comparison === undefined || !isBounded(values)) return
  // `is` means the address itself; `contains` finds names as well.
  const isAddress = fields.every((field) => addressFields.some((name) => name === field))
  const part = comparison === 'domain' || (comparison === 'is' && isAddress) ? 'address' : 'whole'
  return { kind: 'field', fields, part, how: comparison, values, not }
}

const isBounded = (values: readonly string[]): boolean =>
  values.length > 0 && values.length <= ruleLimits.values && values.every(({ length }) => length <= ruleLimits.value)

/** The condition of a line; undefined while something is missing or wrong in it. */
export const conditionOf = (draft: ConditionDraft): Condition | undefined => {
  const { subject, how, text, origin } = draft
  if (origin) {
    const { key: _key, origin: _origin, ...now } = draft
    if (JSON.stringify(now) === JSON.stringify({ ...bareOf(origin) })) return origin
  }
  const not = how === 'hasNot' || how === 'stranger' || how === 'external' || isNegative(how)
  switch (subject) {
    case 'sender':
      return { kind: 'sender', list: how === 'internal' || how === 'external' ? 'internal' : 'correspondents', not }
    case 'attachment':
      return { kind: 'attachment', not }
    case 'body':
      return isBounded(linesOf(text)) ? { kind: 'body', values: linesOf(text), not } : undefined
    case 'size': {
      const size = Number(text.trim().replace(',', '.'))
      const octets = Math.round(size * megabyte)
      // RFC 5228 §2.4.1: numbers go up to 2^31 - 1 everywhere.
      if (!(size > 0) || octets >= 2 ** 31) return
      return { kind: 'size', how: how === 'under' ? 'under' : 'over', octets, not: false }
    }
    case 'day':
      return /^\d{4}-\d\d-\d\d$/.test(text)
        ? { kind: 'day', how: how === 'until' ? 'until' : 'from', day: text, not: false }
        : undefined
    default:
      return fieldCondition(draft)
  }
}

const blank = { mailboxId: '', path: '', create: false, text: '' }

export const newAction = (kind: ActionKind = 'file'): ActionDraft => ({ key: ++keys, kind, ...blank })

const flagDraft = (flag: string): ActionDraft => {
  const known = flag.toLowerCase() === '\\seen' ? 'read' : flag.toLowerCase() === '\\flagged' ? 'star' : undefined
  return { ...newAction(known ?? 'label'), text: known ? '' : flag }
}

const draftActions = (action: RuleAction, places: readonly Place[]): readonly ActionDraft[] => {
  switch (action.kind) {
    case 'file': {
      const place =
        places.find(({ id }) => id === action.mailboxId) ?? places.find(({ path }) => path === action.mailbox)
      const { create } = action
      const where = place ? { mailboxId: place.id, path: place.path } : { mailboxId: '', path: action.mailbox }
      return [{ ...newAction(action.copy ? 'copy' : 'file'), ...where, create }]
    }
    case 'flag':
      return action.flags.map(flagDraft)
    case 'redirect':
      return [{ ...newAction(action.copy ? 'forward' : 'redirect'), text: action.address }]
    case 'reject':
      return [{ ...newAction('reject'), text: action.text }]
    case 'stop':
      return []
    default:
      return [newAction(action.kind)]
  }
}

const actionOf = (
  { kind, mailboxId, path, create, text }: ActionDraft,
  places: readonly Place[],
): RuleAction | undefined => {
  const words = text.trim()
  switch (kind) {
    case 'file':
    case 'copy': {
      const place = places.find(({ id }) => id === mailboxId)
      const mailbox = place?.path ?? path
      return mailbox === '' ? undefined : { kind: 'file', mailbox, mailboxId: place?.id, copy: kind === 'copy', create }
    }
    case 'read':
      return { kind: 'flag', flags: ['\\Seen'] }
    case 'star':
      return { kind: 'flag', flags: ['\\Flagged'] }
    case 'label':
      return /^[^\s\p{C}(){%*"\\\]]{1,100}$/u.test(words) ? { kind: 'flag', flags: [words] } : undefined
    case 'forward':
    case 'redirect':
      return /^[^\s@<>]+@[^\s@<>]+$/.test(words)
        ? { kind: 'redirect', address: words, copy: kind === 'forward' }
        : undefined
    case 'reject':
      return words === '' ? undefined : { kind: 'reject', text: words }
    default:
      return { kind }
  }
}

export const newRule = (): RuleDraft => ({
  name: '',
  enabled: true,
  match: 'all',
  conditions: [newCondition()],
  actions: [newAction()],
  stop: true,
})

export const draftRule = (rule: Rule, places: readonly Place[]): RuleDraft => ({
  name: rule.name,
  enabled: rule.enabled,
  match: rule.match,
  conditions: rule.conditions.map(draftCondition),
  actions: rule.actions.flatMap((action) => draftActions(action, places)),
  stop: rule.actions.some(({ kind }) => kind === 'stop'),
})

/** The first line that is not right yet, by its key; `actions` when nothing would be done. */
export const faultOf = (draft: RuleDraft, places: readonly Place[]): number | 'actions' | undefined => {
  const condition = draft.conditions.find((one) => conditionOf(one) === undefined)
  if (condition) return condition.key
  const action = draft.actions.find((one) => actionOf(one, places) === undefined)
  if (action) return action.key
  return draft.actions.length === 0 && !draft.stop ? 'actions' : undefined
}

/** The rule of a draft without faults; its name, when none was given, is `fallback`. */
export const ruleOf = (draft: RuleDraft, places: readonly Place[], fallback: string): Rule => {
  const actions = draft.actions.flatMap((one) => actionOf(one, places) ?? [])
  // Flags hold for what is filed after them (RFC 5232 §3.1).
  const flags = actions.filter(({ kind }) => kind === 'flag')
  const others = actions.filter(({ kind }) => kind !== 'flag')
  return {
    name: draft.name.trim() === '' ? fallback : draft.name.trim().slice(0, ruleLimits.name),
    enabled: draft.enabled,
    match: draft.match,
    conditions: draft.conditions.flatMap((one) => conditionOf(one) ?? []),
    actions: [...flags, ...others, ...(draft.stop ? [{ kind: 'stop' } as const] : [])],
  }
}
