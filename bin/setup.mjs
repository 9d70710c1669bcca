// Prepares a fresh checkout: dependencies, the pinned Node, the web build. Plain JavaScript without dependencies,
// because it runs before anything is installed, on any Node >= 20.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const inRoot = (...parts) => join(root, ...parts)

/** A setup step that failed for a reason a person can act on: printed without a stack. */
export class SetupError extends Error {}

// ---- visible progress ---------------------------------------------------------------------------------------------

const out = process.stderr

/** Runs `work` while a line shows its name and the seconds it takes; a log gets one line at the start and one at the end. */
const step = async (title, work) => {
  const started = Date.now()
  const seconds = () => ((Date.now() - started) / 1000).toFixed(1)
  let timer
  if (out.isTTY) {
    const draw = () => out.write(`\r\x1b[K  … ${title} (${seconds()} s)`)
    draw()
    timer = setInterval(draw, 200)
  } else out.write(`  … ${title}\n`)
  try {
    const result = await work()
    clearInterval(timer)
    out.write(`${out.isTTY ? '\r\x1b[K' : ''}  ✓ ${title} (${seconds()} s)\n`)
    return result
  } catch (error) {
    clearInterval(timer)
    out.write(`${out.isTTY ? '\r\x1b[K' : ''}  ✗ ${title} (${seconds()} s)\n`)
    throw error
  }
}

/** Runs a program quietly; when it fails, the error carries the end of what it printed. */
const runQuietly = (command, args, env = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    })
    let tail = ''
    const keep = (chunk) => {
      tail = (tail + chunk).slice(-4000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(tail) : reject(new SetupError(tail.trim() || `exit code ${code}`)),
    )
  })

// ---- one preparation at a time ------------------------------------------------------------------------------------

const alive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Two starts in the same folder must not install or build at once: the second waits for the first. */
const exclusively = async (work) => {
  const lock = inRoot('.build', 'setup.lock')
  mkdirSync(dirname(lock), { recursive: true })
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      const holder = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0)
      if (holder > 0 && !alive(holder)) rmSync(lock, { force: true })
      else await new Promise((wake) => setTimeout(wake, 200))
    }
  }
  const release = () => rmSync(lock, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.removeListener('exit', release)
    release()
  }
}

// ---- dependencies -------------------------------------------------------------------------------------------------

const stampFile = inRoot('node_modules', '.convergence-stamp')
const readOr = (file, otherwise = '') => (existsSync(file) ? readFileSync(file, 'utf8') : otherwise)

const dependencyStamp = () =>
  createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex')

/** True when node_modules already holds what the lockfile asks (a developer ran `npm install`): nothing to do again. */
const alreadyInstalled = () => {
  const record = inRoot('node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const wanted = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || installed[path]?.version === entry.version,
  )
}

/** Installs the locked dependencies when node_modules is absent or stale. */
export const ensureDependencies = async () => {
  const stamp = dependencyStamp()
  if (readOr(stampFile) === stamp) return
  await exclusively(async () => {
    if (readOr(stampFile) === stamp) return
    if (!alreadyInstalled()) {
      const npm = process.env.npm_execpath ?? ''
      const ours = basename(npm) === 'npm-cli.js'
      const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
      await step('Installing the dependencies (first start, about a minute)', () =>
        runQuietly(ours ? process.execPath : 'npm', ours ? [npm, ...args] : args, { NODE_ENV: 'development' }),
      )
    }
    writeFileSync(stampFile, stamp)
  })
}

// ---- the pinned Node ----------------------------------------------------------------------------------------------

const neededMajor = 26

/** Path of the pinned Node of this platform; the running one when there is none and it is recent enough. */
export const pinnedNode = () => {
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  for (const name of [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]) {
    const path = inRoot('node_modules', name, 'bin', program)
    if (existsSync(path)) return path
  }
  if (Number(process.versions.node.split('.')[0]) >= neededMajor) return process.execPath
  throw new SetupError(
    `There is no packaged Node ${neededMajor} for ${process.platform}-${process.arch}, and this is Node ${process.versions.node}.\n` +
      `Install Node ${neededMajor} or newer (https://nodejs.org) and run the same command with it.`,
  )
}

/**
 * The environment of every program we start: V8's code cache makes the second start fast; more threads than Node's four,
 * so that a commit waiting for its disk does not stand behind passwords being hashed.
 */
export const nodeEnvironment = () => ({
  ...process.env,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? inRoot('node_modules', '.cache', 'convergence'),
  UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16',
})

// ---- the web app --------------------------------------------------------------------------------------------------

const filesUnder = (path) =>
  readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()

const webStamp = () => {
  const hash = createHash('sha256')
  const sources = ['web', 'base', 'format'].flatMap((room) => filesUnder(inRoot('src', room)))
  const single = ['vite.config.ts', 'index.html', 'package-lock.json', join('bin', 'build-web.mjs')].map((f) =>
    inRoot(f),
  )
  for (const file of [...sources, ...single.filter((file) => existsSync(file))])
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

/** Builds the web app into dist/web when its sources changed since the last build. */
export const ensureWeb = async ({ force = false } = {}) => {
  if (!existsSync(inRoot('vite.config.ts'))) return
  const stampPath = inRoot('dist', 'web', '.stamp')
  const stamp = webStamp()
  if (!force && readOr(stampPath) === stamp) return
  await exclusively(async () => {
    if (!force && readOr(stampPath) === stamp) return
    // Built aside and then moved, so that a running server never serves half a build.
    const next = inRoot('dist', 'web-next')
    rmSync(next, { recursive: true, force: true })
    await step('Building the web app', () =>
      runQuietly(pinnedNode(), [inRoot('bin', 'build-web.mjs'), next], nodeEnvironment()),
    )
    writeFileSync(join(next, '.stamp'), stamp)
    rmSync(inRoot('dist', 'web'), { recursive: true, force: true })
    renameSync(next, inRoot('dist', 'web'))
  })
}

// ---- running programs ---------------------------------------------------------------------------------------------

/**
 * Runs a program in the foreground and resolves to its exit code. Signals are passed on; the channel lets a child that
 * asks for it notice that we died.
 */
export const runInForeground = (command, args, { channel = false, env = {} } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: channel ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
      env: { ...nodeEnvironment(), ...env },
    })
    const forward = (signal) => child.kill(signal)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward)
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 1)))
  })

/** Runs `main`, prints a failure a person can act on, and leaves with the right exit code. */
export const runMain = async (main) => {
  try {
    process.exitCode = await main()
  } catch (error) {
    out.write(`\n${error instanceof SetupError ? error.message : (error.stack ?? error)}\n`)
    process.exitCode = 1
  }
}
