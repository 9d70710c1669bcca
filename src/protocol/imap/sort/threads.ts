/** THREAD=REFERENCES and THREAD=ORDEREDSUBJECT (RFC 5256 §3), and REFS: references alone, the liveliest thread last. */
import type { MessageKeys } from '#domain/mail/keys.ts'
import type { ThreadAlgorithm } from '../grammar/sort.ts'
import { startPace } from '../pace.ts'
import type { Match } from '../search/run.ts'
import type { Session } from '../session.ts'
import { mayLink, prune, sortRoots, sortTree, Tree } from './forest.ts'
import { sortInTurns } from './order.ts'
import { readKeys } from './read.ts'
import { casemap } from './sort.ts'
import { joinSubjects } from './subjects.ts'
import { readThreadFacts, type ThreadFacts } from './thread-facts.ts'
import type { Thread } from './thread-text.ts'

const treeOf = (message: MessageKeys, tree: Tree, sent: unknown): Tree => {
  tree.uid = message.uid
  tree.date = typeof sent === 'number' ? sent : message.receivedAt
  tree.latest = message.receivedAt
  return tree
}

/** Links messages to what they name (step 1). */
class Linker {
  readonly #byId = new Map<string, Tree>()
  readonly trees: Tree[] = []

  #named(id: string): Tree {
    let tree = this.#byId.get(id)
    if (tree === undefined) {
      tree = new Tree(0)
      this.#byId.set(id, tree)
      this.trees.push(tree)
    }
    return tree
  }

  /** The place of a message; a second one of the same id has a place of its own. */
  #place(id: string): Tree {
    const named = id !== '' ? this.#named(id) : undefined
    if (named !== undefined && named.uid === 0) return named
    const tree = new Tree(0)
    this.trees.push(tree)
    return tree
  }

  add(message: MessageKeys, facts: ThreadFacts): void {
    const tree = treeOf(message, this.#place(facts.id), facts.sent)
    tree.baseSubject = facts.baseSubject
    tree.isReply = facts.isReply
    let above: Tree | undefined
    for (const ancestor of facts.ancestors) {
      const named = this.#named(ancestor)
      if (above !== undefined && named.parent === undefined && mayLink(above, named)) named.parent = above
      above = named
    }
    // What the message says of itself counts more than what others say of it.
    tree.parent = undefined
    if (above !== undefined && mayLink(above, tree)) tree.parent = above
  }
}

const byReferences = async (session: Session, uids: readonly number[], joins: boolean): Promise<Tree[]> => {
  const linker = new Linker()
  await readThreadFacts(session, uids, (message, facts) => linker.add(message, facts))
  const pace = startPace()
  for (const tree of linker.trees) {
    tree.parent?.children.push(tree)
    if (pace.due) await pace.rest()
  }
  let roots: Tree[] = []
  for (const tree of linker.trees) {
    const root = tree.parent === undefined ? prune(tree) : undefined
    if (root === undefined) continue
    await sortTree(root)
    roots.push(root)
    if (pace.due) await pace.rest()
  }
  if (!joins) return sortInTurns(roots, (a, b) => a.latest - b.latest || a.date - b.date || a.uid - b.uid)
  roots = await joinSubjects(await sortRoots(roots))
  for (const root of roots) {
    if (root.children.length > 0) await sortTree(root)
    if (pace.due) await pace.rest()
  }
  return sortRoots(roots)
}

const bySubject = async (session: Session, uids: readonly number[]): Promise<Tree[]> => {
  const all: Tree[] = []
  await readKeys(session, uids, ['sentAt', 'baseSubject'], (message) => {
    const tree = treeOf(message, new Tree(0), message.values[0])
    tree.baseSubject = casemap(String(message.values[1]))
    all.push(tree)
  })
  const sorted = await sortInTurns(all, (a, b) => a.date - b.date || a.uid - b.uid)
  const roots = new Map<string, Tree>()
  for (const tree of sorted) {
    const first = roots.get(tree.baseSubject)
    if (first === undefined) roots.set(tree.baseSubject, tree)
    else first.children.push(tree)
  }
  return [...roots.values()]
}

/** The threads of the matches, in the order that the algorithm prescribes. */
export const threadsOf = (
  session: Session,
  matches: readonly Match[],
  algorithm: ThreadAlgorithm,
): Promise<readonly Thread[]> => {
  const uids = matches.map(({ uid }) => uid)
  return algorithm === 'ORDEREDSUBJECT'
    ? bySubject(session, uids)
    : byReferences(session, uids, algorithm === 'REFERENCES')
}
