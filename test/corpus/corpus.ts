/** The shared corpus of real mail, where it is; the project does not copy those messages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = new URL('../../../shared/corpus/', import.meta.url).pathname

export interface CorpusMessage {
  /** `ham/0001.eml`. */
  readonly name: string
  readonly bytes: Buffer
}

export const corpusFolders = ['ham', 'spam', 'odd-mikel', 'odd-cpython', 'attachments-rspamd'].filter((name) =>
  existsSync(join(root, name)),
)

export const readCorpus = (): CorpusMessage[] =>
  corpusFolders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .sort()
      .map((file) => ({ name: `${folder}/${file}`, bytes: readFileSync(join(root, folder, file)) }))
      .filter(({ bytes }) => bytes.length > 0),
  )

/** As a mail server sends it: every line ends with CR LF, the last one too. */
export const asSent = (bytes: Buffer): Buffer => {
  const text = bytes.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n')
  return Buffer.from(text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1')
}
