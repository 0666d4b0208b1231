import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyContext } from '../../src/config/policy/schema.ts';
import { policyDifference } from '../../src/config/policy/difference.ts';
import { parsePolicy } from '../../src/config/policy/parse.ts';
import { LIMITS, NO_POLICY } from '../../src/config/policy/policy.ts';
import { ConfigurationError } from '../../src/config/problem.ts';
import { DEFAULT_LIMITS } from '../../src/iac/limits.ts';

const CONTEXT = { knownRules: new Set(['aws-s3-encryption', 'aws-s3-encryption-kms', 'aws-ec2-imdsv2']), today: '2026-11-24' };

function read(text: string, context: PolicyContext = {}): unknown {
  try {
    return parsePolicy(text, '.github/infra-audit.yml', context);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.replaceAll('.github/infra-audit.yml', 'FILE').split('\n');
    throw error;
  }
}

describe('a policy file', () => {
  it('says what fails and what is left out', () => {
    const text = `# Agreed with the platform team.
version: 1
fail-on: high
exclude:
  - examples/**
  - 'test/fixtures/*.tf'
`;
    expect(read(text)).toEqual({ ...NO_POLICY, failOn: 'HIGH', exclude: ['examples/**', 'test/fixtures/*.tf'] });
  });

  it('may say nothing', () => {
    expect(read('version: 1\n')).toEqual(NO_POLICY);
    expect(read('version: 1\nfail-on: none\n')).toEqual({ ...NO_POLICY, failOn: 'none' });
  });

  it('is refused with every problem at its line', () => {
    const text = `version: 2
fail-on: urgent
exclude:
  - fine/**
  - /etc
  - ../other
  - 3
fail_on: low
__proto__:
  fail-on: none
`;
    expect(read(text)).toEqual([
      'FILE:1: version must be 1, the version of this format; it is "2"',
      'FILE:2: fail-on must be one of critical, high, medium, low, none; it is "urgent"',
      'FILE:5: exclude.1 must be a glob relative to the workspace: leave out a leading / or !, and .. steps; it is "/etc"',
      'FILE:6: exclude.2 must be a glob relative to the workspace: leave out a leading / or !, and .. steps; it is "../other"',
      'FILE:7: exclude.3 must be a glob, a text; it is "3"',
      'FILE:8: "fail_on" is not a setting; did you mean "fail-on"?',
      'FILE:9: "__proto__" is not a setting: use version, fail-on, block, exclude, undecided, allow-undecided, rules, exceptions, max-exception-days, suppressions, custom-rules, scanners, approval, limits',
    ]);
  });

  it.each([
    ['nothing', '', ['FILE:1: must be a map of settings, beginning with version: 1']],
    ['only a comment', '# later\n', ['FILE:1: must be a map of settings, beginning with version: 1']],
    ['a list', '- version: 1\n', ['FILE:1: must be a map of settings, beginning with version: 1']],
    ['no version', 'fail-on: low\n', ['FILE:1: version must be 1, the version of this format; it is missing']],
    [
      'a glob where a list is wanted',
      'version: 1\nexclude: examples/**\n',
      ['FILE:2: exclude must be a list of globs, each a text; it is "examples/**"'],
    ],
    ['the same key twice', 'version: 1\nfail-on: low\nfail-on: none\n', ['FILE:3: is not valid YAML: Map keys must be unique']],
    [
      'two documents',
      'version: 1\n---\nversion: 1\n',
      ['FILE:2: is not valid YAML: Source contains multiple documents; please use YAML.parseAllDocuments()'],
    ],
    ['an unknown tag', 'version: !one 1\n', ['FILE:1: is not valid YAML: Unresolved tag: !one']],
    [
      'an alias without its anchor',
      'version: 1\nexclude: *x\n',
      ['FILE: is not valid YAML: Unresolved alias (the anchor must be set before the alias): x'],
    ],
    [
      'a bracket left open',
      'version: 1\nexclude: [a\n',
      ['FILE:3: is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
  ])('with %s is refused', (_, text, problems) => {
    expect(read(text)).toEqual(problems);
  });

  it('is refused when it is too long, too deep, or grows by aliases', () => {
    expect(read(`version: 1\n#${'x'.repeat(256 * 1024)}`)).toEqual(['FILE: is longer than 256 KiB: shorten it']);
    expect(read('['.repeat(50_000))).toEqual(expect.arrayContaining([expect.stringMatching(/^FILE:1: is not valid YAML: /u)]));
    const levels = Array.from(
      { length: 12 },
      (_, index) => `l${index + 1}: &l${index + 1} [${Array.from({ length: 9 }, () => `*l${index}`).join(', ')}]`,
    );
    expect(read(['l0: &l0 [x]', ...levels].join('\n'))).toEqual([
      'FILE: is not valid YAML: Excessive alias count indicates a resource exhaustion attack',
    ]);
  });

  it.each(['custom-rules', 'scanners', 'exceptions', 'allow-undecided'])(
    'with a map for the list %s, says that it must be a list',
    (key) => {
      expect(read(`version: 1\n${key}: {a: {b: 1}}\n`, CONTEXT)).toEqual([expect.stringMatching(/^FILE:2: .* must be a list of /u)]);
    },
  );

  it('whatever its text, is a policy or a list of problems', () => {
    const words = fc.constantFrom(
      'version: 1\n',
      'fail-on: ',
      'exclude:\n',
      '  - ',
      '!!binary x',
      '&a ',
      '*a',
      '? ',
      '[',
      ']',
      '{',
      '}',
      '"',
      '%YAML 1.1\n',
      '---\n',
      '\t',
      'x',
      '<<: ',
      'rules: {a: ',
      'rules: ',
      'exceptions:\n',
      '  - rule: aws-s3-encryption\n',
      'custom-rules:\n',
      '    must: {in: ',
      '    must: {match: ',
      '    fix: {set: 3}\n',
      '    targets: ',
      '    when: ',
      '  - attribute: ',
      'scanners:\n',
      '  - command: ',
      'approval: ',
      'limits: ',
      'null\n',
      '3\n',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(words).map((parts) => parts.join('')),
        ),
        (text) => {
          expect(read(text, CONTEXT)).toEqual(expect.anything());
        },
      ),
    );
  });
});

