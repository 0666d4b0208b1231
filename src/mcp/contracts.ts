/** The shapes that the tools take and answer. Within a version of the program fields are only added; see README.md. */
import { z } from 'zod';
import { SEVERITIES } from '../domain/severity.ts';
import { ASKED_PATHS, INLINE_BYTES, INLINE_FILES, INLINE_FILE_BYTES, LISTED } from './limits.ts';

/** An argument that nobody knows is more likely a mistake than a wish to be ignored. */
function input<T extends z.ZodRawShape>(shape: T) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `there is no argument ${issue.keys?.join(', ')}; there are ${known}` : undefined,
  });
}

const encoder = new TextEncoder();
const byteLength = (text: string): number => encoder.encode(text).length;
const mebibytes = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;

const line = z
  .string('must be a text')
  .max(4096, 'may have at most 4,096 characters')
  .refine((text) => text !== '' && !/\p{Cc}/u.test(text), 'must be one line of text without control characters');

/** `infra/main.tf`: relative, and nowhere else. */
function isName(name: string): boolean {
  return !/[\p{Cc}\\]/u.test(name) && name.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}

const inlineFile = z.strictObject({
  name: line
    .refine(isName, 'must be a path relative to the root without . and .. steps, such as infra/main.tf')
    .describe('Path relative to the root, such as infra/main.tf; it tells the format and which files belong together.'),
  text: z
    .string('must be a text')
    .refine((text) => byteLength(text) <= INLINE_FILE_BYTES, `may have at most ${mebibytes(INLINE_FILE_BYTES)}`)
    .describe('The whole file.'),
});

const source = {
  paths: z
    .array(line)
    .min(1, 'name at least one path, or leave paths out for the whole root')
    .max(ASKED_PATHS, `at most ${ASKED_PATHS} paths`)
    .optional()
    .describe(
      'Files and folders inside the roots: relative to the root, or absolute where the server has several roots. Without paths and files: the whole root.',
    ),
  files: z
    .array(inlineFile)
    .min(1, 'give at least one file')
    .max(INLINE_FILES, `at most ${INLINE_FILES} files`)
    .refine((files) => new Set(files.map(({ name }) => name)).size === files.length, 'each name may be given once')
    .refine(
      (files) => files.reduce((sum, { text }) => sum + byteLength(text), 0) <= INLINE_BYTES,
      `may have at most ${mebibytes(INLINE_BYTES)} together`,
    )
    .optional()
    .describe('Texts that are not saved, in place of paths: nothing else is read.'),
};

type Given = Readonly<Partial<Record<'paths' | 'files' | 'fingerprint' | 'address' | 'run' | 'workflowId', unknown>>>;

/** Checked whatever else is wrong, so that a caller learns of all problems at once. */
const always = { when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null };
const oneSource = (given: Given): boolean => given.paths === undefined || given.files === undefined;
const ONE_SOURCE = { ...always, error: 'give either paths or files, not both' };

const count = z.int().nonnegative();
const nullableText = z.string().nullable();
const severity = z.enum(SEVERITIES);
const outcome = z.enum(['pass', 'fail', 'undecided']);
const more = (what: string) => count.describe(`${what} beyond the first ${LISTED}, which are left out.`);
const file = z.string().describe('Relative to the root.');

const diagnostic = z.object({
  level: z.enum(['undecided', 'unresolved', 'warning']).describe('`undecided` could not be judged at all and is no pass.'),
  code: z.string(),
  message: z.string(),
  file: nullableText,
  line: count.nullable(),
});
const diagnostics = { diagnostics: z.array(diagnostic), moreDiagnostics: more('Diagnostics') };

const byOutcome = z.object({ fail: count, undecided: count });

