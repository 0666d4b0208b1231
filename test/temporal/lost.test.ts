/** A server that goes in the middle of a run: nothing is taken for done that is not, and what is kept goes on. */
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { AuditRef } from '../../src/domain/audit-ref.ts';
import type { AuditStep } from '../../src/domain/audit.ts';
import { auditAll } from '../../src/temporal/auditor.ts';
import type { AuditOutcome } from '../../src/temporal/audits.ts';
import { startServer } from '../../src/temporal/server.ts';
import type { EmbeddedServer } from '../../src/temporal/server.ts';
import { KEY, NO_RISK, refOf, remediationOf, riskOf, steps } from './steps.ts';
import { crashServers, options } from './support.ts';

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function start(port: number, database: string): Promise<EmbeddedServer> {
  return startServer({ environment: process.env, workspace: tmpdir(), log: () => undefined, port, database });
}

/** Every other bucket is bad; a step takes a while, so that the server goes amid several. */
const REFS = Array.from({ length: 8 }, (_, index) => refOf(`aws_s3_bucket.${index % 2 === 0 ? 'good' : 'bad'}_${index}`, String(index)));
const STEPS = steps({
  analyzeRisk: async ({ address }) => (address.includes('good') ? NO_RISK : riskOf(address)),
  generateFix: async ({ address }) => {
    await sleep(200);
    return remediationOf(address);
  },
});

function verdicts(outcomes: readonly AuditOutcome[]): [string, unknown][] {
  return outcomes.map(({ ref, result, failure }) => [ref.address, result?.violationFound ?? failure]);
}

const RIGHT = REFS.map(({ address }): [string, unknown] => [address, address.includes('bad')]);

it('an embedded server that dies in the middle leaves what is not audited undecided, at once, and says so', async () => {
  const server = await startServer({ environment: process.env, workspace: tmpdir(), log: () => undefined });
  const audited = options({
    target: server,
    signal: server.lost,
    steps: steps({
      generateFix: () => {
        crashServers();
        return new Promise(() => undefined);
      },
    }),
  });

  const [outcome] = await auditAll([refOf('aws_s3_bucket.logs')], audited);

  expect(outcome).toMatchObject({ result: null, failure: expect.stringMatching(/^The embedded Temporal server ended \(SIGKILL\)\./u) });
  await server.stop();
});

it.each([1, 10])('a server that crashes and is back on its database after %i s: every audit ends with its own result', async (seconds) => {
  const [port, database] = [await freePort(), path.join(mkdtempSync(path.join(tmpdir(), 'gone-')), 'temporal.db')];
  const first = await start(port, database);
  let back: Promise<EmbeddedServer> | undefined;
  let fixes = 0;
  const onStep = (_: AuditRef, step: AuditStep): void => {
    fixes += Number(step === 'generateFix');
    if (fixes !== 2 || back !== undefined) return;
    crashServers();
    back = sleep(seconds * 1000).then(() => start(port, database));
  };

  const target = { ...first, encryptionKey: KEY, shared: true };
  const outcomes = await auditAll(REFS, options({ target, steps: STEPS, maxParallel: 3, onStep }));

  expect(verdicts(outcomes)).toEqual(RIGHT);
  await first.stop();
  await (await back)?.stop();
});

it('a server that crashes and does not come back: what is not done is undecided when the time is up', async () => {
  const [port, database] = [await freePort(), path.join(mkdtempSync(path.join(tmpdir(), 'gone-')), 'temporal.db')];
  const server = await start(port, database);
  let fixes = 0;
  const onStep = (_: AuditRef, step: AuditStep): void => {
    fixes += Number(step === 'generateFix');
    if (fixes === 2) crashServers();
  };

  const target = { ...server, encryptionKey: KEY, shared: true };
  const outcomes = await auditAll(REFS, options({ target, steps: STEPS, maxParallel: 3, onStep, timeoutMilliseconds: 8000 }));

  const undecided = 'the time limit (timeout-minutes) was reached';
  const ends = verdicts(outcomes);
  for (const [index, [address, right]] of RIGHT.entries())
    expect([
      [address, right],
      [address, undecided],
    ]).toContainEqual(ends[index]);
  expect(ends.at(-1)).toEqual(['aws_s3_bucket.bad_7', undecided]);
  await server.stop();
});