describe('a policy with everything', () => {
  const text = readFileSync(new URL('../../fixtures/policy/full.yml', import.meta.url), 'utf8');

  it('is read as it says', () => {
    const { customRules, ...policy } = parsePolicy(text, 'FILE', { today: '2026-11-24' });
    expect(policy).toEqual({
      failOn: 'HIGH',
      block: 'new',
      exclude: ['examples/**'],
      undecided: 'block',
      unresolved: new Map([['unresolved-module', 'LOW']]),
      rules: new Map([
        ['aws-s3-encryption-kms', { severity: null, off: 'Keys are managed by S3, as agreed with compliance.', paths: [] }],
        ['aws-ec2-imdsv2', { severity: 'CRITICAL', off: null, paths: [] }],
        ['aws-s3-*', { severity: 'HIGH', off: null, paths: ['**', '!sandbox/**'] }],
      ]),
      exceptions: [
        {
          rule: 'aws-s3-block-public-acls',
          resource: 'aws_s3_bucket.website',
          path: 'web/**',
          fingerprint: null,
          reason: 'The website is public.',
          owner: 'team-web',
          until: '2027-01-31',
          place: 'FILE:24',
        },
        {
          rule: 'aws-ebs-*',
          resource: null,
          path: null,
          fingerprint: '0123456789abcdef0123456789abcdef',
          reason: 'Being migrated.',
          owner: 'team-search',
          until: '2026-12-31',
          place: 'FILE:30',
        },
      ],
      maxExceptionDays: 180,
      suppressions: { critical: false, foreign: true },
      scanners: [
        {
          name: 'house-rules',
          server: {
            command: ['/opt/scanners/house-rules', '--strict'],
            sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          },
          environment: { LOG_LEVEL: 'warn' },
          required: false,
          timeoutMilliseconds: 90_000,
          tools: { analyzeResource: 'check_resource', analyzeRepository: null },
          toolsSha256: null,
        },
        {
          name: 'remote',
          server: { url: 'https://scanner.example.com/mcp' },
          environment: {},
          required: true,
          timeoutMilliseconds: 60_000,
          tools: { analyzeResource: null, analyzeRepository: null },
          toolsSha256: null,
        },
      ],
      approval: { severity: 'CRITICAL', deadlineMilliseconds: 86_400_000, teams: ['example/security'], people: 2 },
      limits: { fileBytes: 1_000_000, files: 5000 },
    });
    expect(customRules.map(({ id, severity, targets }) => ({ id, severity, targets }))).toEqual([
      {
        id: 'custom-bucket-owner',
        severity: 'MEDIUM',
        targets: { terraform: ['aws_s3_bucket'], cloudformation: ['AWS::S3::Bucket'] },
      },
      { id: 'custom-retention', severity: 'LOW', targets: { terraform: ['aws_cloudwatch_log_group'] } },
    ]);
  });

  it('that lets people decide has terms where none are given', () => {
    expect(read('version: 1\napproval: {}\n')).toMatchObject({
      approval: { severity: 'CRITICAL', deadlineMilliseconds: 86_400_000, teams: [], people: 1 },
    });
  });
});

