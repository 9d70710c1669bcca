import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/**/*.test.ts'],
    globalSetup: ['test/journey/academy.setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // What is waited for comes at once on an idle machine, and not on a busy one.
    expect: { poll: { timeout: 10_000 } },
    maxWorkers: 2,
    // Shared machines: a browser or program that was starved of time gets a second try, which the report tells.
    retry: process.env.CI ? 1 : 0,
  },
})
