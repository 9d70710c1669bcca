#!/usr/bin/env node
// The one command. Prepares what is missing (dependencies, the pinned Node, the web build), then hands over to the
// server's command line in src/server/main.ts. Runs on any Node >= 20.
import { join } from 'node:path'
import { ensureDependencies, ensureWeb, pinnedNode, root, runInForeground, runMain, SetupError } from './setup.mjs'

const main = join(root, 'src', 'server', 'main.ts')
const quiet = '--disable-warning=ExperimentalWarning'

/** The server, started again at each change of its sources, and Vite in front of it for the web app. */
const develop = (args) => {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  return Promise.race([
    runInForeground(pinnedNode(), [quiet, '--watch', '--watch-preserve-output', main, 'start', ...args]),
    runInForeground(pinnedNode(), [vite, '--config', join(root, 'vite.config.ts'), '--clearScreen', 'false']),
  ]).finally(() => process.kill(process.pid, 'SIGTERM'))
}

const needsWeb = new Set(['start'])

await runMain(async () => {
  if (Number(process.versions.node.split('.')[0]) < 20)
    throw new SetupError(`Convergence needs Node 20 or newer to start; this is Node ${process.versions.node}.`)
  const args = process.argv.slice(2)
  const command = args[0] ?? ''
  const asksHelp = args.includes('--help') || args.includes('-h')
  await ensureDependencies()
  if (needsWeb.has(command) && !asksHelp) await ensureWeb()
  if (command === 'dev') return develop(args.slice(1))
  return runInForeground(pinnedNode(), [quiet, main, ...args], { channel: command === 'start' })
})
