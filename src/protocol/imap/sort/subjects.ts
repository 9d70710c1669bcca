/** Threads whose links were lost are joined by their subject (RFC 5256 §3, step 5 of REFERENCES). */
import { startPace } from '../pace.ts'
import { Tree } from './forest.ts'

/** Which root stands for a subject (5.B): one that is not there, or the one that is no answer. */
const subjectTable = async (roots: readonly Tree[]): Promise<Map<string, Tree>> => {
  const table = new Map<string, Tree>()
  const pace = startPace()
  for (const root of roots) {
    if (pace.due) await pace.rest()
    if (root.baseSubject === '') continue
    const known = table.get(root.baseSubject)
    if (known === undefined || (root.uid === 0 && known.uid !== 0) || (known.isReply && !root.isReply))
      table.set(root.baseSubject, root)
  }
  return table
}

const holding = (first: Tree, second: Tree): Tree => {
  const tree = new Tree(0)
  tree.baseSubject = first.baseSubject
  tree.children = [first, second]
  return tree
}

/** The roots that remain (5.C). `roots` are sorted, and pruned. */
export const joinSubjects = async (roots: readonly Tree[]): Promise<Tree[]> => {
  const table = await subjectTable(roots)
  const pace = startPace()
  const taken = new Set<Tree>()
  const made: Tree[] = []
  for (const root of roots) {
    if (pace.due) await pace.rest()
    const first = root.baseSubject === '' ? root : table.get(root.baseSubject)!
    if (first === root) continue
    taken.add(root)
    if (first.uid === 0 && root.uid === 0) for (const child of root.children) first.children.push(child)
    else if (first.uid === 0 || (root.isReply && !first.isReply)) first.children.push(root)
    else {
      const tree = holding(first, root)
      taken.add(first)
      made.push(tree)
      table.set(root.baseSubject, tree)
    }
  }
  return [...roots, ...made].filter((root) => !taken.has(root))
}
