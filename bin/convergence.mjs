#!/usr/bin/env node
// The one command. Prepares what is missing (dependencies, the pinned Node, the web build), then hands over to the
// server's command line in src/server/main.ts. Runs on any Node >= 20.
import { join } from 'node:path'
import { ensureDependencies, ensureWeb, pinnedNode, root, runInForeground, runMain, SetupError } from './setup.mjs'

const needsWeb = new Set(['start'])

await runMain(async () => {
  if (Number(process.versions.node.split('.')[0]) < 20)
    throw new SetupError(`Convergence needs Node 20 or newer to start; this is Node ${process.versions.node}.`)
  const args = process.argv.slice(2)
  const command = args[0] ?? ''
  const asksHelp = args.includes('--help') || args.includes('-h')
  await ensureDependencies()
  if (needsWeb.has(command) && !asksHelp) await ensureWeb()
  const development = command === 'dev'
  return runInForeground(
    pinnedNode(),
    [
      '--disable-warning=ExperimentalWarning',
      ...(development ? ['--watch', '--watch-preserve-output'] : []),
      join(root, 'src', 'server', 'main.ts'),
      ...args,
    ],
    { channel: command === 'start' },
  )
})
