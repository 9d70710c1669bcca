/** Every command, in the order in which `--help` lists them. */
import { accountCommands } from './account.ts'
import { appPasswordCommands } from './app-password.ts'
import type { Command } from './command.ts'
import { start } from './start.ts'

export const commands: readonly Command[] = [start, ...accountCommands, ...appPasswordCommands]
