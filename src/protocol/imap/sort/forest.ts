/** Messages linked to those that they answer: what the algorithms of THREAD grow (RFC 5256 §3). */
import { sortInTurns } from './order.ts'

export class Tree {
  /** 0: a message that others name and that is not among the results. */
  uid: number
  /** When it was sent; of one that is not there, its first child's. */
  date = 0
  /** When the latest message of the whole tree arrived. */
  latest = 0
  baseSubject = ''
  isReply = false
  parent: Tree | undefined
  children: Tree[] = []

  constructor(uid: number) {
    this.uid = uid
  }
}

/** Above this many steps towards the root a link is not made: hostile references must not cost more than others. */
const maxSteps = 500

/** True when `child` may become a child of `parent`: no circle would close. */
export const mayLink = (parent: Tree, child: Tree): boolean => {
  let steps = 0
  for (let at: Tree | undefined = parent; at !== undefined; at = at.parent)
    if (at === child || ++steps > maxSteps) return false
  return true
}

const byDate = (a: Tree, b: Tree): number => a.date - b.date || firstUid(a) - firstUid(b)

const firstUid = (tree: Tree): number => (tree.uid === 0 ? (tree.children[0]?.uid ?? 0) : tree.uid)

/** A tree's nodes, parents before children. */
const nodesOf = (root: Tree): Tree[] => {
  const nodes = [root]
  for (let i = 0; i < nodes.length; i++) for (const child of nodes[i]!.children) nodes.push(child)
  return nodes
}

const longList = 2000

/** Puts siblings in the order of their dates, everywhere below a root (RFC 5256 §3, step 6). */
export const sortTree = async (root: Tree): Promise<void> => {
  const nodes = nodesOf(root)
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!
    if (node.children.length > longList) node.children = await sortInTurns(node.children, byDate)
    else if (node.children.length > 1) node.children.sort(byDate)
    const first = node.children[0]
    if (node.uid === 0 && first !== undefined) {
      node.date = first.date
      node.baseSubject = first.baseSubject
      node.isReply = first.isReply
    }
    for (const child of node.children) if (child.latest > node.latest) node.latest = child.latest
  }
}

/** Roots in the order of their dates. */
export const sortRoots = (roots: readonly Tree[]): Promise<Tree[]> => sortInTurns(roots, byDate)

/** Takes out what is not there (step 3): only a root that holds several together remains. */
export const prune = (root: Tree): Tree | undefined => {
  if (root.uid !== 0 && root.children.length === 0) return root
  const nodes = nodesOf(root)
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!
    const [only] = node.children
    if (node.children.length === 1 && only!.uid === 0) node.children = only!.children
    else if (node.children.some(({ uid }) => uid === 0))
      node.children = node.children.flatMap((child) => (child.uid === 0 ? child.children : child))
  }
  if (root.uid !== 0) return root
  return root.children.length > 1 ? root : root.children[0]
}
