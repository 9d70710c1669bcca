/** `convergence backup` and `convergence restore`. */
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { audit } from '#domain/people/audit.ts'
import { placeFiles, readManifest, takeBackup } from '../backup/backup.ts'
import { importTables, isPristine } from '../backup/tables.ts'
import { serverAnswers } from '../control.ts'
import { databaseFile, openStore } from '../store.ts'
import { actor } from './account.ts'
import { type Command, CommandError, flagOption, wordAt } from './command.ts'
import { createProgress } from './terminal.ts'

export const backupCommand: Command = {
  name: 'backup',
  usage: 'FOLDER',
  about: 'Write a consistent backup while the server runs',
  words: [1, 1],
  options: {
    portable: { type: 'boolean', about: 'tables as text, which any engine can restore (always so with PostgreSQL)' },
  },
  more: `
Rows are all of one moment, and every message they name is in the backup. Again into the same folder copies only the
messages that are new. The full-text index is not kept: it is built again. Messages that rest in S3 stay there.`,
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const folder = wordAt(invocation, 0)
      const progress = createProgress('Backup')
      const manifest = await takeBackup(house, {
        folder,
        portable: flagOption(invocation, 'portable'),
        progress: (what, done, total) => progress.update(done, total, what),
      })
      progress.end()
      await audit(house.ctx, { actor, action: 'store.backup', target: folder, detail: manifest.kind })
      invocation.say(`Backup of ${manifest.takenAt} written to ${folder}.`)
      return 0
    }),
}

export const restoreCommand: Command = {
  name: 'restore',
  usage: 'FOLDER',
  about: 'Put a backup into an empty data folder (or an empty PostgreSQL database)',
  words: [1, 1],
  options: { replace: { type: 'boolean', about: 'set the present database aside first (it is renamed, not deleted)' } },
  more: 'Stop the server first. A portable backup can be restored into either engine: set "database" before.',
  run: async (invocation) => {
    const { config, log } = invocation
    const folder = wordAt(invocation, 0)
    const manifest = await readManifest(folder)
    if (await serverAnswers(config.data))
      throw new CommandError('The server is running on this data folder: stop it first.')
    if (manifest.kind === 'sqlite' && config.database !== 'sqlite')
      throw new CommandError(
        'This is a copy of an embedded database. Make a backup with --portable to go to PostgreSQL.',
      )
    const file = databaseFile(config.data)
    if (config.database === 'sqlite' && existsSync(file)) {
      if (!flagOption(invocation, 'replace'))
        throw new CommandError(`${config.data} already holds a database. Choose another --data, or add --replace.`)
      const aside = `${file}.before-restore-${new Date().toISOString().replace(/[:.]/g, '-')}`
      await rename(file, aside)
      for (const suffix of ['-wal', '-shm']) {
        if (existsSync(`${file}${suffix}`)) await rename(`${file}${suffix}`, `${aside}${suffix}`)
        await rm(`${file}${suffix}`, { force: true })
      }
      invocation.say(`The present database is kept as ${aside}.`)
    }
    const progress = createProgress('Restore')
    await placeFiles(config, folder, manifest)
    const open = await openStore(config, log, { role: 'command' })
    try {
      if (manifest.kind === 'tables') {
        if (!(await isPristine(open.store.engine))) throw new CommandError('The database is not empty.')
        await importTables(open.store.engine, `${folder}/tables`, (table) => progress.update(0, 0, table))
      }
    } finally {
      await open.close()
    }
    progress.end()
    invocation.say(`Restored the backup of ${manifest.takenAt}. Check it with "convergence doctor".`)
    return 0
  },
}
