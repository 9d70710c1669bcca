/** Commands (RFC 5228 §3, §4 and extensions), and the run of a whole script. */
import { oneAddress } from '#format/address/parse.ts'
import type { Node, Program } from '#format/sieve/check.ts'
import { comparisonOf } from '#format/sieve/match.ts'
import { applyModifiers } from '#format/sieve/variables.ts'
import { flagsIn, judge } from './evaluate.ts'
import { type Action, type Destination, type FilterHost, filterLimits, type Outcome } from './filter.ts'
import { type Field, type FilterMessage, partsOf, readable } from './message.ts'
import { flagList, Scope } from './scope.ts'
import { RunFault, State } from './state.ts'

/** How a block ends: at its end, or before. */
type Ending = 'end' | 'stop' | 'return' | { readonly break: string }

type Perform = (state: State, node: Node) => Ending | undefined | Promise<Ending | undefined>

const destinationOf = (state: State, node: Node, mailbox: string): Destination => {
  const [specialUse, mailboxId] = [state.optional(node, 'specialuse'), state.optional(node, 'mailboxid')]
  const flags = node.tags.get('flags')
  return {
    mailbox,
    create: node.tags.has('create'),
    flags: flags === undefined ? undefined : flagList(state.texts(flags)),
    ...(specialUse === undefined ? {} : { specialUse }),
    ...(mailboxId === undefined ? {} : { mailboxId }),
  }
}

const fccOf = (state: State, node: Node): Destination | undefined => {
  const mailbox = state.optional(node, 'fcc')
  return mailbox === undefined ? undefined : destinationOf(state, node, mailbox)
}

const redirectTo = (state: State, node: Node, written: string): void => {
  const address = oneAddress(written)
  if (address === undefined) throw new RunFault(`${JSON.stringify(written)} is not an address`, node.at)
  const before = state.actions.filter(({ kind }) => kind === 'redirect')
  if (before.some((one) => one.kind === 'redirect' && one.address === address)) return
  const list = node.tags.has('list')
  if (before.length >= (list ? filterLimits.listRedirects : filterLimits.redirects))
    throw new RunFault('the script redirects to too many addresses', node.at)
  state.decide({ kind: 'redirect', address }, node.at)
}

const kept = (action: Action): boolean => action.kind === 'keep' || action.kind === 'fileinto'

const reject = (state: State, node: Node, atProtocol: boolean): undefined => {
  // RFC 5429 §2.3: one message is not both refused and answered or kept.
  if (state.actions.some((action) => kept(action) || action.kind === 'vacation' || action.kind === 'reject'))
    throw new RunFault('reject contradicts an action before it', node.at)
  state.decide({ kind: 'reject', reason: state.text(node.args[0]), atProtocol }, node.at)
  state.implicitKeep = false
}

const noReject = (state: State, node: Node): void => {
  if (state.actions.some(({ kind }) => kind === 'reject'))
    throw new RunFault(`${node.name} contradicts the reject before it`, node.at)
}

const changeFlags = (
  state: State,
  node: Node,
  change: (old: readonly string[], given: readonly string[]) => string[],
): undefined => {
  const [name, given] = node.args
  const variable = name === undefined ? undefined : state.text(name)
  const flags = change(flagsIn(state, variable === undefined ? undefined : [variable]), flagList(state.texts(given)))
  if (variable === undefined) state.flags = flags
  else setVariable(state, node, variable, flags.join(' '))
}

const setVariable = (state: State, node: Node, name: string, value: string): void => {
  if (!/^(?:global\.)?[A-Za-z_]\w{0,255}$/i.test(name))
    throw new RunFault(`${JSON.stringify(name)} is not the name of a variable`, node.at)
  if (!state.frame.scope.set(name, value)) throw new RunFault('there are too many variables', node.at)
}

const importanceOf = (text: string | undefined): 1 | 2 | 3 => (text === '1' ? 1 : text === '3' ? 3 : 2)

const include = async (state: State, node: Node): Promise<Ending | undefined> => {
  const location = node.tags.has('global') ? 'global' : 'personal'
  const name = state.text(node.args[0])
  const key = `${location} ${name}`
  if (node.tags.has('once') && state.included.has(key)) return
  const outer = state.frame
  if (outer.depth >= filterLimits.includeDepth || ++state.includes > filterLimits.includes)
    throw new RunFault('scripts include one another too often', node.at)
  const program = await state.host.include(location, name)
  if (!program) {
    if (node.tags.has('optional')) return
    throw new RunFault(`there is no script ${JSON.stringify(name)}`, node.at)
  }
  state.included.add(key)
  state.frame = { program, name, scope: new Scope(state.globals), depth: outer.depth + 1 }
  const ending = await runBlock(state, program.commands)
  state.frame = outer
  return ending === 'stop' ? 'stop' : undefined
}

