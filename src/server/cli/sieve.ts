/** `convergence sieve`: the filter scripts of an account, for whoever helps its owner. */
import { readFile } from 'node:fs/promises'
import { isFailure } from '#base/failure.ts'
import { createDelivery } from '#domain/delivery/delivery.ts'
import { applyScript } from '#domain/filter/apply.ts'
import {
  deleteGlobalScript,
  globalScriptText,
  listGlobalScripts,
  putGlobalScript,
} from '#domain/filter/global-scripts.ts'
import { listScripts, programOf } from '#domain/filter/scripts.ts'
import { mailboxByPath } from '#domain/mail/mailboxes.ts'
import { mailboxState } from '#domain/mail/view.ts'
import { audit } from '#domain/people/audit.ts'
import { accountNamed, actor } from './account.ts'
import { type Command, CommandError, flagOption, textOption, wordAt } from './command.ts'
import { createProgress, table } from './terminal.ts'

const list: Command = {
  name: 'sieve list',
  usage: 'LOGIN',
  about: 'List the filter scripts of an account',
  words: [1, 1],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      const scripts = await house.ctx.store.read((tx) => listScripts(tx, account.id))
      for (const { name, size, active } of scripts) invocation.say(`${active ? '*' : ' '} ${name} (${size} octets)`)
      if (scripts.length === 0) invocation.say(`${account.login} has no scripts.`)
      return 0
    }),
}

const apply: Command = {
  name: 'sieve apply',
  usage: 'LOGIN',
  about: 'Apply a filter script to mail that is there already',
  words: [1, 1],
  options: {
    script: { type: 'string', value: 'NAME', about: 'the active one by default' },
    mailbox: { type: 'string', value: 'PATH', about: 'INBOX by default' },
    rehearse: { type: 'boolean', about: 'tell what would be done, and do nothing' },
  },
  more: `
Messages are filed and flagged as the script says. Nothing is sent, discarded or edited. The server may be running; a
message that was dealt with stays so when this is interrupted.`,
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const { ctx, people, config } = house
      const account = await accountNamed(house, wordAt(invocation, 0))
      const name = textOption(invocation, 'script')
      const path = textOption(invocation, 'mailbox') ?? 'INBOX'
      const found = await ctx.store.read(async (tx) => ({
        scripts: await listScripts(tx, account.id),
        mailbox: await mailboxByPath(tx, account.id, path),
      }))
      const script = found.scripts.find((one) => (name === undefined ? one.active : one.name === name))
      if (!script)
        throw new CommandError(name === undefined ? `${account.login} has no active script.` : `No script "${name}".`)
      if (!found.mailbox) throw new CommandError(`${account.login} has no mailbox "${path}".`)
      const rehearse = flagOption(invocation, 'rehearse')
      const progress = createProgress(rehearse ? 'Rehearsing' : 'Filing')
      const delivery = createDelivery({ ctx, people, config: { hostname: config.hostname } })
      const { mailbox } = found
      const { program, total } = await ctx.store.read(async (tx) => ({
        program: await programOf(ctx, tx, script),
        total: (await mailboxState(tx, account.id, mailbox.id)).total,
      }))
      const { messages, filed, flagged, faults, fault } = await applyScript(
        delivery,
        { account: account.id, program, name: script.name, mailboxId: mailbox.id, rehearse },
        (done) => progress.update(done, Math.max(done, total)),
      )
      progress.end()
      for (const [to, count] of filed) invocation.say(`${rehearse ? 'Would file' : 'Filed'} ${count} into ${to}.`)
      if (!rehearse) {
        const detail = `${messages} messages of ${path}`
        await audit(ctx, { actor, action: 'mail.filter', accountId: account.id, target: account.login, detail })
        invocation.say(`Flags changed on ${flagged}. ${messages} messages looked at.`)
      }
      if (!fault) return 0
      invocation.say(`The script failed on ${faults} messages: line ${fault.line}: ${fault.message}.`)
      return 1
    }),
}

const globalList: Command = {
  name: 'sieve-global',
  usage: '',
  about: 'List the scripts of the platform, which any script may include (include :global)',
  words: [0, 0],
  run: (invocation) =>
    invocation.withHouse(async ({ ctx }) => {
      const scripts = await ctx.store.read(listGlobalScripts)
      const rows = scripts.map(({ name, size, updatedAt }) => [name, String(size), new Date(updatedAt).toISOString()])
      if (rows.length === 0) invocation.say('The platform has no scripts.')
      else invocation.say(table(['NAME', 'OCTETS', 'CHANGED'], rows))
      return 0
    }),
}

const globalPut: Command = {
  name: 'sieve-global put',
  usage: 'NAME FILE',
  about: 'Keep a file as a script of the platform, in the place of one of that name',
  words: [2, 2],
  more: `
The script is checked first; a fault is told with its line and column. Whoever includes it (include :global "NAME";) runs
it from the next message on, in their own account and within its limits. The server may be running.`,
  run: (invocation) => {
    const [name, file] = [wordAt(invocation, 0), wordAt(invocation, 1)]
    return invocation.withHouse(async ({ ctx }) => {
      const bytes = await readFile(file).catch((error: unknown) => {
        throw new CommandError(`${file} cannot be read.`, { cause: error })
      })
      try {
        await putGlobalScript(ctx, name, bytes)
      } catch (error) {
        if (isFailure(error)) throw new CommandError(`The script is refused: ${error.message}.`, { cause: error })
        throw error
      }
      await audit(ctx, { actor, action: 'filter.global.put', target: name })
      invocation.say(`"${name}" is kept (${bytes.length} octets).`)
      return 0
    })
  },
}

const globalShow: Command = {
  name: 'sieve-global show',
  usage: 'NAME',
  about: 'Print a script of the platform',
  words: [1, 1],
  run: (invocation) =>
    invocation.withHouse(async ({ ctx }) => {
      const text = await ctx.store.read((tx) => globalScriptText(tx, wordAt(invocation, 0)))
      if (text === undefined) throw new CommandError(`The platform has no script "${wordAt(invocation, 0)}".`)
      invocation.say(text)
      return 0
    }),
}

const globalDelete: Command = {
  name: 'sieve-global delete',
  usage: 'NAME',
  about: 'Forget a script of the platform',
  words: [1, 1],
  more: 'Scripts that include it without :optional fail from then on: their messages stay in the inbox.',
  run: (invocation) => {
    const name = wordAt(invocation, 0)
    return invocation.withHouse(async ({ ctx }) => {
      const found = await deleteGlobalScript(ctx, name)
      if (found) await audit(ctx, { actor, action: 'filter.global.delete', target: name })
      invocation.say(found ? `"${name}" is forgotten.` : `The platform has no script "${name}".`)
      return found ? 0 : 1
    })
  },
}

export const sieveCommands: readonly Command[] = [list, apply, globalList, globalPut, globalShow, globalDelete]
