/** Which rule of a script stands at a line: its name as people gave it, or the place when it has none. */
import { readBook } from '#format/sieve/rules/book.ts'
import type { Context } from '../context.ts'
import { listScripts } from '../filter/scripts.ts'

/** The name of the rule at a line of a script's text; empty when it has none, undefined when nothing is there. */
export const ruleNameAt = (source: string, line: number): string | undefined => {
  let at = 1
  for (const { rule, lead, text } of readBook(source)) {
    const start = at
    at += (lead + text).split('\n').length - 1
    if (line < start || line > at) continue
    // A name in a comment before a piece that no rule can say (an `if` with an `else`) is one too.
    const name = rule?.name || /#[ \t]*rule:\[(.*)\]/.exec(lead + text)?.[1]
    if (line === at && text.endsWith('\n')) continue
    return name ?? ''
  }
  return
}

/** The same for a script that an account has; undefined when there is no such script any more. */
export const ruleAt = async (
  ctx: Context,
  account: number,
  script: string,
  line: number,
): Promise<string | undefined> => {
  const source = await ctx.store.read(async (tx) => {
    const found = (await listScripts(tx, account)).find(({ name }) => name === script)
    return found && new TextDecoder().decode(await ctx.store.blobs.bytesIn(tx, found.blobId))
  })
  return source === undefined ? undefined : ruleNameAt(source, line)
}
