/**
 * Measures what users wait for, and what an audit costs against what it cannot cost less than. All figures come from one
 * run on one machine; compare ratios, not seconds.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { AuditRef, AuditSteps, Metadata } from '../../src/domain/audit.ts';
import { RuleSet, evaluate } from '../../src/domain/evaluate.ts';
import { auditOf } from '../../src/domain/steps.ts';
import { readWorkspace } from '../../src/iac/workspace.ts';
import { rules } from '../../src/rules/index.ts';
import { auditAll } from '../../src/temporal/auditor.ts';
import { startServer } from '../../src/temporal/server.ts';
import type { TemporalTarget } from '../../src/temporal/connection.ts';
import { benchReading } from './bench-reading.ts';
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
    peaks.program = Math.max(peaks.program, peakOf(child.pid));
    peaks.server = Math.max(peaks.server, peakOf(childOf(child.pid)));
    await sleep(20);
  }
  return { seconds: (performance.now() - started) / 1000, programMegabytes: peaks.program, serverMegabytes: peaks.server };
}

/** Highest resident memory so far, in MB; 0 when the process is gone. */
function peakOf(pid: number | undefined): number {
  try {
    return Math.round(Number(/VmHWM:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

function childOf(pid: number | undefined): number | undefined {
  try {
    const first = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0];
    return first === undefined || first === '' ? undefined : Number(first);
  } catch {
    return undefined;
  }
}

async function rate(refs: readonly AuditRef[], steps: AuditSteps, home: string, target: TemporalTarget): Promise<number> {
  const started = performance.now();
  const outcomes = await auditAll(refs, {
    target,
    home,
    steps,
    terms: { scanners: false, approval: null },
    approvals: null,
    engine: 'bench',
    repository: randomUUID(),
    maxParallel: 20,
    timeoutMilliseconds: 600_000,
    signal: new AbortController().signal,
    log: () => undefined,
    onStep: () => undefined,
  });
  const failed = outcomes.find((outcome) => outcome.failure !== null);
  if (failed !== undefined) throw new Error(`${failed.ref.address}: ${failed.failure}`);
  return refs.length / ((performance.now() - started) / 1000);
}

/** The same workflow in the same shape, whose activities do nothing. */
function floorSteps(violating: ReadonlySet<string>): AuditSteps {
  const metadata: Metadata = {
    type: '',
    framework: 'terraform',
    file: '',
    startLine: 0,
    endLine: 0,
    instances: 0,
    related: [],
    unknown: [],
    digest: '',
  };
  return {
    fetchMetadata: async () => metadata,
    analyzeRisk: async ({ address }) => ({ violationFound: violating.has(address), severity: null, findings: [] }),
    generateFix: async () => ({ plans: [], combined: null }),
    verifyApproval: async () => null,
  };
}

async function emptyWorkflowHome(): Promise<string> {
  const home = path.join(scratch, 'empty');
  mkdirSync(home);
  const quiet = (): void => undefined;
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(import.meta.dirname, 'bench-workflows.ts'),
    logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  writeFileSync(path.join(home, 'workflow-bundle.js'), code);
  copyFileSync(path.join(dist, 'failure-converter.js'), path.join(home, 'failure-converter.js'));
  return home;
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
  for (const [name, folder] of [
    ['example repository', path.join(root, 'fixtures', 'repos', 'webshop')],
    ['1,000 generated resources', thousand],
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

    const audit = auditOf(workspace, { rules: ruleSet, engine: 'bench', scanners: null, approvals: null, terms: '' });
    const refs = covered.map(audit.refOf);
    const empty = await emptyWorkflowHome();
    await rate(refs.slice(0, 100), floorSteps(violating), dist, server);
    const rates = { audit: [] as number[], floor: [] as number[], empty: [] as number[] };
    for (let round = 0; round < 3; round += 1) {
      rates.floor.push(await rate(refs, floorSteps(violating), dist, server));
      rates.audit.push(await rate(refs, audit, dist, server));
      rates.empty.push(await rate(refs, audit, empty, server));
    }
    const [real, floor, bare] = [median(rates.audit), median(rates.floor), median(rates.empty)];
    say(
      `workflows a second over ${refs.length} resources (median of 3): audit ${real.toFixed(1)}, floor ${floor.toFixed(1)}, empty workflows ${bare.toFixed(1)}`,
    );
    say(`audit / floor: ${((real / floor) * 100).toFixed(0)} %; audit / empty: ${((real / bare) * 100).toFixed(0)} %`);
  } finally {
    await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

await main();
