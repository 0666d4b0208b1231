import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addedSuppressions } from '../../src/domain/silences.ts';
import { blocking, leftovers, outcomes, read, silenced } from './silencing.ts';
import type { Files } from './silencing.ts';

/** A bucket of which only the named attributes are true. */
function bucket(name: string, good: readonly string[], comment = ''): string {
  const lines = ['private', 'logged', 'versioned'].map((attribute) => `  ${attribute} = ${good.includes(attribute)}\n`);
  return `${comment === '' ? '' : `${comment}\n`}resource "aws_s3_bucket" "${name}" {\n${lines.join('')}}\n`;
}

const UNLOGGED = bucket('a', ['private', 'versioned']);
const TERMS = 'until=2026-12-31 reason="agreed"';
const IGNORED = bucket('a', ['private', 'versioned'], `# infra-audit:ignore bucket-logged ${TERMS}`);

describe('an exception of the policy', () => {
  it.each([
    ['its rule and the address', { rule: 'bucket-logged', resource: 'aws_s3_bucket.a' }],
    ['the beginning of its rule', { rule: 'bucket-l*' }],
    ['any rule', { rule: '*', resource: 'aws_s3_bucket.a' }],
    ['part of its address', { resource: 'aws_*.a' }],
    ['its file', { path: 'storage/*.tf' }],
    ['its folder', { path: 'storage' }],
    ['its fingerprint', { fingerprint: read({ 'storage/main.tf': UNLOGGED }).found[0]?.finding.fingerprint ?? '' }],
  ])('silences what it names by %s', (_, exception) => {
    expect(outcomes({ head: { 'storage/main.tf': UNLOGGED }, exceptions: [exception] })).toEqual([
      'bucket-logged at aws_s3_bucket.a: silenced by exception at policy.yml:3 until 2026-12-31',
    ]);
  });

  it.each([
    ['another rule', { rule: 'bucket-log' }],
    ['a rule that begins otherwise', { rule: 'bucket-v*' }],
    ['a longer address', { resource: 'aws_s3_bucket.ab' }],
    ['the beginning of the address', { resource: 'aws_s3_bucket' }],
    ['parts of the address that overlap', { resource: 'aws_s3_bucket.a*a' }],
    ['another file', { path: 'network/*.tf' }],
    ['another fingerprint', { fingerprint: '0'.repeat(32) }],
    ['the rule, but another resource', { rule: 'bucket-logged', resource: 'aws_s3_bucket.b' }],
  ])('does not silence what it does not name: %s', (_, exception) => {
    expect(outcomes({ head: { 'storage/main.tf': UNLOGGED }, exceptions: [exception] })).toEqual([
      'bucket-logged at aws_s3_bucket.a: stands',
    ]);
  });

  it('applies on its last day, and is told as expired from the next on', () => {
    const head = { 'main.tf': UNLOGGED };

    expect(outcomes({ head, exceptions: [{ until: '2026-06-15' }] })).toEqual([
      'bucket-logged at aws_s3_bucket.a: silenced by exception at policy.yml:3 until 2026-06-15',
    ]);
    expect(outcomes({ head, exceptions: [{ until: '2026-06-14' }] })).toEqual([
      'bucket-logged at aws_s3_bucket.a: stands, the exception of team-web expired on 2026-06-14',
    ]);
  });

  it('that applies longest is the one that is named', () => {
    const exceptions = [
      { until: '2026-07-01', place: 'policy.yml:3' },
      { until: '2027-07-01', place: 'policy.yml:9' },
      { until: '2026-01-01', place: 'policy.yml:6' },
    ];

    expect(outcomes({ head: { 'main.tf': UNLOGGED }, exceptions })).toEqual([
      'bucket-logged at aws_s3_bucket.a: silenced by exception at policy.yml:9 until 2027-07-01',
    ]);
  });

  it('silences what is CRITICAL, and what is undecided, as well', () => {
    const head = {
      'main.tf': 'variable "p" {}\nresource "aws_s3_bucket" "a" {\n  private = var.p\n  logged = true\n  versioned = true\n}\n',
    };

    expect(outcomes({ head, exceptions: [{ resource: 'aws_s3_bucket.a' }] })).toEqual([
      'bucket-private at aws_s3_bucket.a: silenced by exception at policy.yml:3 until 2026-12-31',
    ]);
  });

  it('for an instance silences what is said of that instance alone', () => {
    const each = (logged: string): Files => ({
      'main.tf': `resource "aws_s3_bucket" "a" {\n  for_each = toset(["x", "y"])\n  private = true\n  versioned = true\n  logged = ${logged}\n}\n`,
    });
    const exceptions = [{ resource: 'aws_s3_bucket.a["x"]' }];

    expect(outcomes({ head: each('each.key != "x"'), exceptions })).toEqual([
      'bucket-logged at aws_s3_bucket.a: silenced by exception at policy.yml:3 until 2026-12-31',
    ]);
    expect(outcomes({ head: each('false'), exceptions })).toEqual(['bucket-logged at aws_s3_bucket.a: stands']);
  });

  it('that is over, or has nothing to silence, is to be removed', () => {
    const exceptions = [
      { rule: 'bucket-logged', place: 'policy.yml:3' },
      { rule: 'bucket-private', place: 'policy.yml:9' },
      { rule: 'bucket-l*', until: '2026-01-01', place: 'policy.yml:15' },
    ];

    expect(leftovers({ head: { 'main.tf': UNLOGGED }, exceptions })).toEqual([
      'warning unused-exception: policy.yml:9: the exception of team-web for bucket-private has nothing to silence; remove it',
      'warning expired-exception: policy.yml:15: the exception of team-web for bucket-l* expired on 2026-01-01; renew it, or remove it',
    ]);
  });
});

