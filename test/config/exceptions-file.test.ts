import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { addExceptions } from '../../src/config/exceptions-file.ts';
import type { NewException } from '../../src/config/exceptions-file.ts';

const EXCEPTION: NewException = {
  rule: 'aws-s3-versioning',
  resource: 'aws_s3_bucket.logs',
  path: null,
  fingerprint: null,
  reason: 'was there',
  owner: 'team-web',
  until: '2026-12-31',
};

const WRITTEN = `  - rule: aws-s3-versioning
    resource: aws_s3_bucket.logs
    reason: was there
    owner: team-web
    until: 2026-12-31
`;

describe('exceptions written into a policy', () => {
  it('make a policy where there is none', () => {
    expect(addExceptions(null, [EXCEPTION])).toBe(`version: 1\nexceptions:\n${WRITTEN}`);
    expect(addExceptions('\n', [EXCEPTION])).toBe(`version: 1\nexceptions:\n${WRITTEN}`);
  });

  it('come after those that there are, and leave comments and order alone', () => {
    const before = `# Ours.
version: 1 # of the format
fail-on: high
exceptions:
  # Agreed with the auditors.
  - rule: aws-ec2-imdsv2
    reason: "old: AMI"
    owner: team-ops
    until: 2026-08-01 # then we move
exclude:
  - examples/**
`;

    expect(addExceptions(before, [EXCEPTION])).toBe(before.replace('exclude:\n', `${WRITTEN}exclude:\n`));
  });

  it.each(['exceptions: []\n', 'exceptions:\n', ''])('fill an empty list: %j', (rest) => {
    expect(addExceptions(`version: 1\n${rest}`, [EXCEPTION])).toBe(`version: 1\nexceptions:\n${WRITTEN}`);
  });

  it('leave the text as it is when there is nothing to write', () => {
    const before = "version:   1\nexclude: [ 'a' ]\n";

    expect(addExceptions(before, [])).toBe(before);
  });

  it('have their note above them, and remarks at the end, each once', () => {
    const once = addExceptions(null, [{ ...EXCEPTION, note: 'main.tf:3: checkov CKV_AWS_21' }], ['not taken over: main.tf:9']);

    expect(once).toBe(`version: 1\nexceptions:\n  # main.tf:3: checkov CKV_AWS_21\n${WRITTEN}\n# not taken over: main.tf:9\n`);
    expect(addExceptions(once, [], ['not taken over: main.tf:9'])).toBe(once);
  });

  it('cannot get out of their text or comment', () => {
    const hostile = 'a: b\n- x\n# c\u2028d\u0000';

    const { path: _path, fingerprint: _fingerprint, ...given } = EXCEPTION;

    const text = addExceptions(null, [{ ...EXCEPTION, reason: hostile, note: hostile }], [hostile]);

    expect(parse(text)).toEqual({ version: 1, exceptions: [{ ...given, reason: hostile }] });
    expect(text).toContain('  # a: b - x # c d ');
  });
});
