/** `worker`: reads the same files as an audit that another process leads, and works with it. */
import path from 'node:path';
import { pathsUnder, underPolicy } from '../config/config.ts';
import { parseWorker } from '../config/worker-command.ts';
import { digest } from '../domain/fingerprint.ts';
import { selects } from '../domain/selection.ts';
import { auditOf } from '../domain/steps.ts';
import { readWorkspace } from '../iac/workspace.ts';
import { terminalText } from '../report/encode/terminal.ts';
import { basisOf } from '../run.ts';
import { fromRoot, policyAt } from './audit.ts';
import { dayHere } from './day-here.ts';
import type { Command } from './command.ts';

export const main: Command = async (args, distribution) => {
  const parsed = parseWorker(args, process.env, process.cwd(), distribution.version);
  if (parsed.kind === 'print') {
    process.stdout.write(parsed.text);
    return 0;
  }
  const { root, settings } = fromRoot(parsed.settings, process.cwd());
  const today = dayHere();
  const config = underPolicy(settings, policyAt(path.resolve(root, settings.configFile), today));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const { variableFiles, parameterFiles, planFiles, policy } = config;
  const paths = pathsUnder(policy, config.paths);
  const workspace = await readWorkspace({ root, paths, variableFiles, parameterFiles, planFiles, limits: policy.limits });
  const log = (line: string): void => void process.stderr.write(`${terminalText(line)}\n`);
  const { basis } = await basisOf(config, { root, distribution, environment: process.env, approvals: null, today, log });
  const { rules: ruleSet, scanners } = basis;
  const audit = auditOf(workspace, basis);
  const covered = workspace.resources.filter(
    (resource) => selects(config, resource, ruleSet) && (scanners !== null || ruleSet.for(resource.type).length > 0),
  );
  const { takePart } = await import('../temporal/participant.ts');
  try {
    await takePart({
      target: { ...parsed.temporal, shared: true },
      home: distribution.home,
      steps: audit,
      run: parsed.run,
      refs: covered.map(audit.refOf),
      engine: distribution.engine,
      repository: digest([root]).slice(0, 16),
      maxParallel: config.maxParallel,
      idleMilliseconds: parsed.idleMilliseconds,
      signal: stop.signal,
      log,
      onStep: () => undefined,
    });
  } finally {
    await scanners?.close();
  }
  return 0;
};