const forEveryPart = async (state: State, node: Node): Promise<Ending | undefined> => {
  const outer = state.part
  const name = state.optional(node, 'name') ?? ''
  // The loop's own entity is not one of its parts when loops are nested (RFC 5703 §3).
  const parts = outer ? outer.parts.flatMap(partsOf) : partsOf(state.message.structure.root)
  let result: Ending | undefined
  for (const part of parts) {
    state.step(node.at)
    state.part = part
    const ending = await runBlock(state, node.block)
    if (ending === 'end') continue
    const ours = typeof ending === 'object' && (ending.break === '' || ending.break === name)
    result = ours ? undefined : ending
    break
  }
  state.part = outer
  return result
}

const deleteHeader = async (state: State, node: Node): Promise<undefined> => {
  const keys = node.args[1] === undefined ? undefined : state.texts(node.args[1])
  const name = state.text(node.args[0])
  const index = node.tags.get('index')
  const all = state.message.fields(name)
  const nth = typeof index === 'number' ? all.at(node.tags.has('last') ? -index : index - 1) : undefined
  const candidates = typeof index === 'number' ? (nth ? [nth] : []) : all
  const gone = new Set<Field>()
  for (const field of candidates)
    if (keys === undefined || (await state.matches(comparisonOf(node), [readable(field)], keys, node.at)))
      gone.add(field)
  state.message.delete(name, () => gone)
  if (state.message.edits.length > filterLimits.edits) throw new RunFault('the script edits too many fields', node.at)
}

const performs: Readonly<Record<string, Perform>> = {
  stop: () => 'stop',
  return: () => 'return',
  error: (state, node) => {
    throw new RunFault(state.text(node.args[0]), node.at)
  },
  break: (state, node) => ({ break: state.optional(node, 'name') ?? '' }),
  include,
  foreverypart: forEveryPart,
  global: (state, node) => {
    for (const name of state.texts(node.args[0])) state.frame.scope.share(name)
  },
  set: (state, node) => {
    setVariable(state, node, state.text(node.args[0]), applyModifiers(state.text(node.args[1]), node.tags))
  },
  extracttext: (state, node) => {
    if (!state.part) throw new RunFault('extracttext is for the parts of foreverypart', node.at)
    const first = node.tags.get('first')
    const text = state.message.partText(state.part)
    const some = typeof first === 'number' ? [...text.slice(0, 2 * first)].slice(0, first).join('') : text
    setVariable(state, node, state.text(node.args[0]), applyModifiers(some, node.tags))
  },

  keep: (state, node) => {
    noReject(state, node)
    const flags = node.tags.get('flags')
    state.implicitKeep = false
    const already = state.actions.findIndex(({ kind }) => kind === 'keep')
    if (already >= 0) state.actions.splice(already, 1)
    state.decide({ kind: 'keep', flags: flags === undefined ? state.flags : flagList(state.texts(flags)) }, node.at)
  },
  discard: (state) => {
    state.implicitKeep = false
  },
  fileinto: (state, node) => {
    noReject(state, node)
    const destination = destinationOf(state, node, state.text(node.args[0]))
    const action = { kind: 'fileinto' as const, ...destination, flags: destination.flags ?? state.flags }
    if (!node.tags.has('copy')) state.implicitKeep = false
    const same = state.actions.findIndex((one) => one.kind === 'fileinto' && one.mailbox === action.mailbox)
    if (same >= 0) state.actions.splice(same, 1)
    state.decide(action, node.at)
  },
  redirect: async (state, node) => {
    const address = state.text(node.args[0])
    const all = node.tags.has('list') ? await state.host.listAddresses(address) : [address]
    for (const one of all) redirectTo(state, node, one)
    // A list of nobody sends it nowhere: then it is kept, not lost.
    if (!node.tags.has('copy') && all.length > 0) state.implicitKeep = false
  },
  reject: (state, node) => reject(state, node, false),
  ereject: (state, node) => reject(state, node, true),
  vacation: (state, node) => {
    noReject(state, node)
    if (state.actions.some(({ kind }) => kind === 'vacation')) throw new RunFault('vacation answers once only', node.at)
    const [days, seconds] = [node.tags.get('days'), node.tags.get('seconds')]
    const period = typeof seconds === 'number' ? seconds : typeof days === 'number' ? days * 86_400 : undefined
    const addresses = node.tags.get('addresses')
    state.decide(
      {
        kind: 'vacation',
        reason: state.text(node.args[0]),
        mime: node.tags.has('mime'),
        seconds: period,
        subject: state.optional(node, 'subject'),
        from: state.optional(node, 'from'),
        addresses: addresses === undefined ? [] : state.texts(addresses),
        handle: state.optional(node, 'handle'),
        fcc: fccOf(state, node),
      },
      node.at,
    )
  },
  notify: (state, node) => {
    const method = state.text(node.args[0])
    if (!state.host.notifyMethod(method)) throw new RunFault(`${JSON.stringify(method)} cannot be notified`, node.at)
    const options = node.tags.get('options')
    state.decide(
      {
        kind: 'notify',
        method,
        from: state.optional(node, 'from'),
        importance: importanceOf(state.optional(node, 'importance')),
        options: options === undefined ? [] : state.texts(options),
        message: state.optional(node, 'message'),
        fcc: fccOf(state, node),
      },
      node.at,
    )
  },

  setflag: (state, node) => changeFlags(state, node, (_old, given) => [...given]),
  addflag: (state, node) => changeFlags(state, node, (old, given) => flagList([...old, ...given])),
  removeflag: (state, node) =>
    changeFlags(state, node, (old, given) => {
      const gone = new Set(given.map((flag) => flag.toLowerCase()))
      return old.filter((flag) => !gone.has(flag.toLowerCase()))
    }),

  addheader: (state, node) => {
    const [name, value] = [state.text(node.args[0]), state.text(node.args[1])]
    if (!/^[!-9;-~]{1,76}$/.test(name)) throw new RunFault(`${JSON.stringify(name)} is not a field name`, node.at)
    if (state.message.edits.length >= filterLimits.edits)
      throw new RunFault('the script edits too many fields', node.at)
    // A line end in the value would begin another field; a folded value is one line (RFC 5322 §2.2.3).
    const clean = value
      .replace(/[\r\n\0]+[ \t]*/g, ' ')
      .trim()
      .slice(0, 4096)
    if (state.message.mayAdd(name)) state.message.add(name, clean, node.tags.has('last'))
  },
  deleteheader: deleteHeader,
}

