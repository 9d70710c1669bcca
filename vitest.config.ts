import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        // What Node runs by itself is run by Node itself, as in production: nothing is transformed, and V8's cache helps.
        extends: true,
        test: {
          name: 'node',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['src/web/**', 'test/web/**', 'test/journey/ui.test.ts'],
          globalSetup: ['test/run.setup.ts'],
          experimental: { viteModuleRunner: false },
        },
      },
      {
        extends: true,
        test: {
          name: 'web',
          include: [
            'src/web/**/*.test.ts',
            'src/web/**/*.test.tsx',
            'test/web/**/*.test.ts',
            'test/journey/ui.test.ts',
          ],
        },
      },
    ],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // What is waited for comes at once on an idle machine, and not on a busy one.
    expect: { poll: { timeout: 10_000 } },
    // Journeys wait more than they work: three of them keep two processors busy.
    maxWorkers: 3,
    // Shared machines: a browser or program that was starved of time gets a second try, which the report tells.
    retry: process.env.CI ? 1 : 0,
  },
})
