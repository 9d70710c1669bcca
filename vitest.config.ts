import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/order.ts'

const journeys = 'test/journey/**/*.test.ts'
/** Parts of the web app tried without a browser, which Vite must transform first. */
const web = ['src/web/**/*.test.ts', 'src/web/**/*.test.tsx', 'test/web/**/*.test.ts', 'test/journey/ui.test.ts']
/** What Node runs by itself is run by Node itself, as in production: nothing is transformed, and V8's cache helps. */
const native = { experimental: { viteModuleRunner: false }, globalSetup: ['test/run.setup.ts'] }

export default defineConfig({
  test: {
    // Projects run in the order of their names: the journeys, which are the longest, first.
    projects: [
      {
        extends: true,
        test: {
          name: 'journeys',
          include: [journeys],
          exclude: web,
          // A starved browser, or a server that fills an academy first.
          testTimeout: 180_000,
          ...native,
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...web, journeys],
          ...native,
        },
      },
      { extends: true, test: { name: 'web', include: web } },
    ],
    // A worker runs many files: most of the time of a file was the loading of the same modules.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 240_000,
    // What is waited for comes at once on an idle machine, and not on a busy one.
    expect: { poll: { timeout: 30_000 } },
    // Journeys wait more than they work: three of them keep two processors busy.
    maxWorkers: 3,
    // Shared machines: a browser or program that was starved of time gets a second try, which the report tells.
    retry: process.env.CI ? 1 : 0,
  },
})
