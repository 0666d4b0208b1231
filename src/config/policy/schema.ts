/** The format of the policy file: the one place of its names, types, defaults and descriptions. */
import { z } from 'zod';
import { matchesRule } from '../../domain/rule-settings.ts';
import { THRESHOLDS, toThreshold } from '../threshold.ts';
import { customRules } from './custom-rules.ts';
import {
  ALWAYS,
  day,
  daysBetween,
  duration,
  flag,
  glob,
  list,
  map,
  severity,
  severityOrReport,
  signedGlob,
  text,
  wholeNumber,
} from './elements.ts';
import { didYouMean } from './nearest.ts';
import { LIMITS, NO_POLICY } from './policy.ts';
import { scanners } from './scanners.ts';

/** What is known where the policy is read; what is not given is not checked. */
export interface PolicyContext {
  /** Ids of the catalogue. */
  readonly knownRules?: ReadonlySet<string>;
  /** `YYYY-MM-DD` */
  readonly today?: string;
}

/** Codes of diagnostics about code that is not in the repository. */
const UNRESOLVED = ['unresolved-module'] as const;

const RULE = /^(?:\*|[a-z][A-Za-z0-9/_.:-]*\*?)$/u;

const setting = map({
  severity: severity.optional().describe("Takes the place of the rule's own, whatever the facts."),
  off: z.literal(true, 'must be true, or be left out').optional().describe('The rule does not apply in this repository.'),
  reason: text(500).optional().describe('Why; required with `off`, and shown in the report.'),
  paths: list(signedGlob, 'globs, each a text')
    .default([])
    .describe('Globs of files it applies to; `!` takes out again, and the last that matches decides.'),
}).superRefine((given, context) => {
  if (given.off === true && given.reason === undefined)
    context.addIssue({ code: 'custom', path: ['reason'], message: 'must say why the rule is off' });
  if (given.off === true && (given.severity !== undefined || (Array.isArray(given.paths) && given.paths.length > 0)))
    context.addIssue({
      code: 'custom',
      path: ['off'],
      message: 'leaves the rule out everywhere: remove severity and paths, or use paths with ! instead of off',
    });
}, ALWAYS);

const exception = map({
  rule: z
    .string('must be the id of a rule')
    .regex(RULE, 'must be the id of a rule, or the beginning of one with * for any rest')
    .describe('Id of a rule; `*` at its end stands for any rest.'),
  resource: text(1000).optional().describe('Address of the resource; every one, where it is left out.'),
  path: glob.optional().describe('Glob of files; every one, where it is left out.'),
  fingerprint: z
    .string('must be 32 hex digits')
    .regex(/^[0-9a-f]{32}$/u, 'must be 32 hex digits, as the report has them')
    .optional()
    .describe('Fingerprint of the one finding.'),
  reason: text(500).describe('Why it is accepted.'),
  owner: text(200).describe('Who answers for it.'),
  until: day.describe('The last day it applies, `YYYY-MM-DD`.'),
});

const allowance = map({
  kind: z.enum(UNRESOLVED, `must be one of ${UNRESOLVED.join(', ')}`).describe('Code of the diagnostic.'),
  severity: severityOrReport.describe('How severe it is; `report`: it never blocks.'),
  reason: text(500).describe('Why.'),
});

const approval = map({
  severity: severity.default('CRITICAL').describe('Findings of this severity or worse wait for a person.'),
  deadline: duration(30)
    .default(24 * 3_600_000)
    .describe('After this nobody answered, and the finding stands: `24h`.'),
  teams: list(z.string('must be ORG/TEAM').regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9_-]{1,100}$/u, 'must be ORG/TEAM'), 'ORG/TEAM', 20)
    .default([])
    .describe('Teams whose members may decide beside those who may write.'),
  people: wholeNumber(1, 10).default(1).describe('How many different people must approve.'),
});

const limits = map(
  Object.fromEntries(LIMITS.map(({ key, most, what }) => [key, wholeNumber(1, most).optional().describe(`${what}, at most ${most}.`)])),
);

