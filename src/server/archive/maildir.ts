/**
 * Maildir++: the inbox in the folder itself, other mailboxes in `.Name.Sub` beside it, names in modified UTF-7
 * (RFC 3501 §5.1.3), flags in the file's name, keywords by letter in `dovecot-keywords`. Bytes are kept as they are.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type FlagSet, fromImapFlags, toImapFlags } from '#domain/mail/flags.ts'
import { type ArchiveReader, type ArchiveWriter, maxArchivedMessage, toNetworkLines } from './archive.ts'

const letters: Readonly<Record<string, string>> = {
  D: '\\Draft',
  F: '\\Flagged',
  P: '$forwarded',
  R: '\\Answered',
  S: '\\Seen',
  T: '\\Deleted',
}

const keywordFile = 'dovecot-keywords'
const maxKeywordLetters = 26

const encodeName = (name: string): string =>
  name.replace(/&|[^ -~]+/g, (run) => {
    if (run === '&') return '&-'
    const utf16 = Buffer.from(run, 'utf16le').swap16()
    return `&${utf16.toString('base64').replace(/=+$/, '').replaceAll('/', ',')}-`
  })

const decodeName = (name: string): string =>
  name.replace(/&([^-]*)-/g, (_all, run: string) =>
    run === '' ? '&' : Buffer.from(run.replaceAll(',', '/'), 'base64').swap16().toString('utf16le'),
  )

/** `&` runs of odd length are not modified UTF-7: some programs write plain UTF-8. */
const readableName = (name: string): string => {
  try {
    return decodeName(name)
  } catch {
    return name
  }
}

const pathOf = (folder: string): string =>
  folder === '' ? 'INBOX' : folder.slice(1).split('.').map(readableName).join('/')

/** A dot separates levels in Maildir++; one in a name is written as its modified UTF-7 form. */
const folderOf = (path: string): string =>
  path === 'INBOX'
    ? ''
    : `.${path
        .split('/')
        .map((name) => encodeName(name).replaceAll('.', '&AC4-'))
        .join('.')}`

const keywordsOf = (folder: string): Map<string, string> => {
  const file = join(folder, keywordFile)
  if (!existsSync(file)) return new Map()
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => /^(\d+) (\S+)$/.exec(line))
  return new Map(
    rows.flatMap((row) => (row ? [[String.fromCharCode(97 + Number(row[1])), row[2] ?? ''] as const] : [])),
  )
}

const flagsOf = (name: string, keywords: ReadonlyMap<string, string>): FlagSet => {
  const info = /[:;!]2,([A-Za-z]*)$/.exec(name)?.[1] ?? ''
  const names = [...info].flatMap((letter) => letters[letter] ?? keywords.get(letter) ?? [])
  try {
    return fromImapFlags(names)
  } catch {
    return fromImapFlags(names.filter((one) => one.startsWith('\\')))
  }
}

interface Found {
  readonly path: string
  readonly mailbox: string
  readonly flags: FlagSet
  readonly size: number
  readonly modifiedAt: number
}

const messagesIn = (root: string, folder: string): Found[] => {
  const at = join(root, folder)
  const keywords = keywordsOf(at)
  return ['cur', 'new'].flatMap((part) => {
    if (!existsSync(join(at, part))) return []
    return readdirSync(join(at, part))
      .filter((name) => !name.startsWith('.'))
      .sort()
      .flatMap((name) => {
        const path = join(at, part, name)
        const { size, mtimeMs } = statSync(path)
        const found = {
          path,
          mailbox: pathOf(folder),
          flags: flagsOf(name, keywords),
          size,
          modifiedAt: Math.round(mtimeMs),
        }
        return statSync(path).isFile() ? [found] : []
      })
  })
}

/** True when the folder is a Maildir. */
export const isMaildir = (folder: string): boolean => existsSync(join(folder, 'cur')) || existsSync(join(folder, 'new'))

/** Reads a Maildir with its subfolders. */
export const readMaildir = (root: string): ArchiveReader => {
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith('.') && isMaildir(join(root, entry.name)))
    .map(({ name }) => name)
    .sort()
  const found = ['', ...folders].flatMap((folder) => messagesIn(root, folder))
  return {
    size: found.reduce((sum, { size }) => sum + size, 0),
    messages: async function* (skip) {
      let position = 0
      for (const [index, { path, mailbox, flags, size, modifiedAt }] of found.entries()) {
        position += size
        if (index < skip) continue
        if (size > maxArchivedMessage) throw new Error(`${path} is larger than 256 MB`)
        yield { mailbox, bytes: toNetworkLines(await readFile(path)), flags, receivedAt: modifiedAt, position }
      }
    },
  }
}

const infoOf = (flags: FlagSet, keywordLetters: Map<string, string>): string => {
  const names = new Set(toImapFlags(flags))
  const standard = Object.entries(letters)
    .filter(([, name]) => names.delete(name))
    .map(([letter]) => letter)
  const own: string[] = []
  for (const name of names) {
    if (name.startsWith('\\')) continue
    let letter = keywordLetters.get(name)
    if (letter === undefined && keywordLetters.size < maxKeywordLetters) {
      letter = String.fromCharCode(97 + keywordLetters.size)
      keywordLetters.set(name, letter)
    }
    if (letter !== undefined) own.push(letter)
  }
  return [...standard, ...own.sort()].join('')
}

/** Writes a Maildir++ at `root`. */
export const writeMaildir = (root: string): ArchiveWriter => {
  let folder = ''
  let keywords = new Map<string, string>()
  const end = async () => {
    if (keywords.size === 0) return
    const rows = [...keywords].map(([name, letter]) => `${letter.charCodeAt(0) - 97} ${name}\n`)
    await writeFile(join(folder, keywordFile), rows.join(''))
  }
  return {
    open: async (path) => {
      await end()
      keywords = new Map()
      folder = join(root, folderOf(path))
      for (const part of ['cur', 'new', 'tmp']) {
        await rm(join(folder, part), { recursive: true, force: true })
        await mkdir(join(folder, part), { recursive: true })
      }
      if (path !== 'INBOX') await writeFile(join(folder, 'maildirfolder'), '')
    },
    write: async ({ uid, bytes, flags, receivedAt }) => {
      const seconds = Math.floor(receivedAt / 1000)
      const name = `${seconds}.U${String(uid).padStart(10, '0')}.convergence,S=${bytes.length}`
      const temporary = join(folder, 'tmp', basename(name))
      await writeFile(temporary, bytes, { flag: 'wx' })
      await utimes(temporary, receivedAt / 1000, receivedAt / 1000)
      await rename(temporary, join(folder, 'cur', `${name}:2,${infoOf(flags, keywords)}`))
    },
    close: end,
  }
}
