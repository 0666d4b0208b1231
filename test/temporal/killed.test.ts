import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { workflowIdOf } from '../../src/temporal/auditor.ts';
import { refOf, remediationOf } from './steps.ts';
import { clientOf, sharedServer } from './support.ts';

function start(repository: string, notes: string, hangAt: string): ChildProcess {
  const script = path.join(import.meta.dirname, 'process.ts');
  return spawn(process.execPath, [script, sharedServer().address, repository, notes, hangAt], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function untilNoted(notes: string, word: string): Promise<void> {
  while (!existsSync(notes) || !readFileSync(notes, 'utf8').includes(word)) await sleep(50);
}

it('a process killed while it generates a fix: the next one finishes the audit and repeats no earlier step', async () => {
  const repository = randomUUID();
  const notes = path.join(mkdtempSync(path.join(tmpdir(), 'killed-')), 'notes');
  const first = start(repository, notes, 'generateFix');
  await untilNoted(notes, 'generateFix');
  first.kill('SIGKILL');
  await once(first, 'exit');

  const second = start(repository, notes, '-');
  await once(second, 'exit');

  const lines = readFileSync(notes, 'utf8').trim().split('\n');
  expect(lines.slice(0, -1)).toEqual(['fetchMetadata', 'analyzeRisk', 'generateFix', 'generateFix']);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    reused: true,
    failure: null,
    result: { violationFound: true, remediationPlan: remediationOf('aws_s3_bucket.logs').combined },
  });

  const client = await clientOf(sharedServer());
  const history = await client.workflow.getHandle(workflowIdOf(repository, refOf('aws_s3_bucket.logs'))).fetchHistory();
  const events = history.events ?? [];
  const locals = events.filter((event) => event.markerRecordedEventAttributes?.markerName === 'core_local_activity');
  const started = events.filter(
    (event) => event.activityTaskStartedEventAttributes !== undefined && event.activityTaskStartedEventAttributes !== null,
  );
  expect(locals).toHaveLength(2);
  expect(started.map((event) => event.activityTaskStartedEventAttributes?.attempt)).toEqual([2]);
});
