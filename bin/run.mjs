#!/usr/bin/env node
// The developer's commands: check, test, build, bench, format. Each prepares what it needs first.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ensureDependencies, ensureWeb, pinnedNode, root, runInForeground, runMain, SetupError } from './setup.mjs'

const tools = { tsc: 'typescript/bin/tsc', biome: '@biomejs/biome/bin/biome', vitest: 'vitest/vitest.mjs' }
const tool = (name) => join(root, 'node_modules', ...tools[name].split('/'))
/** Runs a JavaScript tool with the pinned Node. */
const node = (script, ...args) =>
  runInForeground(pinnedNode(), ['--disable-warning=ExperimentalWarning', script, ...args])

const webSize = () => node(join(root, 'bin', 'web-size.mjs'))

const check = async () => {
  const steps = [
    ['types', () => node(tool('tsc'), '-b')],
    ['style', () => node(tool('biome'), 'ci', '.')],
    ['architecture', () => node(tool('vitest'), 'run', 'test/architecture.test.ts')],
  ]
  // Only what is built can be weighed; the tests build first (see `test`).
  if (existsSync(join(root, 'dist', 'web', 'index.html'))) steps.push(['size of the web app', webSize])
  let failed = 0
  for (const [name, run] of steps) {
    const started = Date.now()
    const code = await run()
    console.log(`${code === 0 ? '✓' : '✗'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
    if (code !== 0) failed++
  }
  return failed === 0 ? 0 : 1
}

const test = async (...args) => {
  if (args.length === 0) {
    await ensureWeb()
    if ((await webSize()) !== 0) return 1
  }
  const first = await runTests(args)
  const again = process.env.CI && first.code !== 0 ? failedFiles(first.report) : []
  if (again.length === 0 || again.length > SECOND_TRY_FILES) return tell([first])
  // On a shared machine something may have been starved of time: each of these files once more, from nothing and alone.
  console.log(`A second run, of the files that failed: ${again.join(', ')}`)
  const second = await runTests(again)
  const others = first.report.testResults.filter(({ name }) => !again.includes(relative(root, name)))
  return tell([{ code: 0, report: { testResults: others } }, second])
}

/** More than a machine's bad moment. */
const SECOND_TRY_FILES = 5

const failedFiles = ({ testResults }) =>
  testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative(root, name))

/** Runs Vitest: its exit code and its report. */
const runTests = async (args) => {
  const file = join(root, 'test-results', 'vitest.json')
  rmSync(file, { force: true })
  const code = await node(
    tool('vitest'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...args,
  )
  if (!existsSync(file)) throw new SetupError('The tests did not run to their end: no report was written.')
  return { code, report: JSON.parse(readFileSync(file, 'utf8')) }
}

/** Prints the sum of some runs, and gives the exit code. */
const tell = (runs) => {
  const files = runs.flatMap(({ report }) => report.testResults)
  const tests = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status))
  const count = (...states) => tests.filter((status) => states.includes(status)).length
  const isFailed = runs.some(({ code }) => code !== 0) || files.some(({ status }) => status === 'failed')
  // A file that does not even load counts as a failure, or "0 failed" would be a lie.
  const failed = Math.max(count('failed'), isFailed ? 1 : 0)
  console.log(`${count('passed')} passed, ${failed} failed, ${count('skipped', 'pending', 'todo', 'disabled')} skipped`)
  return isFailed || failed > 0 ? 1 : 0
}

const bench = async (...names) => {
  const files = readdirSync(join(root, 'bench'), { recursive: true })
    .filter((file) => file.endsWith('.bench.ts') && (names.length === 0 || names.some((name) => file.includes(name))))
    .sort()
  if (files.length === 0) throw new SetupError('No benchmark has that name (see bench/).')
  for (const file of files) {
    const code = await node(join(root, 'bench', file))
    if (code !== 0) return code
  }
  return 0
}

const commands = {
  check,
  test,
  bench,
  build: async () => {
    await ensureWeb({ force: true })
    return 0
  },
  format: () => node(tool('biome'), 'check', '--write', '.'),
}

await runMain(async () => {
  const [name = '', ...args] = process.argv.slice(2)
  const command = commands[name]
  if (command === undefined) {
    console.log('Usage: npm run <check|build|bench|format>, npm test')
    return 2
  }
  await ensureDependencies()
  return command(...args)
})
