/** What the action sets for later steps. */
export const OUTPUTS = {
  verdict: '`pass`, `fail`, `undecided`, or `error` when the run did not come to an end.',
  'critical-count': 'Findings of severity CRITICAL.',
  'high-count': 'Findings of severity HIGH.',
  'medium-count': 'Findings of severity MEDIUM.',
  'low-count': 'Findings of severity LOW.',
  'undecided-count': 'Requirements that could not be decided because a value is not known.',
  'report-file': 'Path of the JSON report, when `report-file` asked for one.',
  'html-file': 'Path of the HTML report, when `html-file` asked for one.',
  'sarif-file': 'Path of the SARIF file, when `sarif-file` asked for one.',
} as const satisfies Record<string, string>;

export type OutputName = keyof typeof OUTPUTS;
