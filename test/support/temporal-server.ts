/** One Temporal server for the whole suite; every test has its own repository id, hence its own workflows and task queues. */
import { tmpdir } from 'node:os';
import type { TestProject } from 'vitest/node';
import { startServer } from '../../src/temporal/server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    temporalAddress: string;
  }
}

/** Called by vitest before the suite; what it answers is called after. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer({
    environment: process.env,
    workspace: tmpdir(),
    log: (line) => void process.stderr.write(`${line}\n`),
  });
  project.provide('temporalAddress', server.address);
  return () => server.stop();
}