describe('a suppression beside a declaration', () => {
  it('counts when the base commit has it, as it is there', () => {
    expect(outcomes({ head: { 'main.tf': IGNORED }, base: { 'main.tf': `\n\n${IGNORED}` } })).toEqual([
      'bucket-logged at aws_s3_bucket.a: silenced by suppression at main.tf:3 until 2026-12-31',
    ]);
  });

  it('counts where there is no change', () => {
    expect(outcomes({ head: { 'main.tf': IGNORED } })).toEqual([
      'bucket-logged at aws_s3_bucket.a: silenced by suppression at main.tf:1 until 2026-12-31',
    ]);
  });

  const refused = ['bucket-logged at aws_s3_bucket.a: stands, the suppression at main.tf:1 does not count until it is on the base branch'];

  it.each<[string, Files | 'unavailable']>([
    ['the base has no suppression', { 'main.tf': UNLOGGED }],
    ['the base has it for another rule', { 'main.tf': IGNORED.replace('bucket-logged', 'bucket-private') }],
    ['the base has it for another resource', { 'main.tf': IGNORED.replace('"a"', '"b"') }],
    ['the base has it for the resource in another root', { 'other/main.tf': IGNORED }],
    [
      'the base has it for an attribute of the resource',
      { 'main.tf': UNLOGGED.replace('  logged', `  # infra-audit:ignore bucket-logged ${TERMS}\n  logged`) },
    ],
    ['the base has one that lacks a reason', { 'main.tf': IGNORED.replace(/ reason="[^"]*"/u, '') }],
    ['the base cannot be had', 'unavailable'],
  ])('does not count when %s', (_, base) => {
    expect(outcomes({ head: { 'main.tf': IGNORED }, base })).toEqual(refused);
  });

  it('cannot be prolonged by the change, but shortened', () => {
    const until = (day: string): Files => ({ 'main.tf': IGNORED.replace('2026-12-31', day) });

    expect(outcomes({ head: until('2030-01-01'), base: until('2026-12-31') })).toEqual([
      'bucket-logged at aws_s3_bucket.a: silenced by suppression at main.tf:1 until 2026-12-31',
    ]);
    expect(outcomes({ head: until('2030-01-01'), base: until('2026-06-14') })).toEqual([
      'bucket-logged at aws_s3_bucket.a: stands, the suppression at main.tf:1 expired on 2026-06-14',
    ]);
    expect(outcomes({ head: until('2026-06-14'), base: until('2026-12-31') })).toEqual([
      'bucket-logged at aws_s3_bucket.a: stands, the suppression at main.tf:1 expired on 2026-06-14',
    ]);
  });

  it('cannot be spread over more blocks than the base has', () => {
    const one = `resource "aws_s3_bucket" "a" {\n  private = true\n  versioned = true\n  # infra-audit:ignore bucket-logged ${TERMS}\n  logged = false\n}\n`;
    const head = one.replace('  logged', `  # infra-audit:ignore bucket-logged ${TERMS}\n  logged`);

    const { suppressions } = silenced({ head: { 'main.tf': head }, base: { 'main.tf': one } });

    expect(addedSuppressions(suppressions.here, suppressions.base ?? []).map(({ at }) => at.start.line)).toEqual([5]);
  });

  it('never silences what is CRITICAL unless the policy lets it', () => {
    const files = { 'main.tf': bucket('a', ['logged', 'versioned'], `# infra-audit:ignore bucket-* ${TERMS}`) };

    expect(outcomes({ head: files, base: files })).toEqual([
      'bucket-private at aws_s3_bucket.a: stands, the suppression at main.tf:1 does not count for what is CRITICAL; that takes an exception in the policy',
    ]);
    expect(outcomes({ head: files, base: files, critical: true })).toEqual([
      'bucket-private at aws_s3_bucket.a: silenced by suppression at main.tf:1 until 2026-12-31',
    ]);
  });

  it('without reason or day says what it lacks', () => {
    const files = { 'main.tf': bucket('a', ['private', 'versioned'], '# infra-audit:ignore bucket-logged') };

    expect(outcomes({ head: files, base: files })).toEqual([
      'bucket-logged at aws_s3_bucket.a: stands, the suppression at main.tf:1 has no reason="..." and has no until=YYYY-MM-DD',
    ]);
  });

  it('beside an attribute silences what points at it, and nothing else', () => {
    const files = {
      'main.tf': `resource "aws_s3_bucket" "a" {\n  private = true\n  logged = false\n  versioned = false # infra-audit:ignore bucket-* ${TERMS}\n}\n`,
    };

    expect(outcomes({ head: files, base: files })).toEqual([
      'bucket-logged at aws_s3_bucket.a: stands',
      'bucket-versioned at aws_s3_bucket.a: silenced by suppression at main.tf:4 until 2026-12-31',
    ]);
  });

  it('in a module counts for those calls that the base has', () => {
    const call = (name: string): string => `module "${name}" {\n  source = "./bucket"\n}\n`;
    const shared = { 'bucket/main.tf': IGNORED.replace('logged = false', `logged = false # infra-audit:ignore bucket-logged ${TERMS}`) };

    expect(
      outcomes({
        head: { 'main.tf': call('old') + call('new'), ...shared },
        base: { 'main.tf': call('old'), ...shared },
      }),
    ).toEqual([
      'bucket-logged at module.old.aws_s3_bucket.a: silenced by suppression at bucket/main.tf:1 until 2026-12-31',
      'bucket-logged at module.new.aws_s3_bucket.a: stands, the suppression at bucket/main.tf:1 does not count until it is on the base branch, the suppression at bucket/main.tf:4 does not count until it is on the base branch',
    ]);
  });

  it('that is over, malformed, misplaced or unused is told, once for all calls of its module', () => {
    const text = `# infra-audit:ignore bucket-logged until=2026-01-01 reason="agreed"
# infra-audit:ignore bucket-versioned ${TERMS}
# infra-audit:ignore bucket-private
resource "aws_s3_bucket" "a" {
  private = true
  versioned = true
}

# infra-audit:ignore bucket-logged ${TERMS}
`;
    const calls = 'module "x" {\n  source = "./bucket"\n}\nmodule "y" {\n  source = "./bucket"\n}\n';

    expect(leftovers({ head: { 'main.tf': calls, 'bucket/main.tf': text } })).toEqual([
      'warning misplaced-suppression: bucket/main.tf:9: the suppression stands beside no resource; put it directly above a resource or one of its attributes, or behind an attribute',
      'warning expired-suppression: bucket/main.tf:1: the suppression of bucket-logged expired on 2026-01-01; remove it',
      'warning unused-suppression: bucket/main.tf:2: the suppression of bucket-versioned has nothing to silence here; remove it',
      'warning malformed-suppression: bucket/main.tf:3: the suppression of bucket-private has no reason="..." and has no until=YYYY-MM-DD',
    ]);
  });
});

describe('a suppression for another scanner', () => {
  const files = { 'main.tf': UNLOGGED.replace('{\n', '{\n  #checkov:skip=CKV_2:logs are elsewhere\n') };

  it('counts only where the policy says so, for the equivalent rule, and if the base has it', () => {
    expect(outcomes({ head: files, base: files })).toEqual(['bucket-logged at aws_s3_bucket.a: stands']);
    expect(outcomes({ head: files, base: files, foreign: true })).toEqual([
      'bucket-logged at aws_s3_bucket.a: silenced by suppression at main.tf:2',
    ]);
    expect(outcomes({ head: files, base: { 'main.tf': UNLOGGED }, foreign: true })).toEqual([
      'bucket-logged at aws_s3_bucket.a: stands, the suppression for checkov at main.tf:2 does not count until it is on the base branch',
    ]);
  });

  it('for a rule that has no equivalent silences nothing', () => {
    const head = { 'main.tf': files['main.tf'].replace('CKV_2', 'CKV_99') };

    expect(outcomes({ head, foreign: true })).toEqual(['bucket-logged at aws_s3_bucket.a: stands']);
  });

  it('does not silence what is CRITICAL', () => {
    const head = { 'main.tf': bucket('a', ['logged', 'versioned']).replace('{\n', '{\n  #checkov:skip=CKV_1\n') };

    expect(outcomes({ head, foreign: true })).toEqual([
      'bucket-private at aws_s3_bucket.a: stands, the suppression for checkov at main.tf:2 does not count for what is CRITICAL; that takes an exception in the policy',
    ]);
  });
});

describe('whatever silences', () => {
  const states = fc.constantFrom('true', 'false', 'var.unknown');
  const comments = fc.constantFrom(
    '',
    `# infra-audit:ignore bucket-logged ${TERMS}`,
    `# infra-audit:ignore bucket-* ${TERMS}`,
    '# infra-audit:ignore bucket-versioned until=2020-01-01 reason="over"',
  );
  const declaration = fc.tuple(comments, states, states, states);
  const text = (name: string, [comment, isPrivate, logged, versioned]: readonly string[]): string =>
    `${comment}\nresource "aws_s3_bucket" "${name}" {\n  private = ${isPrivate}\n  logged = ${logged}\n  versioned = ${versioned}\n}\n`;
  const exceptions = fc.array(
    fc.record({
      rule: fc.constantFrom('bucket-logged', 'bucket-*', 'bucket-private'),
      resource: fc.constantFrom(null, 'aws_s3_bucket.r0', 'aws_s3_bucket.*'),
      path: fc.constantFrom(null, 'f0.tf'),
      until: fc.constantFrom('2026-06-14', '2026-06-15', '2027-01-01'),
    }),
    { maxLength: 3 },
  );
  const filesOf = (declarations: readonly (readonly string[])[]): Files => ({
    ...Object.fromEntries(declarations.map((each, index) => [`f${index}.tf`, text(`r${index}`, each)])),
    'variables.tf': 'variable "unknown" {}\n',
  });

  it('does not depend on the order of files', () => {
    fc.assert(
      fc.property(fc.array(declaration, { minLength: 1, maxLength: 4 }), exceptions, (declarations, given) => {
        const files = filesOf(declarations);
        const turned = Object.fromEntries(Object.entries(files).toReversed());

        const one = outcomes({ head: files, base: files, exceptions: given });
        const other = outcomes({ head: turned, base: turned, exceptions: given });

        expect(other.toSorted()).toEqual(one.toSorted());
      }),
      { numRuns: 60 },
    );
  });

  it('never lets what does not pass do so because a value is not known any more', () => {
    fc.assert(
      fc.property(
        fc.array(declaration, { minLength: 1, maxLength: 3 }),
        exceptions,
        fc.nat(2),
        fc.nat(2),
        (declarations, given, which, attribute) => {
          const index = which % declarations.length;
          const unknown = declarations.map((each, at) => (at === index ? each.with(attribute + 1, 'var.unknown') : each));
          const base = filesOf(declarations);

          const before = blocking({ head: base, base, exceptions: given });
          const after = blocking({ head: filesOf(unknown), base, exceptions: given });

          for (const each of before) expect(after).toContain(each);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never lets a suppression that the change adds silence anything', () => {
    fc.assert(
      fc.property(fc.array(declaration, { minLength: 1, maxLength: 3 }), (declarations) => {
        const bare = filesOf(declarations.map(([, ...rest]) => ['', ...rest]));

        const found = blocking({ head: bare, base: bare });

        expect(blocking({ head: filesOf(declarations), base: bare })).toEqual(found);
        expect(found.length > 0).toBe(declarations.some((each) => each.slice(1).some((state) => state !== 'true')));
      }),
      { numRuns: 60 },
    );
  });
});
