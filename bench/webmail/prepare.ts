/** Two mailboxes of the same messages, ours and Dovecot's, filled once and kept between runs. */
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dovecotMissing, startDovecot } from '../peers/dovecot.ts'
import { message } from '../peers/messages.ts'
import { certificateOf, startOurs } from '../peers/ours.ts'
import type { Peer } from '../peers/peer.ts'
import { roundcubeMissing } from '../peers/roundcube.ts'
import { Imap } from '../peers/wire.ts'

/** A word that a few messages have, evenly spread. */
export const rareWord = 'xylographie'
export const RARE = 20

/** The word is in the subject: that is where Roundcube looks. */
const letter = (n: number, count: number): Uint8Array => {
  const bytes = message(n, 1500)
  if (n % Math.max(1, Math.floor(count / RARE)) !== 3) return bytes
  return new TextEncoder().encode(new TextDecoder().decode(bytes).replace('Subject: ', `Subject: ${rareWord} `))
}

const fill = async (peer: Peer, count: number): Promise<void> => {
  const imap = await Imap.open(peer.imap, { user: peer.address(0), password: peer.password })
  const slice = 100
  for (let n = 0; n < count; n += slice) {
    const parts: Uint8Array[] = []
    for (let i = n; i < Math.min(n + slice, count); i++) {
      const bytes = letter(i, count)
      parts.push(new TextEncoder().encode(` {${bytes.length}+}\r\n`), bytes)
    }
    await imap.appendAll('INBOX', parts)
    if (n % 10_000 === 0) process.stderr.write(`${peer.name}: ${n} of ${count} messages\n`)
  }
  imap.close()
}

/** The platform writes to the person at each sign-in from a new browser: what earlier runs have caused goes. */
const tidy = async (peer: Peer): Promise<void> => {
  const imap = await Imap.open(peer.imap, { user: peer.address(0), password: peer.password })
  await imap.command('SELECT INBOX')
  const found = await imap.ask('SEARCH FROM postmaster', '* SEARCH')
  const numbers = found.split(' ').slice(2).filter(Boolean)
  if (numbers.length > 0) {
    await imap.command(`STORE ${numbers.join(',')} +FLAGS.SILENT (\\Deleted)`)
    await imap.command('EXPUNGE')
  }
  imap.close()
}

export interface Prepared {
  readonly ours: Awaited<ReturnType<typeof startOurs>>
  /** Undefined where Roundcube cannot be compared with, for the reason in `missing`. */
  readonly dovecot: Peer | undefined
  readonly missing: string | undefined
}

/** Starts both servers on `count` messages in each inbox. What a broken run left half filled is filled anew. */
export const prepare = async (count: number): Promise<Prepared> => {
  const folder = join(process.env.BENCH_FOLDER ?? tmpdir(), `convergence-webmail-${count}`)
  const mark = join(folder, 'filled')
  if (!existsSync(mark)) await rm(folder, { recursive: true, force: true })
  await mkdir(join(folder, 'dovecot'), { recursive: true })
  const ours = await startOurs(1, { folder: join(folder, 'ours') })
  const missing = dovecotMissing() ?? roundcubeMissing()
  const dovecot = missing ? undefined : await startDovecot(await certificateOf(ours.folder), join(folder, 'dovecot'))
  if (!existsSync(mark)) {
    await fill(ours, count)
    if (dovecot) await fill(dovecot, count)
    await ours.quiet()
    await dovecot?.quiet()
    await writeFile(mark, '')
  }
  await tidy(ours)
  return { ours, dovecot, missing }
}