export const auditInput = input(source).refine(oneSource, ONE_SOURCE);
export const auditOutput = z.object({
  verdict: z.object({ outcome, reasons: z.array(z.string()) }).describe('`fail` and `undecided` keep a change from being merged.'),
  failOnSeverity: z.enum([...SEVERITIES, 'none']).describe('Least severe finding that fails, the policy included.'),
  counts: z.object({
    resources: z.object({ audited: count, pass: count, fail: count, undecided: count, notCovered: count }),
    findings: z.object({ CRITICAL: byOutcome, HIGH: byOutcome, MEDIUM: byOutcome, LOW: byOutcome, INFO: byOutcome }),
    files: z.object({ scanned: count, failed: count, ignored: count }),
  }),
  findings: z
    .array(
      z.object({
        ruleId: z.string(),
        title: nullableText,
        severity,
        outcome: z.enum(['fail', 'undecided']),
        message: z.string(),
        root: z.string().describe('Folder of the Terraform root module, or template file.'),
        address: z.string(),
        file,
        startLine: count,
        startColumn: count,
        endLine: count,
        endColumn: count.describe('Exclusive; lines and columns count from 1.'),
        fingerprint: z.string(),
        blocks: z.boolean().describe('Whether it keeps a change from being merged.'),
        silencedBy: z.enum(['exception', 'suppression', 'approval']).nullable(),
      }),
    )
    .describe('What blocks first, then worst first.'),
  moreFindings: more('Findings'),
  ...diagnostics,
  notCovered: z
    .array(z.object({ address: z.string(), type: z.string(), file }))
    .describe('Resources of types that no rule looks at: nothing is said of them.'),
  moreNotCovered: more('Resources'),
  scannersNotAsked: z.array(z.string()).describe('Scanners of the policy: a run of the action asks them, this server does not.'),
});

export const explainInput = input({ id: line.describe('Id of a rule, as in a finding.') });
export const explainOutput = z.object({
  id: z.string(),
  title: z.string(),
  severity,
  why: z.string(),
  remedy: z.array(z.string()).describe('Steps, for a person who does it by hand.'),
  fix: z.enum(['safe edit', 'edit to review', 'advice']),
  types: z.array(z.string()).describe('Types of the resources it looks at.'),
  references: z.array(z.string()),
  controls: z.record(z.string(), z.array(z.string())).describe('By standard.'),
  equivalents: z.record(z.string(), z.array(z.string())).describe('By other scanner.'),
  examples: z
    .array(
      z.object({
        framework: z.enum(['terraform', 'cloudformation']),
        kind: z.enum(['bad', 'good']),
        name: z.string(),
        source: z.string(),
        fixed: nullableText.describe('The bad example after the fix.'),
      }),
    )
    .describe('For each framework one bad and one good.'),
});

export const listInput = input(source).refine(oneSource, ONE_SOURCE);
export const listOutput = z.object({
  resources: z.array(
    z.object({
      root: z.string(),
      address: z.string(),
      type: z.string(),
      framework: z.enum(['terraform', 'cloudformation']),
      file,
      startLine: count,
      endLine: count,
      covered: z.boolean().describe('Whether any rule looks at its type.'),
      related: z
        .array(z.object({ address: z.string(), direction: z.enum(['to', 'from']) }))
        .describe('`to`: this resource refers to that one; `from`: that one refers to this.'),
    }),
  ),
  moreResources: more('Resources'),
  ...diagnostics,
});

export const fixInput = input({
  ...source,
  fingerprint: line.optional().describe('Of one finding.'),
  address: line.optional().describe('Of a resource: one change for all of its findings that can be fixed together.'),
})
  .refine(oneSource, ONE_SOURCE)
  .refine((given: Given) => (given.fingerprint === undefined) !== (given.address === undefined), {
    ...always,
    error: 'give either a fingerprint or an address',
  });
export const fixOutput = z.object({
  fix: z
    .object({
      diff: z.string().describe('Unified diff, as `git apply` takes it. It was not applied.'),
      safety: z.enum(['safe', 'needs-review']).describe('`needs-review`: applying it may break what works today.'),
      proof: z.object({
        closes: z.array(z.string()).describe('Fingerprints of findings that were gone when the diff was applied to a copy; none was new.'),
        resourcesAudited: count,
      }),
    })
    .nullable(),
  reason: nullableText.describe('Why there is no fix; null where there is one.'),
  address: z.string(),
  summary: z.string(),
  remaining: z.array(z.string()).describe('Fingerprints of findings asked about that stay.'),
  advice: z.array(z.string()).describe('What to do by hand, beside or in place of the fix.'),
});

export const statusInput = input({
  run: line.optional().describe('Id of a run: all of its audits.'),
  workflowId: line.optional().describe('Id of one audit.'),
}).refine((given: Given) => (given.run === undefined) !== (given.workflowId === undefined), {
  ...always,
  error: 'give either run or workflowId',
});
export const statusOutput = z.object({
  audits: z.array(
    z.object({
      workflowId: z.string(),
      address: nullableText.describe('Null where it is encrypted with another key.'),
      state: z.string().describe('As the server calls it.'),
      step: nullableText.describe('Null where no worker answers.'),
      attempt: count.nullable(),
      started: nullableText.describe('ISO 8601.'),
      tookMilliseconds: z.number().nonnegative().nullable(),
    }),
  ),
  moreAudits: more('Audits'),
});