/** Commands after which the message goes elsewhere, or nowhere: whoever misses it is told which one it was. */
const deciding: ReadonlySet<string> = new Set(['fileinto', 'discard', 'redirect', 'reject', 'ereject'])

/** Runs commands in order. Throws RunFault. */
const runBlock = async (state: State, nodes: readonly Node[]): Promise<Ending> => {
  // An if and the elsif and else that follow it: one of them at most.
  let taken = false
  for (const node of nodes) {
    state.step(node.at)
    let ending: Ending | undefined
    if (node.name === 'if' || node.name === 'elsif' || node.name === 'else') {
      if (node.name === 'if') taken = false
      if (taken || !(node.name === 'else' || (await judge(state, node.tests[0] as Node)))) continue
      taken = true
      ending = await runBlock(state, node.block)
      if (ending === 'end') continue
    } else {
      const perform = performs[node.name]
      if (!perform) throw new RunFault(`no command ${node.name}`, node.at)
      ending = await perform(state, node)
      if (deciding.has(node.name))
        state.decided.push({ command: node.name, script: state.frame.name, line: node.at.line })
    }
    if (ending !== undefined) return ending
  }
  return 'end'
}

const implicitKeep = (flags: readonly string[], edits = 0): Action =>
  edits === 0 ? { kind: 'keep', flags } : { kind: 'keep', flags, edits }

/**
 * Runs scripts one after another (those of the platform, then the owner's); `stop` ends them all. Never throws: a fault
 * ends in the implicit keep and says why.
 */
export const runFilter = async (
  scripts: readonly { readonly name: string; readonly program: Program }[],
  message: FilterMessage,
  host: FilterHost,
): Promise<Outcome> => {
  const [first] = scripts
  if (!first) return { actions: [implicitKeep([])], edits: [], remember: [] }
  const state = new State(first.program, message, host, first.name)
  try {
    for (const { name, program } of scripts) {
      state.frame = { program, name, scope: new Scope(state.globals), depth: 0 }
      if ((await runBlock(state, program.commands)) === 'stop') break
    }
  } catch (error) {
    if (!(error instanceof RunFault)) throw error
    const fault = { line: error.at.line, column: error.at.column, message: error.message, script: state.frame.name }
    return { actions: [implicitKeep([])], edits: [], remember: [], fault }
  }
  const actions = state.implicitKeep
    ? [...state.actions, implicitKeep(state.flags, message.edits.length)]
    : state.actions
  return { actions, edits: message.edits, remember: state.remember, decided: state.decided }
}
