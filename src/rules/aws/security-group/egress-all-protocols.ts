import { namedProtocolRule } from './every-protocol.ts';

export const rule = namedProtocolRule('egress', {
  id: 'aws-security-group-egress-all-protocols',
  title: 'Security group must name the protocol of what it lets out',
  topics: ['sg-egress-all-protocols'],
  why: 'An entry for every protocol lets a host that is taken over move on to anything in the named networks, and carry data out over whichever protocol is watched least.',
  equivalents: { cfn_nag: ['W40'] },
});
