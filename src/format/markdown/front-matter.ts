/**
 * What stands between two lines of `---` at the head of a Markdown file: `name: value`, and one level of
 * `  name: value` below a name without a value. Not YAML: nothing is guessed, a value is its text.
 */
export interface FrontMatter {
  readonly values: ReadonlyMap<string, string>
  readonly maps: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** What follows. */
  readonly body: string
}

const pair = (line: string): [string, string] | undefined => {
  const colon = line.indexOf(':')
  return colon <= 0 ? undefined : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
}

/** Reads a file. Throws Error, with the line, where it is not of this form. */
export const readFrontMatter = (text: string): FrontMatter => {
  const lines = text.split(/\r?\n/)
  const end = lines.indexOf('---', 1)
  if (lines[0] !== '---' || end < 0) throw new Error('the file does not begin with a head between two lines of ---')
  const values = new Map<string, string>()
  const maps = new Map<string, Map<string, string>>()
  let below: Map<string, string> | undefined
  for (const line of lines.slice(1, end)) {
    if (line.trim() === '') continue
    const found = pair(line)
    if (!found) throw new Error(`this line of the head is no "name: value": ${line}`)
    const [name, value] = found
    if (/^\s/.test(line)) {
      if (!below) throw new Error(`this line of the head is below nothing: ${line}`)
      below.set(name, value)
    } else if (value === '') {
      below = new Map()
      maps.set(name, below)
    } else {
      below = undefined
      values.set(name, value)
    }
  }
  return {
    values,
    maps,
    body: lines
      .slice(end + 1)
      .join('\n')
      .trim(),
  }
}
