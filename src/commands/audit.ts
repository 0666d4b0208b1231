/** `audit`: settings from the arguments, the report to standard output, progress to the terminal. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { namedBase } from '../base.ts';
import { readPolicy } from '../catalogue.ts';
import { parseAudit } from '../config/audit-command.ts';
import type { AuditCommand } from '../config/audit-command.ts';
import { underPolicy } from '../config/config.ts';
import type { Settings } from '../config/config.ts';
import type { Policy } from '../config/policy/policy.ts';
import { ConfigurationError } from '../config/problem.ts';
import { digest } from '../domain/fingerprint.ts';
import type { Distribution } from '../launch.ts';
import { terminalText } from '../report/encode/terminal.ts';
import { renderHtml } from '../report/html.ts';
import { renderJson } from '../report/json.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { renderPatch } from '../report/patch.ts';
import { progressLine } from '../report/progress.ts';
import type { Report } from '../report/report.ts';
import { renderSarif } from '../report/sarif.ts';
import { renderScript } from '../report/script.ts';
import { renderText } from '../report/text.ts';
import { Cancelled, EXIT_CODES, run } from '../run.ts';
import type { Command } from './command.ts';
import { dayHere } from './day-here.ts';

export const main: Command = async (args, distribution) => {
  const parsed = parseAudit(args, process.env, process.cwd(), distribution.version);
  if (parsed.kind === 'audit') return audit(parsed, distribution);
  process.stdout.write(parsed.text);
  return 0;
};

async function audit(parsed: AuditCommand, distribution: Distribution): Promise<number> {
  const { root, settings } = fromRoot(parsed.settings, process.cwd());
  const today = dayHere();
  const config = underPolicy(settings, policyAt(path.resolve(root, settings.configFile), today));
  const stop = new AbortController();
  // Not only once: a second signal would end this process and leave the embedded server behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(new Cancelled()));
  const terminal = process.stderr.isTTY;
  const progress = (line: string): void => void process.stderr.write(terminal ? `\r\u001B[K${line}` : '');
  const report = await run(config, {
    root,
    distribution,
    environment: process.env,
    repository: digest([root]).slice(0, 16),
    links: null,
    headSha: null,
    gateFiles: [],
    base: parsed.base === null ? null : await namedBase(parsed.base, root, process.env),
    approvals: null,
    today,
    signal: stop.signal,
    log: (line) => void process.stderr.write(`${terminal ? '\r\u001B[K' : ''}${terminalText(line)}\n`),
    onProgress: (state) => progress(terminalText(progressLine(state))),
  });
  progress('');
  const colour = parsed.color && parsed.output === null && wantsColour();
  const text = render(parsed.format, report, colour);
  if (parsed.output === null) process.stdout.write(text);
  else writeFileSync(parsed.output, text);
  return EXIT_CODES[report.verdict.outcome];
}

function render(format: AuditCommand['format'], report: Report, colour: boolean): string {
  switch (format) {
    case 'text':
      return renderText(report, { colour });
    case 'json':
      return renderJson(report);
    case 'sarif':
      return renderSarif(report);
    case 'html':
      return renderHtml(report);
    case 'patch':
      return renderPatch(report);
    case 'script':
      return renderScript(report);
    case 'markdown':
      return renderMarkdown(report, { budget: { size: Infinity, unit: 'characters' }, rest: { name: 'the JSON report', url: null } });
    default:
      return format satisfies never;
  }
}

/** https://no-color.org and https://force-color.org; else colour where a person looks. */
function wantsColour(): boolean {
  if ((process.env['NO_COLOR'] ?? '') !== '') return false;
  return (process.env['FORCE_COLOR'] ?? '') !== '' || process.stdout.isTTY;
}

/**
 * The audited root, and the settings with every path relative to it.
 * @throws ConfigurationError naming each path that does not exist
 */
export function fromRoot(given: Settings, folder: string): { root: string; settings: Settings } {
  const { root, paths } = auditedRoot(given.paths, folder);
  const files = (named: readonly string[]): string[] => named.map((file) => relativeTo(root, path.resolve(folder, file)));
  return {
    root,
    settings: {
      ...given,
      paths,
      variableFiles: files(given.variableFiles),
      parameterFiles: files(given.parameterFiles),
      planFiles: files(given.planFiles),
    },
  };
}

/**
 * One folder is the root itself; several paths have their nearest common folder as root.
 * @throws ConfigurationError naming each path that does not exist
 */
function auditedRoot(given: readonly string[], folder: string): { root: string; paths: string[] } {
  const absolute = given.map((each) => path.resolve(folder, each));
  const stats = absolute.map((each) => statSync(each, { throwIfNoEntry: false }));
  const missing = given.filter((_, index) => stats[index] === undefined);
  if (missing.length > 0)
    throw new ConfigurationError(missing.map((each) => ({ where: each, message: 'there is no such file or folder' })));
  const folders = absolute.map((each, index) => (stats[index]?.isDirectory() === true ? each : path.dirname(each)));
  const root = folders.reduce(commonFolder);
  return { root, paths: absolute.map((each) => relativeTo(root, each)) };
}

function relativeTo(root: string, file: string): string {
  return path.relative(root, file).replaceAll(path.sep, '/') || '.';
}

function commonFolder(a: string, b: string): string {
  let common = a;
  while (path.relative(common, b).startsWith('..')) common = path.dirname(common);
  return common;
}

export function policyAt(file: string, today: string): Policy | null {
  try {
    return readPolicy(readFileSync(file, 'utf8'), file, today);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
