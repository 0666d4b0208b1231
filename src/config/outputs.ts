/** What the action sets for later steps. */
export const OUTPUTS = {
  verdict: '`pass`, `fail`, `undecided`, or `error` when the run did not come to an end.',
  'critical-count': 'Findings of severity CRITICAL, those not counted that are silenced.',
  'high-count': 'Findings of severity HIGH, likewise.',
  'medium-count': 'Findings of severity MEDIUM, likewise.',
  'low-count': 'Findings of severity LOW, likewise.',
  'undecided-count': 'Requirements that could not be decided because a value is not known, likewise.',
  'blocking-count': 'Findings that fail the run.',
  'new-count': 'Findings, undecided ones included, that the base commit does not have; all where there is nothing to compare with.',
  'silenced-count': 'Findings that an exception, a suppression or an approval silences.',
  'report-file': 'Path of the JSON report, when `report-file` asked for one.',
  'html-file': 'Path of the HTML report, when `html-file` asked for one.',
  'patch-file': 'Path of the patch, when `patch-file` asked for one.',
  'script-file': 'Path of the script, when `script-file` asked for one.',
  'sarif-file': 'Path of the SARIF file, when `sarif-file` asked for one.',
} as const satisfies Record<string, string>;

export type OutputName = keyof typeof OUTPUTS;
