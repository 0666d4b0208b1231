import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { auditAll } from '../../src/temporal/auditor.ts';
import { startServer } from '../../src/temporal/server.ts';
import { refOf, steps } from './steps.ts';
import { options } from './support.ts';

it('an embedded server that dies in the middle leaves what is not audited undecided, at once, and says so', async () => {
  const server = await startServer({ environment: process.env, workspace: tmpdir(), log: () => undefined });
  const port = server.address.split(':')[1] ?? '';
  const audited = options({
    target: server,
    signal: server.lost,
    steps: steps({
      generateFix: () => {
        execFileSync('pkill', ['-KILL', '-f', `start-dev .*--port ${port} `]);
        return new Promise(() => undefined);
      },
    }),
  });

  const [outcome] = await auditAll([refOf('aws_s3_bucket.logs')], audited);

  expect(outcome).toMatchObject({ result: null, failure: expect.stringMatching(/^The embedded Temporal server ended \(SIGKILL\)\./u) });
  await server.stop();
});
