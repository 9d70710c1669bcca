/** Where the program begins: finds the command and gives it what it needs. */
import { runCommandLine } from './cli/command-line.ts'

process.exitCode = await runCommandLine(process.argv.slice(2))
