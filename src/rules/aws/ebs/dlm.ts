/** Where a policy of Data Lifecycle Manager says how copies in other regions are encrypted: by its schedules, or when a shared snapshot arrives. */
export const COPIES = {
  aws_dlm_lifecycle_policy: [
    ['policy_details', 'schedule', 'cross_region_copy_rule'],
    ['policy_details', 'action', 'cross_region_copy', 'encryption_configuration'],
  ],
  'AWS::DLM::LifecyclePolicy': [
    ['PolicyDetails', 'Schedules', 'CrossRegionCopyRules'],
    ['PolicyDetails', 'Actions', 'CrossRegionCopy', 'EncryptionConfiguration'],
  ],
} as const satisfies Readonly<Record<string, readonly (readonly string[])[]>>;

/** Lines of a policy whose one schedule has a copy rule with these lines. */
export function scheduled(...lines: readonly string[]): readonly string[] {
  return [
    'policy_details {',
    '  schedule {',
    '    name = "daily"',
    '',
    '    cross_region_copy_rule {',
    ...lines.map((line) => `      ${line}`),
    '    }',
    '  }',
    '}',
  ];
}

/** Lines of a policy that copies what others share, with these lines about encryption. */
export function arriving(...lines: readonly string[]): readonly string[] {
  return [
    'policy_details {',
    '  policy_type = "EVENT_BASED_POLICY"',
    '',
    '  action {',
    '    name = "copy"',
    '',
    '    cross_region_copy {',
    '      target = "eu-central-1"',
    '',
    '      encryption_configuration {',
    ...lines.map((line) => `        ${line}`),
    '      }',
    '    }',
    '  }',
    '}',
  ];
}

/** As {@link scheduled}, in CloudFormation. */
export function scheduledInStack(...lines: readonly string[]): readonly string[] {
  return ['PolicyDetails:', '  Schedules:', '    - Name: daily', '      CrossRegionCopyRules:', ...item(lines, 8)];
}

/** As {@link arriving}, in CloudFormation. */
export function arrivingInStack(...lines: readonly string[]): readonly string[] {
  return [
    'PolicyDetails:',
    '  PolicyType: EVENT_BASED_POLICY',
    '  Actions:',
    '    - Name: copy',
    '      CrossRegionCopy:',
    '        - Target: eu-central-1',
    '          EncryptionConfiguration:',
    ...lines.map((line) => `            ${line}`),
  ];
}

function item(lines: readonly string[], by: number): string[] {
  return lines.map((line, index) => `${' '.repeat(by)}${index === 0 ? '- ' : '  '}${line}`);
}
