/** `status`: how far a run or one audit is, from the Temporal server alone. */
import { parseStatus } from '../config/status-command.ts';
import { jsonText } from '../report/encode/json.ts';
import { terminalText } from '../report/encode/terminal.ts';
import type { AuditStatus } from '../temporal/status.ts';
import type { StepStatus } from '../temporal/steps-of.ts';
import type { Command } from './command.ts';

export const main: Command = async (args, { home, version }) => {
  const parsed = parseStatus(args, process.env, process.cwd(), version);
  if (parsed.kind === 'print') {
    process.stdout.write(parsed.text);
    return 0;
  }
  const { statusOfAudit, statusOfRun } = await import('../temporal/status.ts');
  const stop = new AbortController();
  const log = (line: string): void => void process.stderr.write(`${terminalText(line)}\n`);
  const session = { target: { ...parsed.temporal, shared: true }, home, signal: stop.signal, log };
  const now = new Date();
  if (parsed.workflowId !== null) {
    const status = await statusOfAudit(parsed.workflowId, session);
    process.stdout.write(
      parsed.format === 'json' ? jsonText(status) : `${auditTable([status.audit], now)}\n${stepTable(status.steps, now)}`,
    );
  } else {
    const audits = await statusOfRun(parsed.run ?? '', session);
    process.stdout.write(parsed.format === 'json' ? jsonText(audits) : auditTable(audits, now));
  }
  return 0;
};

function auditTable(audits: readonly AuditStatus[], now: Date): string {
  const rows = audits.map(({ state, step, attempt, started, ended, address, workflowId }) => [
    state,
    step ?? '-',
    attempt === null ? '-' : String(attempt),
    started,
    took(started, ended, now),
    ...(address === null ? [workflowId] : [address, workflowId]),
  ]);
  return table([['state', 'step', 'attempt', 'started', 'took', 'audit'], ...rows]);
}

function stepTable(steps: readonly StepStatus[], now: Date): string {
  const rows = steps.map(({ step, state, attempt, started, ended }) => [
    step,
    state,
    attempt === null ? '-' : String(attempt),
    started,
    took(started, ended, now),
  ]);
  return table([['step', 'state', 'attempt', 'started', 'took'], ...rows]);
}

function took(started: string, ended: string | null, now: Date): string {
  return `${((ended === null ? now.getTime() : Date.parse(ended)) - Date.parse(started)) / 1000} s`;
}

/** Columns as wide as their widest cell; an address is text of the repository. */
function table(rows: readonly (readonly string[])[]): string {
  const safe = rows.map((row) => row.map(terminalText));
  const widths = (safe[0] ?? []).map((_, column) => Math.max(...safe.map((row) => row[column]?.length ?? 0)));
  return safe
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
