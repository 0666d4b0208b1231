/** `mcp`: the audit as a server for editors and assistants, in this process and without Temporal. */
import { catalogueUnder, readPolicy } from '../catalogue.ts';
import { statSync } from 'node:fs';
import path from 'node:path';
import { conclude } from '../conclude.ts';
import { pathsUnder, underPolicy } from '../config/config.ts';
import type { Config, Settings } from '../config/config.ts';
import { parseMcp } from '../config/mcp-command.ts';
import type { Policy } from '../config/policy/policy.ts';
import { ConfigurationError } from '../config/problem.ts';
import type { TemporalConnection } from '../config/temporal.ts';
import type { AuditTerms } from '../domain/audit.ts';
import { auditOf } from '../domain/steps.ts';
import type { Workspace } from '../domain/workspace.ts';
import { selection } from '../iac/discovery.ts';
import { folderFiles } from '../iac/files.ts';
import { readSuppressions } from '../iac/suppressions/index.ts';
import { createWorkspace, readWorkspace } from '../iac/workspace.ts';
import type { Distribution } from '../launch.ts';
import type { Asked, Auditor, Opened, Status } from '../mcp/port.ts';
import { terminalText } from '../report/encode/terminal.ts';
import { silencing } from '../silencing.ts';
import type { Command } from './command.ts';
import { dayHere } from './day-here.ts';

/** Far above what a policy may have. */
const POLICY_BYTES = 1024 * 1024;

export const main: Command = async (args, distribution) => {
  const parsed = parseMcp(args, process.env, process.cwd(), distribution.version);
  if (parsed.kind === 'print') {
    process.stdout.write(parsed.text);
    return 0;
  }
  // Standard output belongs to the protocol.
  const log = (line: string): void => void process.stderr.write(`${line.split('\n').map(terminalText).join('\n')}\n`);
  const roots = existingFolders(parsed.roots, process.cwd());
  // The library of the protocol is loaded for this command alone.
  const [{ createServer }, { serveStdio }] = await Promise.all([import('../mcp/server.ts'), import('../mcp/stdio.ts')]);
  const server = createServer({
    version: distribution.version,
    roots,
    auditor: localAuditor(parsed.settings, distribution),
    status: parsed.settings.temporal === null ? null : statusOn(parsed.settings.temporal, distribution, log),
    log,
  });
  await serveStdio(server, process.stdin, process.stdout, log);
  return 0;
};

/** Asks the server that the command line names, and no other. */
function statusOn(temporal: TemporalConnection, { home }: Distribution, log: (line: string) => void): Status {
  return async (query) => {
    const { statusOfAudit, statusOfRun } = await import('../temporal/status.ts');
    const session = { target: { ...temporal, shared: true }, home, signal: new AbortController().signal, log };
    const audits = 'run' in query ? await statusOfRun(query.run, session) : [(await statusOfAudit(query.workflowId, session)).audit];
    const now = Date.now();
    return audits.map(({ ended, ...audit }) => ({
      ...audit,
      tookMilliseconds: (ended === null ? now : Date.parse(ended)) - Date.parse(audit.started),
    }));
  };
}

/** Reads and judges as the local command does. */
export function localAuditor(settings: Settings, distribution: Distribution): Auditor {
  return {
    rules: (root) => catalogueUnder(configOf(settings, root).policy).ruleSet,
    open: async (asked) => {
      const config = configOf(settings, asked.root);
      return openedOf(config, await read(asked, config.policy), distribution);
    },
  };
}

function openedOf(config: Config, workspace: Workspace, distribution: Distribution): Opened {
  const { scanners, approval } = config.policy;
  const { ruleSet, off } = catalogueUnder(config.policy);
  const terms: AuditTerms = { scanners: scanners.length > 0, approval };
  const audit = auditOf(workspace, {
    rules: ruleSet,
    engine: distribution.engine,
    scanners: null,
    approvals: null,
    terms: JSON.stringify(terms),
  });
  const today = dayHere();
  const reason = 'no scanner is asked for an editor';
  return {
    workspace,
    rules: ruleSet,
    audit,
    scannersNotAsked: scanners.map(({ name, required }) => ({ scanner: name, required, reason })),
    report: (judged) =>
      conclude({
        config,
        context: { distribution, links: null, headSha: null },
        rulesOff: off,
        scanners: null,
        gateChanges: [],
        approvals: new Map(),
        ruleSet,
        workspace,
        audit,
        selected: workspace.resources,
        unchanged: [],
        outcomes: judged.map((each) => ({ ...each, workflowId: '', reused: false })),
        comparison: null,
        silencing: silencing(config.policy, ruleSet.rules, readSuppressions(workspace, ruleSet.rules), null, today),
        base: null,
      }),
  };
}

function read(asked: Asked, policy: Policy): Promise<Workspace> | Workspace {
  const { limits } = policy;
  return asked.kind === 'folder'
    ? readWorkspace({ root: asked.root, paths: pathsUnder(policy, asked.paths), limits })
    : createWorkspace(asked.files, { selected: selection(pathsUnder(policy, ['.'])), limits });
}

/**
 * A policy below the root is read there alone: a link in a repository may not show a client what lies outside.
 * @throws ConfigurationError with every problem of the root's policy
 */
function configOf(settings: Settings, root: string | null): Config {
  if (root === null) return underPolicy(settings, null);
  const file = path.relative(root, path.resolve(root, settings.configFile)).replaceAll(path.sep, '/');
  const reading = folderFiles(root).readNamed(file, POLICY_BYTES);
  if ('text' in reading) return underPolicy(settings, readPolicy(reading.text, settings.configFile, dayHere()));
  if (reading.missing === true) return underPolicy(settings, null);
  throw new ConfigurationError([{ where: settings.configFile, message: `the policy is not read: ${reading.failure}` }]);
}

/** @throws ConfigurationError naming each root that is no folder */
function existingFolders(given: readonly string[], folder: string): string[] {
  const isFolder = (each: string): boolean => statSync(path.resolve(folder, each), { throwIfNoEntry: false })?.isDirectory() === true;
  const problems = given.filter((each) => !isFolder(each)).map((where) => ({ where, message: 'there is no such folder' }));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return given.map((each) => path.resolve(folder, each));
}