describe('limits of a policy', () => {
  it('are those of the reader, and can only be lowered', () => {
    expect(LIMITS.map(({ name, most }) => [name, most])).toEqual(LIMITS.map(({ name }) => [name, DEFAULT_LIMITS[name]]));
    expect(read('version: 1\nlimits:\n  files: 20001\n')).toEqual([
      'FILE:3: limits.files must be a whole number from 1 to 20000; it is "20001"',
    ]);
  });
});

describe('what a policy says is refused', () => {
  /** Problems without the file's name. */
  function problems(text: string): unknown {
    const answer = read(`version: 1\n${text}`, CONTEXT);
    return Array.isArray(answer) ? answer.map((each) => String(each).replace('FILE:', '')) : answer;
  }

  it('for settings of rules: all of it at once, each at its line', () => {
    const text = `rules:
  aws-s3-encrption:
    severity: HIGH
    sevrity: low
  aws-ec2-imdsv2:
    off: true
  aws-s3-*:
    off: true
    reason: r
    paths: ['/x']
  azure-*: {}
  Custom: {}
  custom-any: {severity: low}
  scanner/house/any: {severity: low}
`;
    expect(problems(text)).toEqual([
      '3: rules.aws-s3-encrption names no rule; did you mean "aws-s3-encryption"?',
      '4: rules.aws-s3-encrption.severity must be one of critical, high, medium, low, info; it is "HIGH"',
      '5: rules.aws-s3-encrption: "sevrity" is not a setting; did you mean "severity"?',
      '6: rules.aws-ec2-imdsv2.reason must say why the rule is off; it is missing',
      '9: rules.aws-s3-*.off leaves the rule out everywhere: remove severity and paths, or use paths with ! instead of off; it is "true"',
      '11: rules.aws-s3-*.paths.0 must be a glob relative to the workspace: leave out a leading /, and .. steps; it is "/x"',
      '12: rules.azure-* names no rule; `infra-audit rules` lists them',
      '13: rules.Custom is not the id of a rule, or the beginning of one with * for any rest',
    ]);
  });

  it('for exceptions', () => {
    const text = `exceptions:
  - rule: aws-s33-*
    reason: ''
    owner: team
    until: 2027-02-30
    untill: 3
  - {rule: aws-ec2-imdsv2, reason: r, owner: o, until: 2027-11-25}
  - {rule: aws-ec2-imdsv2, reason: r, owner: o, until: 2027-11-24}
  - {rule: aws-ec2-imdsv2, reason: r, owner: o, until: 2026-01-01}
  - {rule: aws-ec2-imdsv2, fingerprint: abc, path: ../x}
`;
    expect(problems(text)).toEqual([
      '3: exceptions.0.rule names no rule; `infra-audit rules` lists them; it is "aws-s33-*"',
      '4: exceptions.0.reason must be a text of 1 to 500 characters without control characters; it is ""',
      '6: exceptions.0.until must be a day of the calendar, such as 2027-01-31; it is "2027-02-30"',
      '7: exceptions.0: "untill" is not a setting; did you mean "until"?',
      '8: exceptions.1.until must be at most 365 days ahead, as max-exception-days has it; it is "2027-11-25"',
      '11: exceptions.4.reason must be a text of 1 to 500 characters without control characters; it is missing',
      '11: exceptions.4.owner must be a text of 1 to 200 characters without control characters; it is missing',
      '11: exceptions.4.until must be a day of the calendar, such as 2027-01-31; it is missing',
      '11: exceptions.4.fingerprint must be 32 hex digits, as the report has them; it is "abc"',
      '11: exceptions.4.path must be a glob relative to the workspace: leave out a leading / or !, and .. steps; it is "../x"',
    ]);
  });

  it('for rules of its own', () => {
    const rest = 'title: T, severity: low, targets: [aws_s3_bucket], remedy: [r]';
    const text = `custom-rules:
  - id: bucket
    title: T
    severity: low
    targets: [aws_s3_bucket, AWS::S3::Bucket, bucket]
    attribute: tags
    must: {equals: 3}
    remedy: []
  - {id: custom-a, ${rest}, attribute: a..b, must: {}}
  - {id: custom-a, ${rest}, attribute: a, must: {in: [1]}, fix: {set: 3}}
  - {id: custom-c, ${rest}, attribute: {cloudformation: A}, must: {absent: false}}
`;
    const operators =
      'equal, not-equal, in, not-in, match, not-match, present, absent, less-than, at-most, at-least, greater-than, starts-with, ends-with, contains';
    expect(problems(text)).toEqual([
      '3: custom-rules.0.id must be custom- and words of a-z and 0-9 joined by -, such as custom-bucket-owner; it is "bucket"',
      '6: custom-rules.0.targets.2 must be a type of resource, such as aws_s3_bucket or AWS::S3::Bucket; it is "bucket"',
      '7: custom-rules.0.attribute must have a path for terraform and one for cloudformation, as a map, since its targets are of both; it is "tags"',
      `8: custom-rules.0.must must have at least one of ${operators}`,
      '8: custom-rules.0.must: "equals" is not a setting; did you mean "equal"?',
      '9: custom-rules.0.remedy must say at least one step',
      '10: custom-rules.1.attribute must be a path such as tags.Owner, ingress[*].from_port or Tags[Key=Owner].Value, or a map with one for terraform and one for cloudformation; it is "a..b"',
      `10: custom-rules.1.must must have at least one of ${operators}`,
      '11: custom-rules.2.id must be another than that of the rules before it; it is "custom-a"',
      '11: custom-rules.2.fix.set must be a value that the rule accepts; it is "3"',
      '12: custom-rules.3.attribute must have a path for terraform, as a map, since its targets are of that',
      '12: custom-rules.3.must.absent must be true, or be left out; it is "false"',
    ]);
  });

  it.each(['(a{1000}){1000}', '((a{100}){100}){100}', 'a{1001}', '(?=a)', '(a)\\\\1', '[', 'a'.repeat(1001), 'a{900}b{900}c{900}'])(
    'for the pattern %s',
    (pattern) => {
      const text = `custom-rules:
  - {id: custom-a, title: T, severity: low, targets: [aws_s3_bucket], remedy: [r], attribute: a, must: {match: "${pattern}"}}
`;
      expect(problems(text)).toEqual(expect.arrayContaining([expect.stringMatching(/^3: custom-rules\.0\.must\.match must be /u)]));
    },
  );

  it('for scanners, without telling what their variables and addresses hold', () => {
    const text = `scanners:
  - name: A
    command: [npx, -y, '@example/scanner']
  - name: b
    command: [./scan]
    url: http://10.0.0.1/
    environment:
      GITHUB_TOKEN: ghs_secret
      lower: secret
      LEVEL: 3
    timeout: soon
    tools-sha256: abc
  - name: b
    url: https://user:secret@example.com/
    sha256: ${'a'.repeat(64)}
  - {name: c, url: 'http://127.0.0.1:8080/mcp'}
  - {name: d, command: [infra-audit, scanner, sarif, other.sarif]}
  - {name: e, command: []}
`;
    const reserved =
      "must have a name of A-Z, 0-9 and _ that is none of the job's own: not GITHUB_, INPUT_, ACTIONS_ or RUNNER_, and no TOKEN";
    expect(problems(text)).toEqual([
      '3: scanners.0.name must be words of a-z and 0-9 joined by -; it is "A"',
      '4: scanners.0.command must not begin with a program that fetches what it runs: install the scanner in a step before, and name its program',
      '5: scanners.1 must have either command or url',
      '6: scanners.1.command must begin with an absolute path, the name of an installed program, or infra-audit',
      '7: scanners.1.url must be an https:// address, or http:// on this machine, without user and password',
      `9: scanners.1.environment.GITHUB_TOKEN ${reserved}`,
      `10: scanners.1.environment.lower ${reserved}`,
      '11: scanners.1.environment.LEVEL must be a text',
      '12: scanners.1.timeout must be a time such as 60s, 15m, 24h or 7d, at most 1d; it is "soon"',
      '13: scanners.1.tools-sha256 must be 64 hex digits in lower case; it is "abc"',
      '14: scanners.2.name must be another than those before it; it is "b"',
      '15: scanners.2.url must be an https:// address, or http:// on this machine, without user and password',
      `16: scanners.2.sha256 must be left out without command: it pins a program; it is "${'a'.repeat(64)}"`,
      '19: scanners.5.command must begin with a program',
    ]);
  });

  it('for the other settings', () => {
    const text = `block: old
undecided: ignore
allow-undecided:
  - {kind: unresolved-module, severity: report, reason: r}
  - {kind: unresolved-module, severity: worst, reason: r}
  - {kind: syntax, severity: report, reason: r}
max-exception-days: 0
suppressions: {allow-critical: maybe}
approval: {deadline: 31d, teams: [x], people: 0}
limits: {fils: 3}
`;
    expect(problems(text)).toEqual([
      '2: block must be new or all; it is "old"',
      '3: undecided must be block or report; it is "ignore"',
      '6: allow-undecided.1.kind must be another than those before it; it is "unresolved-module"',
      '6: allow-undecided.1.severity must be one of critical, high, medium, low, info, report; it is "worst"',
      '7: allow-undecided.2.kind must be one of unresolved-module; it is "syntax"',
      '8: max-exception-days must be a whole number from 1 to 3650; it is "0"',
      '9: suppressions.allow-critical must be true or false; it is "maybe"',
      '10: approval.deadline must be a time such as 60s, 15m, 24h or 7d, at most 30d; it is "31d"',
      '10: approval.teams.0 must be ORG/TEAM; it is "x"',
      '10: approval.people must be a whole number from 1 to 10; it is "0"',
      '11: limits: "fils" is not a setting; did you mean "files"?',
    ]);
  });
});

