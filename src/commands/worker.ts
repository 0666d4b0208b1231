/** `worker`: reads the same files as an audit that another process leads, and works with it. */
import path from 'node:path';
import { underPolicy } from '../config/config.ts';
import { parseWorker } from '../config/worker-command.ts';
import { digest } from '../domain/fingerprint.ts';
import { selects } from '../domain/selection.ts';
import { auditOf } from '../domain/steps.ts';
import { readWorkspace } from '../iac/workspace.ts';
import { terminalText } from '../report/encode/terminal.ts';
import { basisOf } from '../run.ts';
import { fromRoot, readPolicy } from './audit.ts';
import type { Command } from './command.ts';

export const main: Command = async (args, distribution) => {
  const parsed = parseWorker(args, process.env, process.cwd(), distribution.version);
  if (parsed.kind === 'print') {
    process.stdout.write(parsed.text);
    return 0;
  }
  const { root, settings } = fromRoot(parsed.settings, process.cwd());
  const config = underPolicy(settings, readPolicy(path.resolve(root, settings.configFile)));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const { variableFiles, parameterFiles, planFiles, policy } = config;
  const paths = [...config.paths, ...policy.exclude.map((glob) => `!${glob}`)];
  const workspace = await readWorkspace({ root, paths, variableFiles, parameterFiles, planFiles });
  const { ruleSet, basis } = basisOf(config, { distribution, approvals: null });
  const audit = auditOf(workspace, basis);
  const covered = workspace.resources.filter((resource) => selects(config, resource, ruleSet) && ruleSet.for(resource.type).length > 0);
  const { takePart } = await import('../temporal/participant.ts');
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
    log: (line) => void process.stderr.write(`${terminalText(line)}\n`),
    onStep: () => undefined,
  });
  return 0;
};
