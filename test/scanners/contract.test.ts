/** The contract as people read it is the one that is checked. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { repositoryAnswer, repositoryQuestion, resourceAnswer, resourceQuestion } from '../../src/scanners/contract.ts';

describe('README.md', () => {
  it('gives the schemas of questions and answers', () => {
    const text = readFileSync(path.join(import.meta.dirname, '../../src/scanners/README.md'), 'utf8');
    const given = [...text.matchAll(/```json\n([\s\S]*?)\n```/gu)].map(([, json = '']): unknown => JSON.parse(json));
    const schemas = [resourceQuestion, resourceAnswer, repositoryQuestion, repositoryAnswer].map((schema) => z.toJSONSchema(schema));
    expect(given).toEqual(JSON.parse(JSON.stringify(schemas)));
  });
});