export function policySchema({ knownRules, today }: PolicyContext) {
  return map(
    {
      version: z.literal(1, 'must be 1, the version of this format').describe('Version of this format: 1.'),
      'fail-on': z
        .enum(THRESHOLDS, `must be one of ${THRESHOLDS.join(', ')}`)
        .transform(toThreshold)
        .optional()
        .describe('Least severe finding that fails a run, when stricter than the input `fail-on-severity`.'),
      block: z
        .enum(['new', 'all'], 'must be new or all')
        .optional()
        .describe('Which findings fail a run: `new` for those that the base commit does not have, or `all`.'),
      exclude: list(glob, 'globs, each a text').default([]).describe('Globs of files that are not audited.'),
      undecided: z
        .enum(['block', 'report'], 'must be block or report')
        .default('block')
        .describe('Whether a requirement that could not be decided counts by its severity, or is only reported.'),
      'allow-undecided': list(allowance, 'maps of kind, severity and reason', 20)
        .default([])
        .describe('How severe it is that code is not in the repository.'),
      rules: z
        .record(z.string().regex(RULE), setting, {
          error: (issue) =>
            issue.code === 'invalid_key'
              ? 'is not the id of a rule, or the beginning of one with * for any rest'
              : 'must be a map of ids of rules',
        })
        .default({})
        .describe('Settings of rules, by id; `*` at the end of an id stands for any rest.'),
      exceptions: list(exception, 'exceptions, each a map', 10_000).default([]).describe('Findings that are accepted for a time.'),
      'max-exception-days': wholeNumber(1, 3650).default(NO_POLICY.maxExceptionDays).describe('How many days ahead an exception may end.'),
      suppressions: map({
        'allow-critical': flag.default(false).describe('Whether a suppression beside a declaration may silence what is CRITICAL.'),
        'honour-foreign-suppressions': flag.default(false).describe('Whether comments for other scanners count.'),
      })
        .default({ 'allow-critical': false, 'honour-foreign-suppressions': false })
        .describe('What suppressions beside declarations may do.'),
      'custom-rules': customRules.default([]).describe('Rules of this repository.'),
      scanners: scanners.default([]).describe('Scanners to ask beside the rules.'),
      approval: approval.optional().describe('Lets severe findings wait for the decision of a person.'),
      limits: limits.default({}).describe('What is read at most; the limits of the program can only be lowered.'),
    },
    'must be a map of settings, beginning with version: 1',
  ).superRefine((policy, context) => {
    const own = Array.isArray(policy['custom-rules']) ? policy['custom-rules'].flatMap((rule) => rule?.id ?? []) : [];
    const problem = (path: PropertyKey[], message: string): void => context.addIssue({ code: 'custom', path, message });
    const check = (path: PropertyKey[], id: unknown) => {
      if (knownRules === undefined || typeof id !== 'string' || !RULE.test(id) || /^(?:scanner\/|custom-)/u.test(id)) return;
      const all = [...knownRules, ...own];
      if (!all.some((known) => matchesRule(id, known)))
        problem(path, `names no rule${didYouMean(id, all) || '; `infra-audit rules` lists them'}`);
    };
    for (const id of Object.keys(policy.rules ?? {})) check(['rules', id], id);
    const most = typeof policy['max-exception-days'] === 'number' ? policy['max-exception-days'] : NO_POLICY.maxExceptionDays;
    for (const [index, each] of (Array.isArray(policy.exceptions) ? policy.exceptions : []).entries()) {
      check(['exceptions', index, 'rule'], each?.rule);
      if (today !== undefined && day.safeParse(each?.until).success && daysBetween(today, each.until) > most)
        problem(['exceptions', index, 'until'], `must be at most ${most} days ahead, as max-exception-days has it`);
    }
    const kinds = (Array.isArray(policy['allow-undecided']) ? policy['allow-undecided'] : []).map((each) => each?.kind);
    for (const [index, kind] of kinds.entries())
      if (kind !== undefined && kinds.indexOf(kind) < index)
        problem(['allow-undecided', index, 'kind'], 'must be another than those before it');
  }, ALWAYS);
}
