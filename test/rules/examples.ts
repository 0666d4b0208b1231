/** Runs the examples of a rule the way a repository is audited, and says what does not hold. */
import { RuleSet, evaluate } from '../../src/domain/evaluate.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { Change } from '../../src/domain/change.ts';
import { remediate } from '../../src/domain/remediation.ts';
import type { Framework, Resource } from '../../src/domain/resource.ts';
import type { BadExample, Examples, GoodExample, Rule, UndecidedExample } from '../../src/domain/rule.ts';
import { applyEdits, SourceText } from '../../src/domain/source.ts';
import type { Workspace } from '../../src/domain/workspace.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';

/**
 * One sentence for each thing that is not as the examples say; none when all hold.
 * @param others every rule of the catalogue: a fix may not open a finding of one of them
 */
export function problemsOf(rule: Rule, others: readonly Rule[]): string[] {
  const all = [...others.filter(({ id }) => id !== rule.id), rule];
  return (['terraform', 'cloudformation'] as const).flatMap((framework) => {
    const examples = rule.examples[framework];
    return examples === undefined ? [] : problemsIn(examples, { rule, all, framework });
  });
}

interface Subject {
  readonly rule: Rule;
  readonly all: readonly Rule[];
  readonly framework: Framework;
}

function problemsIn({ bad, good, undecided }: Examples, subject: Subject): string[] {
  const named = (kind: string, name: string, problems: readonly string[]): string[] =>
    problems.map((problem) => `${subject.framework}, ${kind} "${name}": ${problem}`);
  return [
    ...bad.flatMap((example) =>
      named(
        'bad',
        example.name,
        guarded(() => problemsOfBad(example, subject)),
      ),
    ),
    ...good.flatMap((example) =>
      named(
        'good',
        example.name,
        guarded(() => problemsOfGood(example, subject)),
      ),
    ),
    ...undecided.flatMap((example) =>
      named(
        'undecided',
        example.name,
        guarded(() => problemsOfUndecided(example, subject)),
      ),
    ),
  ];
}

