/** The folder table of src/README.md as rules. Type-only imports count as imports. */
import type { IConfiguration, IForbiddenRuleType } from 'dependency-cruiser';

/** What a folder of src/ may import of src/, besides itself. */
const MAY_IMPORT: Record<string, string[]> = {
  domain: [],
  rules: ['domain'],
  iac: ['domain'],
  temporal: ['domain'],
  config: ['domain'],
  report: ['domain'],
  github: ['domain', 'report'],
  git: ['domain', 'iac'],
  scanners: ['domain'],
  mcp: ['domain', 'report'],
};

const PURE = ['domain', 'rules'];
const WORKFLOW_CODE = '^src/temporal/workflows?[./-]';

const folderRules: IForbiddenRuleType[] = Object.entries(MAY_IMPORT).map(([folder, others]) => ({
  name: `${folder}-keeps-to-itself`,
  comment: `src/${folder}/ imports nothing of src/ but ${[folder, ...others].join(', ')}; run.ts and the entries put the parts together.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: [folder, ...others].map((name) => `^src/${name}/`) },
}));

const pureRules: IForbiddenRuleType[] = PURE.map((folder) => ({
  name: `${folder}-is-pure`,
  comment: `src/${folder}/ imports neither packages nor Node's modules; only the hash of domain/fingerprint.ts is from outside.`,
  severity: 'error',
  from: { path: `^src/${folder}/`, pathNot: '^src/domain/fingerprint[.]ts$' },
  to: { pathNot: '^src/' },
}));

export default {
  forbidden: [
    ...folderRules,
    ...pureRules,
    {
      name: 'fingerprint-only-hashes',
      comment: 'domain/fingerprint.ts may import node:crypto and nothing else from outside.',
      severity: 'error',
      from: { path: '^src/domain/fingerprint[.]ts$' },
      to: { pathNot: ['^src/domain/', '^(node:)?crypto$'] },
    },
    {
      name: 'workflow-code-is-deterministic',
      comment:
        'Workflow code is replayed: it imports domain code and @temporalio/workflow, and nothing that reads files, clocks or the network.',
      severity: 'error',
      from: { path: WORKFLOW_CODE },
      to: { pathNot: ['^src/domain/', WORKFLOW_CODE, '^node_modules/@temporalio/workflow/'] },
    },
    {
      name: 'workflow-code-reaches-no-crypto',
      comment: 'The workflow sandbox has no node:crypto, so workflow code may not reach domain/fingerprint.ts over any number of imports.',
      severity: 'error',
      from: { path: WORKFLOW_CODE },
      to: { path: '^src/domain/fingerprint[.]ts$', reachable: true },
    },
    {
      name: 'temporal-alone-knows-temporal',
      comment: 'Only src/temporal/ imports @temporalio/*.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/temporal/' },
      to: { path: '^node_modules/@temporalio/' },
    },
    {
      name: 'github-alone-knows-github',
      comment: 'Only src/github/ imports @actions/* and octokit.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/github/' },
      to: { path: '^node_modules/(@actions|@octokit)/' },
    },
    {
      name: 'report-sends-nothing',
      comment: 'src/report/ gives text and plain objects; it opens no file, socket or process.',
      severity: 'error',
      from: { path: '^src/report/' },
      to: { path: '^(node:)?(child_process|cluster|dgram|fs|fs/promises|http|http2|https|net|process|readline|tls|worker_threads)$' },
    },
    {
      name: 'parts-do-not-know-the-whole',
      comment: 'What lies directly in src/ and in src/commands/ composes the folders; no folder imports it.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: '^src/commands/' },
      to: { path: '^src/([^/]+$|commands/)' },
    },
    {
      name: 'src-stands-alone',
      comment: 'src/ imports neither tests, fixtures, scripts nor what is built from it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|fixtures|dist|[.]github)/' },
    },
    {
      name: 'no-development-package-at-run-time',
      comment: 'src/ imports only packages listed under "dependencies" in package.json.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm'] },
    },
    {
      name: 'no-circle',
      comment: 'No import circles, type-only ones included.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that cannot be resolved is misspelt or its package is not installed.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-orphan',
      comment: 'A file of src/ that nothing imports and that imports nothing is dead.',
      severity: 'error',
      from: { orphan: true, path: '^src/' },
      to: {},
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
} satisfies IConfiguration;