describe('the difference of two policies', () => {
  const difference = (base: string, head: string) =>
    policyDifference(parsePolicy(`version: 1\n${base}`, 'a'), parsePolicy(`version: 1\n${head}`, 'b'));
  const custom = (least: number) =>
    `custom-rules: [{id: custom-a, title: T, severity: low, targets: [aws_s3_bucket], remedy: [r], attribute: a, must: {at-least: ${least}}}]\n`;
  const exception = (rule: string, until: string) => `  - {rule: ${rule}, reason: r, owner: team-web, until: ${until}}\n`;

  it('is nothing where only the writing differs', () => {
    const text = readFileSync(new URL('../../fixtures/policy/full.yml', import.meta.url), 'utf8');
    expect(policyDifference(parsePolicy(text, 'a'), parsePolicy(`# Another comment.\n${text}`, 'b'))).toEqual([]);
  });

  it('tells each setting that changed', () => {
    const base = 'fail-on: high\nblock: all\nexclude: [a, b]\nrules: {aws-x: {severity: high}, aws-y: {severity: low}}\n';
    const head =
      'fail-on: critical\nexclude: [b, c]\nundecided: report\nrules: {aws-x: {off: true, reason: r}}\napproval: {}\nlimits: {files: 3}\n';
    expect(difference(base, head)).toEqual([
      'fail-on HIGH → CRITICAL',
      'block all → not set',
      'undecided block → report',
      'exclude added: c',
      'exclude removed: a',
      'rule removed: aws-y LOW',
      'rule changed: aws-x HIGH → aws-x off',
      'approval not set → from CRITICAL within 24h by 1',
      'limit added: files 3',
    ]);
  });

  it('tells rules of its own that now require something else', () => {
    expect(difference(custom(1), custom(1))).toEqual([]);
    expect(difference(custom(1), custom(2))).toEqual(['custom rule changed: custom-a LOW']);
  });

  it('tells exceptions one by one, and counts those beyond ten', () => {
    const many = Array.from({ length: 12 }, (_, index) => exception(`aws-${index}`, '2027-01-31')).join('');
    const told = difference(`exceptions:\n${exception('aws-old', '2026-01-31')}`, `exceptions:\n${many}`);
    expect(told[0]).toBe('exception added: aws-0 for everything, of team-web until 2027-01-31');
    expect(told.slice(9)).toEqual([
      'exception added: aws-9 for everything, of team-web until 2027-01-31',
      'exception added: 2 more',
      'exception removed: aws-old for everything, of team-web until 2026-01-31',
    ]);
  });
});
