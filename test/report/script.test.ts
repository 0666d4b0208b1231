import { describe, expect, it } from 'vitest';
import { shellScript } from '../../src/report/script.ts';

describe('shellScript', () => {
  it('puts one command on a line and stops at the first that fails', () => {
    const commands = [
      ['aws', 's3api', 'put-bucket-versioning', '--bucket', 'shop-logs', '--versioning-configuration', 'Status=Enabled'],
      ['aws', 's3api', 'put-bucket-policy', '--bucket', 'shop-logs', '--policy', '{"Version":"2012-10-17"}'],
    ];
    expect(shellScript(commands)).toBe(`#!/bin/sh
set -eu
aws s3api put-bucket-versioning --bucket shop-logs --versioning-configuration 'Status=Enabled'
aws s3api put-bucket-policy --bucket shop-logs --policy '{"Version":"2012-10-17"}'
`);
  });

  it('is none without commands', () => {
    expect(shellScript([])).toBeNull();
  });

  it('is none when one argument cannot be written safely', () => {
    expect(
      shellScript([
        ['aws', 's3', 'ls'],
        ['aws', 's3', 'rm', 's3://a\nb'],
      ]),
    ).toBeNull();
  });
});
