import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/temporal-server.ts'],
    // Tests that start a Temporal server or the built action share the machine with all the others.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
