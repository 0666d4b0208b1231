/** The ports that rules ask about. */

/** Ports that must not be open to the world. */
export interface Ports {
  /** As a message calls them: `port 22 (SSH)`. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly protocols: readonly ('tcp' | 'udp')[];
  /** With it, any port of the range but these counts; without it, only the range in its whole. */
  readonly anyBut?: readonly Ports[];
}

function port(number: number, service: string, protocols: Ports['protocols'] = ['tcp']): Ports {
  return { name: `port ${number} (${service})`, from: number, to: number, protocols };
}

/** Every port of a protocol; port 0 cannot be connected to, so a range from 1 is all as well. */
export const ALL_PORTS: Ports = { name: 'every port', from: 1, to: 65_535, protocols: ['tcp', 'udp'] };

export const SSH = port(22, 'SSH');
/** RDP speaks UDP on the same port as well. */
export const RDP = port(3389, 'RDP', ['tcp', 'udp']);
export const HTTP = port(80, 'HTTP');
export const FTP_DATA = port(20, 'FTP data');
export const FTP = port(21, 'FTP');
/** HTTP/3 speaks UDP. */
export const HTTPS = port(443, 'HTTPS', ['tcp', 'udp']);

/**
 * Services that are attacked wherever they can be reached. The first group is the list of EC2.19 of AWS Foundational
 * Security Best Practices without 22 and 3389; the second are services that let anyone in, or are taken over remotely,
 * unless they were set up with care.
 */
export const SENSITIVE_PORTS: readonly Ports[] = [
  FTP_DATA,
  FTP,
  port(23, 'Telnet'),
  port(25, 'SMTP'),
  port(110, 'POP3'),
  port(135, 'Windows RPC'),
  port(143, 'IMAP'),
  port(445, 'SMB'),
  port(1433, 'SQL Server'),
  port(1434, 'SQL Server Browser', ['tcp', 'udp']),
  port(3000, 'development web server'),
  port(3306, 'MySQL'),
  port(4333, 'ahsp'),
  port(5000, 'development web server'),
  port(5432, 'PostgreSQL'),
  port(5500, 'fcp-addr-srvr1'),
  port(5601, 'OpenSearch Dashboards'),
  port(8080, 'HTTP proxy'),
  port(8088, 'alternative HTTP'),
  port(8888, 'alternative HTTP'),
  port(9200, 'OpenSearch'),
  port(9300, 'OpenSearch nodes'),

  port(111, 'portmapper', ['tcp', 'udp']),
  port(139, 'NetBIOS'),
  port(389, 'LDAP', ['tcp', 'udp']),
  port(1521, 'Oracle'),
  port(2049, 'NFS'),
  port(2375, 'Docker'),
  port(2379, 'etcd'),
  port(5439, 'Redshift'),
  port(5900, 'VNC'),
  port(5985, 'WinRM'),
  port(5986, 'WinRM over TLS'),
  port(6379, 'Redis'),
  port(6443, 'Kubernetes API'),
  port(7001, 'Cassandra'),
  port(9042, 'Cassandra'),
  port(9092, 'Kafka'),
  port(10_250, 'kubelet'),
  port(11_211, 'Memcached', ['tcp', 'udp']),
  port(27_017, 'MongoDB'),
];

/** What no other rule asks about. */
export const OTHER_PORTS: Ports = {
  ...ALL_PORTS,
  name: 'a port other than 80 (HTTP) and 443 (HTTPS)',
  anyBut: [SSH, RDP, HTTP, HTTPS, ...SENSITIVE_PORTS],
};

/** `port 22 (SSH) is`, `ports 21 (FTP) and 23 (Telnet) are`, `ports 21 (FTP), 23 (Telnet), 25 (SMTP) and 4 more are`. */
export function are(ports: readonly Ports[]): string {
  const [only] = ports;
  if (ports.length === 1 && only !== undefined) return `${only.name} is`;
  const words = ports.slice(0, 3).map(({ name }) => name.replace(/^port /u, ''));
  if (ports.length > words.length) words.push(`${ports.length - words.length} more`);
  return `ports ${words.slice(0, -1).join(', ')} and ${words.at(-1)} are`;
}
