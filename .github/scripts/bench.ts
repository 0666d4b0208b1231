/**
 * Measures what users wait for, and what an audit costs against what it cannot cost less than. All figures come from one
 * run on one machine; compare ratios, not seconds.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { RuleSet, evaluate } from '../../src/domain/evaluate.ts';
import { readWorkspace } from '../../src/iac/workspace.ts';
import { rules } from '../../src/rules/index.ts';
import { startServer } from '../../src/temporal/server.ts';
import type { TemporalTarget } from '../../src/temporal/connection.ts';
import { benchDurable } from './bench-durable.ts';
import { childrenOf, peakMegabytes } from './bench-processes.ts';
import { benchReading } from './bench-reading.ts';
import { benchScanners } from './bench-scanners.ts';
import { measureTemplates } from './bench-templates.ts';
import { writeBenchRepository } from './bench-resources.ts';

const root = path.join(import.meta.dirname, '..', '..');
const dist = path.join(root, 'dist');
const scratch = mkdtempSync(path.join(tmpdir(), 'bench-'));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Measured {
  readonly seconds: number;
  readonly programMegabytes: number;
  readonly serverMegabytes: number;
}

/** Runs the local command and watches the highest memory of it and of the server it starts. */
async function measureCommand(folder: string): Promise<Measured> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [path.join(dist, 'cli.js'), folder, '--format', 'json', '--output', path.join(scratch, 'report.json')],
    { stdio: 'ignore' },
  );
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  const peaks = { program: 0, server: 0 };
  while (!ended) {
    peaks.program = Math.max(peaks.program, peakMegabytes(child.pid));
    peaks.server = Math.max(peaks.server, ...childrenOf(child.pid).map(peakMegabytes));
    await sleep(20);
  }
  return { seconds: (performance.now() - started) / 1000, programMegabytes: peaks.program, serverMegabytes: peaks.server };
}

/** From the start of the bundled program to its first workflow task, by the server's clock, which is this machine's. */
async function coldStart(target: TemporalTarget): Promise<number> {
  const folder = path.join(scratch, `cold-${randomUUID()}`);
  mkdirSync(folder);
  writeFileSync(
    path.join(folder, 'main.tf'),
    'resource "aws_ebs_volume" "disk" {\n  availability_zone = "eu-central-1a"\n  encrypted         = true\n}\n',
  );
  const report = path.join(folder, 'report.json');
  const started = Date.now();
  const child = spawn(
    process.execPath,
    [path.join(dist, 'cli.js'), folder, '--format', 'json', '--output', report, '--temporal-address', target.address],
    { stdio: 'ignore' },
  );
  await new Promise((resolve) => child.once('exit', resolve));
  const { resources } = JSON.parse(readFileSync(report, 'utf8')) as { resources: { workflowId: string }[] };
  const connection = await Connection.connect({ address: target.address });
  const { events } = await new Client({ connection }).workflow.getHandle(resources[0]?.workflowId ?? '').fetchHistory();
  await connection.close();
  const time = events?.find(
    (event) => event.workflowTaskStartedEventAttributes !== null && event.workflowTaskStartedEventAttributes !== undefined,
  )?.eventTime;
  return Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6 - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const thousand = path.join(scratch, 'thousand');
  writeBenchRepository(thousand, 1000);
  const tenThousand = path.join(scratch, 'ten-thousand');
  writeBenchRepository(tenThousand, 10_000);
  for (const [name, folder] of [
    ['example repository', path.join(root, 'fixtures', 'repos', 'webshop')],
    ['1,000 generated resources', thousand],
    ['10,000 generated resources', tenThousand],
  ] as const) {
    const { seconds, programMegabytes, serverMegabytes } = await measureCommand(folder);
    say(`${name}: ${seconds.toFixed(2)} s, peak memory ${programMegabytes} MB and ${serverMegabytes} MB for the embedded server`);
  }

  for (const line of await benchReading(scratch)) say(line);
  for (const format of ['yaml', 'json'] as const) {
    const { large, small } = measureTemplates(format);
    say(
      `reading a template of 3 MB in ${format.toUpperCase()}: ${(large / 1000).toFixed(2)} s; of a dozen resources: ${small.toFixed(1)} ms`,
    );
  }

  const started = performance.now();
  const workspace = await readWorkspace({ root: thousand, paths: ['.'] });
  const read = performance.now() - started;
  const ruleSet = new RuleSet(rules);
  const covered = workspace.resources.filter((resource) => ruleSet.for(resource.type).length > 0);
  const judging = performance.now();
  const violating = new Set(
    covered
      .filter((resource) => evaluate(resource, ruleSet).some((finding) => finding.outcome === 'fail'))
      .map((resource) => resource.address),
  );
  say(
    `reading ${workspace.resources.length} resources: ${read.toFixed(0)} ms; judging ${covered.length}: ${(((performance.now() - judging) * 1000) / covered.length).toFixed(0)} µs each; ${violating.size} violate a rule`,
  );

  const server = await startServer({ environment: process.env, workspace: scratch, log: say });
  try {
    const starts: number[] = [];
    for (let round = 0; round < 5; round += 1) starts.push(await coldStart(server));
    say(
      `cold start of the bundled program to its first workflow task: ${median(starts).toFixed(0)} ms (median of ${starts.map((each) => each.toFixed(0)).join(', ')})`,
    );
  } finally {
    await server.stop();
  }
  say(`asking a scanner that finds nothing: ${(await benchScanners(1000)).toFixed(2)} ms a resource, 20 at a time`);
  for await (const line of benchDurable(path.join(scratch, 'durable'))) say(line);
  rmSync(scratch, { recursive: true, force: true });
}

await main();
