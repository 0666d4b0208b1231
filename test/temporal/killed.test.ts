/** A process that dies at any point of an audit: the next one ends it, and does nothing that the history has recorded. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { finding, refOf, remediationOf } from './steps.ts';
import { clientOf, idOf, sharedServer } from './support.ts';

interface Note {
  readonly kind: 'begin' | 'point' | 'step' | 'outcome';
  readonly what: unknown;
}

/** A whole audit passes 31 points; a workflow task more or less, on a busy machine, passes some more or fewer. */
const MOST_POINTS = 33;

const STEPS = ['fetchMetadata', 'analyzeRisk', 'generateFix'];

/** Runs the process to its end, and answers what all processes with these notes noted, the last one's apart. */
async function run(repository: string, notes: string, killAt: number): Promise<{ before: readonly Note[]; last: readonly Note[] }> {
  const before = read(notes);
  const script = path.join(import.meta.dirname, 'process.ts');
  const child = spawn(process.execPath, [script, sharedServer().address, repository, notes], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'], GATE_KILL_AT: String(killAt) },
  });
  await once(child, 'exit');
  return { before, last: read(notes).slice(before.length) };
}

function read(notes: string): Note[] {
  if (!existsSync(notes)) return [];
  const lines = readFileSync(notes, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Note);
}

function stepsOf(notes: readonly Note[]): unknown[] {
  return notes.filter(({ kind }) => kind === 'step').map(({ what }) => what);
}

/** The steps whose answer is in the history, in its order. */
async function recorded(repository: string): Promise<string[]> {
  const client = await clientOf(sharedServer());
  const handle = client.workflow.getHandle(idOf(repository, refOf('aws_s3_bucket.logs')));
  const { events = [] } = await handle.fetchHistory().catch(() => ({ events: [] }));
  return (events ?? []).flatMap(({ markerRecordedEventAttributes, activityTaskCompletedEventAttributes }) => {
    const data = markerRecordedEventAttributes?.details?.['data']?.payloads?.[0]?.data;
    if (data) return (JSON.parse(Buffer.from(data).toString()) as { activity_type: string }).activity_type;
    return activityTaskCompletedEventAttributes ? 'generateFix' : [];
  });
}

function notesFile(): string {
  return path.join(mkdtempSync(path.join(tmpdir(), 'killed-')), 'notes');
}

const plan = remediationOf('aws_s3_bucket.logs').combined;
const OUTCOME = {
  failure: null,
  result: {
    address: 'aws_s3_bucket.logs',
    violationFound: true,
    severity: 'MEDIUM',
    findings: [{ ...finding('aws_s3_bucket.logs'), remediationPlan: plan }],
    remediationPlan: plan,
  },
};

describe.concurrent('a process that audits a resource', () => {
  it('passes the points that the others are killed at', async () => {
    const { last } = await run(randomUUID(), notesFile(), 0);

    const points = last.filter(({ kind }) => kind === 'point').map(({ what }) => what);
    expect(points.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(points).toEqual(expect.arrayContaining(STEPS.flatMap((name) => [`${name} begins`, `${name} ends`])));
    expect(points.filter((point) => point === 'a payload is written').length).toBeGreaterThan(STEPS.length);
    expect(last.at(-1)?.what).toEqual(OUTCOME);
  });

  it.each(Array.from({ length: MOST_POINTS }, (_, index) => index + 1))(
    'killed at point %i: another ends the audit with the same result, and repeats no recorded step',
    async (killAt) => {
      const [repository, notes] = [randomUUID(), notesFile()];
      await run(repository, notes, killAt);
      const done = await recorded(repository);

      const { before, last } = await run(repository, notes, 0);

      expect(last.at(-1)?.what).toEqual(OUTCOME);
      expect([...new Set(stepsOf(last))]).toEqual(STEPS.filter((name) => !done.includes(name)));
      expect(stepsOf(before)).toEqual(expect.arrayContaining(done));
      expect(await recorded(repository)).toEqual(STEPS);
    },
  );
});
