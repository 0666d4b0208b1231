/** The local command: settings from its arguments, the report to standard output, progress to the terminal. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseCommandLine } from './config/command-line.ts';
import type { CommandLine } from './config/command-line.ts';
import { underPolicy } from './config/config.ts';
import { parsePolicy } from './config/policy.ts';
import type { Policy } from './config/policy.ts';
import { ConfigurationError } from './config/problem.ts';
import { digest } from './domain/fingerprint.ts';
import type { Distribution } from './launch.ts';
import { terminalText } from './report/encode/terminal.ts';
import { renderHtml } from './report/html.ts';
import { renderJson } from './report/json.ts';
import { renderMarkdown } from './report/markdown.ts';
import { progressLine } from './report/progress.ts';
import type { Report } from './report/report.ts';
import { renderRules } from './report/rules.ts';
import { renderSarif } from './report/sarif.ts';
import { renderText } from './report/text.ts';
import { rules } from './rules/index.ts';
import { Cancelled, EXIT_CODES, TOOL_ERROR, messageOf, run } from './run.ts';

type AuditCommand = Extract<CommandLine, { kind: 'audit' }>;

export function main(distribution: Distribution): void {
  command(process.argv.slice(2), distribution).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(
        messageOf(error)
          .split('\n')
          .map((line) => `${terminalText(line)}\n`)
          .join(''),
      );
      process.exitCode = TOOL_ERROR;
    },
  );
}

async function command(args: readonly string[], distribution: Distribution): Promise<number> {
  const parsed = parseCommandLine(args, process.env, process.cwd(), distribution.version);
  switch (parsed.kind) {
    case 'print':
      process.stdout.write(parsed.text);
      return 0;
    case 'rules':
      process.stdout.write(renderRules(rules, parsed.format));
      return 0;
    case 'audit':
      return audit(parsed, distribution);
    default:
      return parsed satisfies never;
  }
}

async function audit(parsed: AuditCommand, distribution: Distribution): Promise<number> {
  const { root, paths } = auditedRoot(parsed.settings.paths, process.cwd());
  const { configFile, variableFiles, parameterFiles, planFiles } = parsed.settings;
  const fromRoot = (file: string): string => relativeTo(root, path.resolve(file));
  const settings = {
    ...parsed.settings,
    paths,
    variableFiles: variableFiles.map(fromRoot),
    parameterFiles: parameterFiles.map(fromRoot),
    planFiles: planFiles.map(fromRoot),
  };
  const config = underPolicy(settings, readPolicy(path.resolve(root, configFile)));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Cancelled()));
  const terminal = process.stderr.isTTY;
  const progress = (line: string): void => void process.stderr.write(terminal ? `\r\u001B[K${line}` : '');
  const report = await run(config, {
    root,
    distribution,
    environment: process.env,
    repository: digest([root]).slice(0, 16),
    links: null,
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

function readPolicy(file: string): Policy | null {
  try {
    return parsePolicy(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
