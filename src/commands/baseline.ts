/** `baseline`: judges a folder and writes what is wrong as exceptions. */
import { catalogueUnder } from '../catalogue.ts';
import { parseExceptions } from '../config/exceptions-command.ts';
import { baseline } from '../domain/baseline.ts';
import { auditOf } from '../domain/steps.ts';
import { readSuppressions } from '../iac/suppressions/index.ts';
import { silencing } from '../silencing.ts';
import type { Command } from './command.ts';
import { dayHere } from './day-here.ts';
import { readFolder, tell, writeExceptions } from './exceptions.ts';

export const main: Command = async (args, { version, engine }) => {
  const parsed = parseExceptions('baseline', args, dayHere(), version);
  if (parsed.kind === 'print') {
    process.stdout.write(parsed.text);
    return 0;
  }
  const { workspace, policy } = await readFolder(parsed);
  const { ruleSet } = catalogueUnder(policy);
  const audit = auditOf(workspace, { rules: ruleSet, engine, scanners: null, approvals: null, terms: '' });
  const { silences } = silencing(policy, ruleSet.rules, readSuppressions(workspace, ruleSet.rules), null, dayHere());
  const judged = workspace.resources.map((resource) => ({ resource, ...audit.judgement(resource) }));
  const found = judged.flatMap(({ resource, findings }) => findings.map((finding) => ({ finding, resource })));
  const counting = found.filter(({ finding, resource }) => silences.of(finding, resource).silence === null);
  const { owner, until, reason, output } = parsed;
  writeExceptions(output, baseline(counting, { reason: reason ?? '', owner, until }));
  for (const { path, reason: why } of workspace.coverage.failed)
    tell(`${path} could not be read in full, which no exception covers: ${why}`);
  for (const { resource, failure } of judged)
    if (failure !== null) tell(`${resource.address} could not be judged, which no exception covers: a rule failed on it`);
  return 0;
};
