/** docs/configuration.md, as the table of settings has it. */
import { environmentName, settings } from '#server/settings.ts'

const shown = (value: unknown): string =>
  value === undefined || value === '' ? '' : `\`${Array.isArray(value) ? value.join(', ') : String(value)}\``

export const configurationPage = (): string =>
  [
    '# Configuration',
    '',
    'Made from `src/server/settings.ts`. Settings are read from `convergence.json` (names may be nested), overridden by the',
    'environment, overridden by the command line. `npm run convergence -- check --settings` shows the values in force.',
    '',
    '| setting | environment | default | what it is |',
    '|---|---|---|---|',
    ...Object.entries(settings).map(
      ([name, { byDefault, about }]) =>
        `| \`${name}\` | \`${environmentName(name)}\` | ${shown(byDefault)} | ${about.replaceAll('|', '\\|')} |`,
    ),
    '',
  ].join('\n')
