import { expect, it } from 'vitest';
import { progressLine } from '../../src/report/progress.ts';

it('says how many are done, and the step of the resource at work', () => {
  expect(progressLine({ done: 3, total: 40, address: 'aws_s3_bucket.logs', step: 'generateFix' })).toBe(
    '3 of 40 audited · proving a fix aws_s3_bucket.logs',
  );
});

it('fits one line of a narrow terminal, however long the address', () => {
  expect(progressLine({ done: 3, total: 40, address: `aws_s3_bucket.${'x'.repeat(200)}`, step: 'done' }).length).toBeLessThan(80);
});
