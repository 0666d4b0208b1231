/** The catalogue for people and for tools. */
import type { Rule } from '../domain/rule.ts';
import { jsonText } from './encode/json.ts';

/** What a rule does about a failure: proposes an edit (one-click or to be reviewed), or says what to do. */
export function fixKind({ fix }: Rule): 'safe edit' | 'edit to review' | 'advice' {
  if (fix === undefined) return 'advice';
  return fix.safety === 'safe' ? 'safe edit' : 'edit to review';
}

/** `json` is a list with one object a rule. */
export function renderRules(rules: readonly Rule[], format: 'text' | 'json'): string {
  if (format === 'text') {
    const width = Math.max(...rules.map((rule) => rule.id.length));
    return rules.map((rule) => `${rule.severity.padEnd(8)}  ${rule.id.padEnd(width)}  ${rule.title} (${fixKind(rule)})\n`).join('');
  }
  return jsonText(
    rules.map((rule) => {
      const { id, title, severity, targets, topics, controls, equivalents, references } = rule;
      return { id, title, severity, targets, topics, fix: fixKind(rule), controls, equivalents, references };
    }),
  );
}
