import { describe, expect, it } from 'vitest';
import { rules } from '../../src/rules/index.ts';
import { problemsOf } from './examples.ts';

describe('each rule does on its examples what they say', () => {
  for (const rule of rules) {
    it(rule.id, () => {
      expect(problemsOf(rule, rules)).toEqual([]);
    });
  }
});