function guarded(run: () => string[]): string[] {
  try {
    return run();
  } catch (error) {
    return [`throws: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}

function problemsOfBad({ source, at, fixed }: BadExample, subject: Subject): string[] {
  const { rule, all } = subject;
  const before = read(source, subject);
  const problems = [...unreadable(before), ...unlessOnly('fail', at, before, rule)];
  const found = findings(before, [rule]);
  const text = fix(before, rule);
  if (fixed === undefined) return text === null ? problems : [...problems, `no fixed text is given, but the fix writes:\n${text}`];
  if (text === null) return [...problems, 'the fix gives no edit'];
  if (text !== fixed) problems.push(`the fix does not write the fixed text but:\n${text}`);
  const after = read(text, subject);
  problems.push(...unreadable(after));
  if (found.length > 0) problems.push(...findings(after, [rule]).map((finding) => `after the fix there is still: ${said(finding)}`));
  problems.push(...opened(findings(before, all), findings(after, all)).map((finding) => `the fix opens: ${said(finding)}`));
  if (!isProven(before, subject)) problems.push('the plan has no proven edit');
  if (fix(after, rule) !== null) problems.push('fixing again changes the fixed text');
  return problems;
}

function problemsOfGood({ source }: GoodExample, subject: Subject): string[] {
  const workspace = read(source, subject);
  if (judged(workspace, subject.rule).length === 0) return ['it declares nothing that the rule looks at'];
  return [...unreadable(workspace), ...findings(workspace, [subject.rule]).map((finding) => `there is: ${said(finding)}`)];
}

function problemsOfUndecided({ source, at }: UndecidedExample, subject: Subject): string[] {
  const workspace = read(source, subject);
  return [...unreadable(workspace), ...unlessOnly('undecided', at, workspace, subject.rule)];
}

/** Nothing when the rule says this and only this, about text that reads `at`. */
function unlessOnly(outcome: Finding['outcome'], at: string, workspace: Workspace, rule: Rule): string[] {
  const found = findings(workspace, [rule]);
  const [first] = found;
  if (first === undefined) return [`there is no finding; expected ${outcome}`];
  const problems = found.slice(1).map((finding) => `there is also: ${said(finding)}`);
  if (first.outcome !== outcome) problems.push(`expected ${outcome}, but there is: ${said(first)}`);
  const text = workspace.source(first.span.file)?.text.slice(first.span.start.offset, first.span.end.offset);
  if (text === undefined) problems.push(`the finding points at ${first.span.file}, which is not the example's file`);
  else if (text !== at) problems.push(`the finding points at ${JSON.stringify(text)}`);
  return [...problems, ...found.flatMap(({ message }) => unfit(message).map((why) => `its message ${why}: ${message}`))];
}

/** A placeholder that was not filled in, or a value that has no words. */
function unfit(message: string): string[] {
  const problems = /\$\{|\{\{|\bundefined\b|\[object |\bNaN\b/u.test(message) ? ['holds something that was not put into words'] : [];
  return message.endsWith('.') ? problems : [...problems, 'is no sentence with a full stop'];
}

/** Findings of `after` that have no counterpart before: of the same rule about the same resource with the same outcome. */
function opened(before: readonly Finding[], after: readonly Finding[]): Finding[] {
  const key = ({ ruleId, address, outcome }: Finding): string => `${ruleId} ${address} ${outcome}`;
  const known = new Set(before.map(key));
  return after.filter((finding) => !known.has(key(finding)));
}

function read(source: string, { framework }: Subject): Workspace {
  const name = framework === 'terraform' ? 'main.tf' : source.startsWith('{') ? 'template.json' : 'template.yaml';
  return createWorkspace([new SourceText(name, source)]);
}

function unreadable({ diagnostics }: Workspace): string[] {
  return diagnostics.map(({ message }) => `reading it says: ${message}`);
}

function judged({ resources }: Workspace, rule: Rule): readonly Resource[] {
  const set = new RuleSet([rule]);
  return resources.filter(({ type }) => set.for(type).length > 0);
}

function findings({ resources }: Workspace, rules: readonly Rule[]): Finding[] {
  const set = new RuleSet(rules);
  return resources.flatMap((resource) => evaluate(resource, set));
}

/** The text after the rule's fix; null when it gives no edit. Instances of one declaration ask for the same change. */
function fix(workspace: Workspace, rule: Rule): string | null {
  const changes = new Map<string, Change>();
  for (const instance of judged(workspace, rule).flatMap(({ instances }) => instances)) {
    const some = rule.fix?.changes(instance) ?? null;
    if (some === null) return null;
    for (const change of some) changes.set(JSON.stringify(change, addressOnly), change);
  }
  const edits = changes.size === 0 ? null : workspace.edits([...changes.values()]);
  const [first] = edits ?? [];
  if (edits === null || first === undefined) return null;
  return applyEdits(workspace.source(first.span.file)?.text ?? '', edits);
}

function addressOnly(key: string, value: unknown): unknown {
  return key === 'resource' || key === 'beside' ? (value as Resource).address : value;
}

/** Whether the plan of each failure of the rule has edits, which then were proven. */
function isProven(workspace: Workspace, { rule, all }: Subject): boolean {
  const set = new RuleSet(all);
  return judged(workspace, rule).every((resource) => {
    const failures = evaluate(resource, new RuleSet([rule])).filter(({ outcome }) => outcome === 'fail');
    const { plans } = remediate(resource, failures, set, workspace);
    return failures.every(({ fingerprint }) => (plans.get(fingerprint)?.edits.length ?? 0) > 0);
  });
}

function said({ ruleId, outcome, message, span }: Finding): string {
  return `${ruleId} ${outcome} at ${span.file}:${span.start.line}:${span.start.column}: ${message}`;
}
