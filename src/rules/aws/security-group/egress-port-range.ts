import { singlePortRule } from './single-port.ts';

export const rule = singlePortRule('egress', {
  id: 'aws-security-group-egress-port-range',
  title: 'Security group must let out single ports, not ranges',
  topics: ['sg-egress-port-range'],
  why: 'A range gives a host that is taken over more ways out than its service needs, and more of its neighbours to try.',
  equivalents: { cfn_nag: ['W29'] },
});
