/** Writes docs/configuration.md from the table of settings: `bin/node bin/document-settings.ts`. A test keeps it true. */
import { writeFileSync } from 'node:fs'
import { configurationPage } from '../test/configuration-page.ts'

writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationPage())
